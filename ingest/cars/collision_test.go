package cars

import (
	"encoding/json"
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

// crashAt is where the pulse of crashed begins, in s.
const crashAt = 20.42

// crashed is a drive of a minute at 54 km/h into a wall, 100 Hz of motion, 10 Hz of speed
// and a place a second, in frames of so many µs.
func crashed(frame int64) (frames []*telemetry.Frame) {
	for start := int64(0); start < 60*sec; start += frame {
		f := &telemetry.Frame{VehicleID: "car", Boot: 0, Sequence: uint64(len(frames)), Start: t0 + start, Arrived: t0 + start + frame}
		for at := start; at < min(start+frame, 60*sec); at += 10_000 {
			x := float64(at) / sec
			if at == 0 {
				f.Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}
			}
			forward := 0.05 * math.Sin(40*x)
			if in := (x - crashAt) / 0.1; in > 0 && in < 1 {
				forward -= 174 * math.Sin(math.Pi*in)
			}
			m := &f.Motion
			m.At = append(m.At, int32(at-start))
			m.Longitudinal, m.Lateral, m.Vertical = append(m.Longitudinal, float32(forward)), append(m.Lateral, float32(0.05*math.Cos(31*x))), append(m.Vertical, 0)
			if at%100_000 == 0 {
				f.Speed.At, f.Speed.Speed = append(f.Speed.At, int32(at-start)), append(f.Speed.Speed, speedAt(x))
			}
			if at%sec == 400_000 {
				p := &f.Position
				p.At, p.Latitude, p.Longitude = append(p.At, int32(at-start)), append(p.Latitude, 48+x*1e-4), append(p.Longitude, 11)
			}
		}
		f.Pad()
		frames = append(frames, f)
	}
	return frames
}

func speedAt(x float64) float32 {
	if x < crashAt {
		return 15
	}
	return float32(max(0, 15-140*(x-crashAt)))
}

// collisions plays frames and gives all revisions.
func collisions(t interface{ Fatal(...any) }, frames []*telemetry.Frame) (out []*outcome.Collision, c *Cars) {
	c = New()
	for _, f := range frames {
		own := &telemetry.Frame{}
		own.CopyFrom(f)
		if _, err := c.Record(own); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Advance(frames[len(frames)-1].Arrived + 3600*sec); err != nil {
		t.Fatal(err)
	}
	for _, o := range c.Scratch.Out {
		if x, ok := o.(*outcome.Collision); ok {
			out = append(out, x)
		}
	}
	return out, c
}

// said is what a record says, but for when it was told.
func said(o *outcome.Collision) string {
	c := *o
	c.Revision, c.ReportedAt, c.State, c.Changed, c.HighestConfidence = 0, 0, "", nil, ""
	b, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Frames that come twice, or before others within the time that they wait, wherever the
// pulse is cut: the record is the same.
func TestACrashInFramesThatComeAsTheyLike(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		long := []int64{100_000, 350_000, sec, 7 * sec}[rapid.IntRange(0, 3).Draw(rt, "frame")]
		frames := crashed(long)
		whole, _ := collisions(rt, frames)
		if len(whole) < 2 {
			rt.Fatal("nothing was found")
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "delivery"), 1))
		var bad []*telemetry.Frame
		for _, f := range frames {
			for range 1 + r.IntN(4)/3 {
				c := *f
				c.Arrived += r.Int64N(20 * sec)
				bad = append(bad, &c)
			}
		}
		slices.SortStableFunc(bad, func(a, b *telemetry.Frame) int { return int(a.Arrived - b.Arrived) })
		got, _ := collisions(rt, bad)
		// Where what follows a pulse's beginning comes seconds later, what there is of it is
		// told before all else.
		early := len(got) - len(whole)
		if early < 0 {
			rt.Fatalf("%d revisions, want %d or more", len(got), len(whole))
		}
		for i, o := range got[:early] {
			if o.ID != whole[0].ID || o.State != outcome.Open {
				rt.Fatalf("revision %d, of what there is of the pulse: %s %s", i+1, o.State, o.ID)
			}
		}
		for i, o := range got[early:] {
			if diff := cmp.Diff(said(whole[i]), said(o)); diff != "" {
				rt.Fatalf("revision %d (-undisturbed +disturbed):\n%s", early+i+1, diff)
			}
		}
	})
}

// Values that are none, and samples that nobody can use, are dropped and counted; the
// record is the same, or says that samples are missing.
func TestACrashAmongBadValues(t *testing.T) {
	whole, _ := collisions(t, crashed(sec))
	last := whole[len(whole)-1]
	for _, c := range []struct {
		name    string
		spoil   func(f *telemetry.Frame)
		dropped bool
		missing bool
	}{
		{"an impossible value", func(f *telemetry.Frame) { f.Motion.Longitudinal[46] = 1e30 }, true, true},
		{"no number", func(f *telemetry.Frame) { f.Motion.Longitudinal[46] = float32(math.NaN()) }, false, true},
		{"a place that is none", func(f *telemetry.Frame) { f.Position.Latitude[0] = 900 }, true, false},
		{"a time that goes back", func(f *telemetry.Frame) { f.Motion.At[10] = 0 }, true, false},
		{"a column of another length", func(f *telemetry.Frame) { f.Motion.YawRate = make([]float32, 3) }, true, false},
		{"lost samples", func(f *telemetry.Frame) {
			f.Filter(telemetry.TrackMotion, func(at int32) bool { return at != 470_000 && at != 460_000 })
		}, false, true},
	} {
		frames := crashed(sec)
		c.spoil(frames[20])
		all, cars := collisions(t, frames)
		if len(all) == 0 {
			t.Errorf("%s: nothing was found", c.name)
			continue
		}
		got := all[len(all)-1]
		if (len(cars.Scratch.Drops.Report()) > 0) != c.dropped || slices.Contains(got.Flags, "samples_missing") != c.missing {
			t.Errorf("%s: dropped %v, flags %v", c.name, cars.Scratch.Drops.Report(), got.Flags)
		}
		if math.Abs(*got.DeltaVKmh-*last.DeltaVKmh) > 0.1**last.DeltaVKmh || got.Clock != 12 || !got.Confidence.AtLeast(outcome.Probable) {
			t.Errorf("%s: %v km/h at %d o'clock, %s", c.name, *got.DeltaVKmh, got.Clock, got.Confidence)
		}
	}
}

// Frames are lost around the pulse: what is left of it makes a record, or none; nothing
// breaks, and those that come late make it whole.
func TestACrashOfWhichFramesAreLost(t *testing.T) {
	const frame = 100_000
	frames := crashed(frame)
	at := 204 // the frame in which the pulse begins
	whole, _ := collisions(t, frames)
	want := whole[len(whole)-1]
	for _, lost := range []int{at - 1, at, at + 1} {
		came := slices.Delete(slices.Clone(frames), lost, lost+1)
		late := *frames[lost]
		late.Arrived = frames[len(frames)-1].Arrived + 600*sec
		all, c := collisions(t, append(came, &late))
		if c.Counts().Missing != 1 {
			t.Errorf("without frame %d: %d frames are missing", lost, c.Counts().Missing)
		}
		if len(all) == 0 {
			t.Errorf("without frame %d: nothing was found", lost)
			continue
		}
		got := all[len(all)-1]
		if got.Clock != 12 || got.EventCount != 1 || *got.DeltaVKmh > 1.05**want.DeltaVKmh || lost != at-1 && !slices.Contains(got.Flags, "samples_missing") {
			t.Errorf("without frame %d: %v km/h of %v, flags %v", lost, *got.DeltaVKmh, *want.DeltaVKmh, got.Flags)
		}
	}
}

// A vehicle that rests gives up hidden places when its owner takes the consent back.
func TestARestingVehicleForgetsHiddenPlaces(t *testing.T) {
	consents := fleet.Profile{VehicleID: "car", LocationSharing: fleet.Off, Consents: []string{outcome.ConsentCollisionPosition}}
	c := New()
	if err := c.Know(fleet.Always(consents)); err != nil {
		t.Fatal(err)
	}
	for _, f := range crashed(sec) {
		if _, err := c.Record(f); err != nil {
			t.Fatal(err)
		}
	}
	cut := func() int {
		to := entries{}
		if err := c.Advance(c.Watermark() + 3600*sec); err != nil {
			t.Fatal(err)
		}
		if err := c.Cut(to); err != nil {
			t.Fatal(err)
		}
		return len(to[Key("car")])
	}
	with := cut()
	if len(c.timers) == 0 || c.timers[0].due > c.Watermark()+8*86_400*sec {
		t.Error("nothing will forget the collision of a car that is not heard again")
	}
	if awake, _ := c.Count(); awake != 0 {
		t.Fatal("the vehicle does not rest")
	}
	none := consents
	none.Consents, none.From = nil, fleet.Instant(c.Watermark())
	if err := c.Know(fleet.Always(consents).With(none)); err != nil {
		t.Fatal(err)
	}
	if without := cut(); without == 0 || without > with-3*10 {
		t.Errorf("%d bytes, %d with the places of the collision", without, with)
	}
	if awake, _ := c.Count(); awake != 0 {
		t.Error("the vehicle does not rest again")
	}
}
