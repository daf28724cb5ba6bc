package pipeline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// shuffled are frames in another order.
func shuffled(frames []*telemetry.Frame, seed uint64) []*telemetry.Frame {
	out := slices.Clone(frames)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	return out
}

// The frames around a crash come when their place was given up: it has a record, marked
// late, whose id is that of the undisturbed run. Coming again they change nothing.
func TestALateCrashMakesARecord(t *testing.T) {
	frames := seconds(plainCrash().points())
	want := newRig(t).apply(sec, frames...).one()
	for _, c := range []struct {
		name     string
		from, to int
		after    int64 // arrival after the last frame, µs
	}{
		{"the second of it", 30, 31, 40 * sec},
		{"some seconds", 26, 40, 40 * sec},
		{"all from it on", 30, 75, 40 * sec},
		{"hours later, when the trip is complete", 26, 40, 4 * 3600 * sec},
		{"days later", 20, 70, 6 * day},
		{"the whole drive", 0, 75, day},
	} {
		r := newRig(t).apply(sec, frames[:c.from]...)
		if c.from > 0 && c.to < len(frames) {
			r.vehicle.Missed()
		}
		r.apply(sec, frames[c.to:]...)
		arrive := frames[len(frames)-1].End() + c.after
		r.late(arrive, shuffled(frames[c.from:c.to], 1)...)
		got := r.one()
		if got.ID != want.ID || !got.Late || got.Clock != want.Clock || math.Abs(*got.DeltaVKmh-*want.DeltaVKmh) > 0.2 || got.ReportedAt != outcome.Time(arrive) || got.State == outcome.Open {
			t.Errorf("%s: %s %s of %v km/h, late %t, reported at %s; want %s of %v km/h", c.name, got.State, got.ID, *got.DeltaVKmh, got.Late, got.ReportedAt, want.ID, *want.DeltaVKmh)
		}
		n := len(r.out)
		r.late(arrive+3600*sec, shuffled(frames[c.from:c.to], 2)...)
		if r.end(); len(r.out) != n {
			t.Errorf("%s: coming again it has %d revisions more: %v", c.name, len(r.out)-n, r.out[len(r.out)-1].Changed)
		}
		// As does a part of it.
		r.late(arrive+7200*sec, frames[30])
		if r.end(); len(r.out) != n {
			t.Errorf("%s: coming again in part it has %d revisions more", c.name, len(r.out)-n)
		}
	}
}

// An airbag that is told of late, whichever way it comes, confirms the collision that it
// is of; told again it changes nothing.
func TestASlowAirbagConfirms(t *testing.T) {
	c := plainCrash()
	c.deltaV, c.kmh, c.goesOn = -10, 70, true
	ps := c.points()
	frames := seconds(ps)
	bag := lay([]point{changeAt(c.zero()+40_000, telemetry.AirbagDeployedR1Driver, 1)}, nil, 0)[0]
	plain := newRig(t).apply(sec, frames...).one()
	if plain.Confidence == outcome.Confirmed {
		t.Fatal("it is confirmed without an airbag")
	}
	newer := lay([]point{changeAt(t0+50*sec, telemetry.BeltedR1Driver, 1)}, nil, 0)[0]
	for name, play := range map[string]func(r *rig){
		"in a later frame":                       func(r *rig) { r.apply(sec, frames...).apply(60*sec, bag) },
		"in a later frame, behind newer changes": func(r *rig) { r.apply(sec, frames...).apply(sec, newer).apply(60*sec, bag) },
		"in a later frame, while it is open":     func(r *rig) { r.apply(sec, frames[:33]...).apply(3*sec, bag).apply(sec, frames[33:]...) },
		"in a late frame":                        func(r *rig) { r.apply(sec, frames...).late(t0+3*day, bag) },
		"in a late frame, while it is open":      func(r *rig) { r.apply(sec, frames[:33]...).late(t0+34*sec, bag).apply(sec, frames[33:]...) },
		"in a late frame, before the pulse, which is late too": func(r *rig) {
			r.apply(sec, without(frames, 28, 36)...).late(t0+3600*sec, bag).late(t0+7200*sec, frames[28:36]...)
		},
		"in a late frame, after the pulse, which is late too": func(r *rig) {
			r.apply(sec, without(frames, 28, 36)...).late(t0+3600*sec, frames[28:36]...).late(t0+7200*sec, bag)
		},
	} {
		r := newRig(t)
		play(r)
		got := r.one()
		if got.Confidence != outcome.Confirmed || got.EventCount != 1 || got.DeltaVKmh == nil || *got.DeltaVKmh != *plain.DeltaVKmh || slices.Contains(got.Flags, "airbag_only") {
			t.Errorf("%s: %s, %d impacts, flags %v", name, got.Confidence, got.EventCount, got.Flags)
		}
		n := len(r.out)
		r.late(t0+4*day, bag).end()
		if len(r.out) != n {
			t.Errorf("%s: told again it has %d revisions more", name, len(r.out)-n)
		}
	}
}

// A second impact that comes late, at most 5 s after the first, is of the same collision.
func TestALateImpactJoinsTheOther(t *testing.T) {
	first, second := plainCrash(), plainCrash()
	for _, c := range []struct {
		apart float64
		want  int
	}{{3.2, 1}, {-3.2, 1}, {9, 2}} {
		second.at, second.kmh, second.deltaV, second.lateral = first.at+c.apart, 0, 0, 20
		frames, others := seconds(first.points()), seconds(second.points())
		i := int(second.at)
		r := newRig(t).apply(sec, without(frames, i, i+1)...).late(t0+3600*sec, others[i])
		all := r.newest()
		if len(all) != c.want {
			t.Fatalf("%g s apart: %d collisions, want %d", c.apart, len(all), c.want)
		}
		if c.want == 1 && (all[0].EventCount != 2 || !slices.Contains(all[0].SeverityRaisedBy, "multi_event") || all[0].State != outcome.Amended || all[0].Late) {
			t.Errorf("%g s apart: %d impacts, %v, %s, late %t", c.apart, all[0].EventCount, all[0].SeverityRaisedBy, all[0].State, all[0].Late)
		}
	}
}

// However a crash's frames are lost, repeated and late: its record is one, and is the
// same whatever order the late ones come in.
func TestTheOrderOfLateFramesChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := plainCrash()
		c.deltaV, c.at = rapid.Float64Range(-60, -16).Draw(rt, "delta-V"), rapid.Float64Range(10, 40).Draw(rt, "at")
		frames := seconds(c.points())
		seed := rapid.Uint64().Draw(rt, "order")
		from := rapid.IntRange(0, 60).Draw(rt, "from")
		to := rapid.IntRange(from+1, len(frames)).Draw(rt, "to")
		play := func(late []*telemetry.Frame) []string {
			r := newRig(t).apply(sec, without(frames, from, to)...)
			var all []outcome.Outcome
			for _, o := range r.late(t0+3600*sec, late...).end() {
				all = append(all, o)
			}
			return lines(rt, all)
		}
		want := play(frames[from:to])
		if diff := cmp.Diff(want, play(shuffled(frames[from:to], seed))); diff != "" {
			rt.Fatalf("(-in order +shuffled):\n%.2000s", diff)
		}
		if diff := cmp.Diff(want, play(append(shuffled(frames[from:to], seed), frames[from:to]...))); diff != "" {
			rt.Fatalf("(-once +twice):\n%.2000s", diff)
		}
	})
}

// An airbag's slow frame says of the driver's that it is in place, and of the other that
// it was deployed.
func TestTheOtherAirbagComesLate(t *testing.T) {
	c := plainCrash()
	c.deltaV = 0
	ps := append(c.points(), changeAt(t0+50*sec, telemetry.HazardSignaling, 1))
	frames := seconds(ps)
	bag := lay([]point{changeAt(t0+40*sec, telemetry.AirbagDeployedR1Driver, 0), changeAt(t0+40*sec, telemetry.AirbagDeployedR1Passenger, 1)}, nil, 0)[0]
	bag.Sequence = frames[59].Sequence
	for _, f := range frames[60:] {
		f.Sequence++
	}
	bag.Sequence = frames[59].Sequence + 1
	r := newRig(t).apply(sec, frames[:60]...)
	bag.Arrived = 0
	r.apply(21*sec, bag).apply(2*sec, frames[60:]...)
	if got := r.one(); got.Confidence != outcome.Confirmed || got.At != outcome.Time(t0+40*sec) {
		t.Errorf("%s at %s", got.Confidence, got.At)
	}
}

// What was forgotten does not come back with the frames that told of it, however new they are.
func TestALateCrashThatIsForgotten(t *testing.T) {
	frames := seconds(plainCrash().points())
	r := newRig(t).apply(sec, frames[:20]...).late(t0+100*sec, frames[20:]...)
	if n := len(r.newest()); n != 1 {
		t.Fatalf("%d collisions", n)
	}
	r.vehicle.Forget("a-1", func(string, string) bool { return false })
	n := len(r.out)
	if r.late(t0+300*sec, frames[20:]...).end(); len(r.out) != n {
		t.Error("it is out again")
	}
}

// A frame with a slow airbag keeps its turns of the gate, and the hidden places that the
// consent lets a collision have.
func TestASlowAirbagTakesNothingFromItsFrame(t *testing.T) {
	c := plainCrash()
	c.deltaV, c.goesOn = 0, true
	slow := lay([]point{changeAt(t0+40*sec, telemetry.AirbagDeployedR1Driver, 1), placeAt(t0+62_500_000, 900, 4, 0)}, nil, 0)[0]
	frames := slices.Insert(seconds(append(c.points(), changeAt(t0+50*sec, telemetry.HazardSignaling, 1))), 62, slow)
	slow.Sequence = frames[61].Sequence + 1
	r := newRig(t, private(fleet.Off, true)).apply(sec, frames[:63]...)
	if len(r.out) == 0 || !holds(t, r.vehicle.AppendState(nil), slow) {
		t.Errorf("%d revisions; its place is kept: %t", len(r.out), holds(t, r.vehicle.AppendState(nil), slow))
	}
}
