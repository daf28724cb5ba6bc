package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// coming is a frame on its way: in its turn, or late.
type coming struct {
	f      *telemetry.Frame
	at     int64 // arrival, µs
	late   bool
	missed bool // frames before it were given up
}

// tardy lays a secretive life into frames of a few seconds, of which those lost come
// late: a stretch each some time after it, or never.
func (l *secretive) tardy(r *rand.Rand, longest int64) (all []coming) {
	var cuts []int64
	for x := t0; x < l.points[len(l.points)-1].at; x += []int64{2, 10, 60}[r.IntN(3)] * sec {
		cuts = append(cuts, x)
	}
	come := make([]int64, len(l.lost))
	for i, b := range l.lost {
		cuts = append(cuts, b.from, b.to)
		come[i] = b.to + r.Int64N([]int64{60 * sec, 3600 * sec, longest}[r.IntN(3)])
	}
	slices.Sort(cuts)
	missed := false
	record := []string{"", "merged"}[r.IntN(2)] // a format with sequences, or without
	for _, f := range lay(slices.Clone(l.points), cuts, 0) {
		f.RecordID = record
		in := slices.IndexFunc(l.lost, func(b between) bool { return b.has(f.Start) })
		if in < 0 {
			all = append(all, coming{f: f, at: f.Arrived, missed: missed})
			missed = false
			continue
		}
		if missed = true; r.IntN(8) > 0 {
			all = append(all, coming{f: f, at: max(come[in], f.End()), late: true})
		}
	}
	slices.SortStableFunc(all, func(a, b coming) int { return int(min(max(a.at-b.at, -1), 1)) })
	return all
}

// days puts days between parts of what is on its way.
func days(all []coming, r *rand.Rand) {
	for range r.IntN(4) {
		gap, from := r.Int64N(9*day), all[r.IntN(len(all))].f.Start
		for i := range all {
			if c := &all[i]; c.f.Start >= from {
				c.f.Start += gap
				c.at += gap
			} else if c.late && r.IntN(2) == 0 {
				c.at += r.Int64N(gap + 1)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b coming) int { return int(min(max(a.at-b.at, -1), 1)) })
}

// receive plays what comes, with a checkpoint and a restart before those that again
// names; each is called with what came of one frame and of the timers before it.
func receive(t tester, h fleet.History, all []coming, again func(i int) bool, each func(i int, out []outcome.Outcome)) (counts string) {
	t.Helper()
	fresh := func() *pipeline.Vehicle {
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
		if err == nil {
			err = v.Know(h)
		}
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return receiveWith(t, &shelf{}, fresh, all, again, each)
}

func receiveWith(t tester, store *shelf, fresh func() *pipeline.Vehicle, all []coming, again func(i int) bool, each func(i int, out []outcome.Outcome)) (counts string) {
	t.Helper()
	failed, revisions := "", map[string]uint32{}
	v, s, used := fresh(), pipeline.Scratch{Chunks: store}, 0
	restart := func() {
		if err := v.Cut(store, &s); err != nil {
			t.Fatal(err)
		}
		b := v.AppendState(nil)
		if v = fresh(); v.LoadState(b) != nil {
			t.Fatal("a state cannot be read")
		}
	}
	give := func(i int) {
		if s.Err != nil {
			t.Fatal(s.Err)
		}
		for _, o := range s.Out {
			h := o.Head()
			if h.Revision != revisions[h.ID]+1 {
				failed = fmt.Sprintf("%s: revision %d after %d", h.Type, h.Revision, revisions[h.ID])
			}
			revisions[h.ID] = h.Revision
		}
		each(i, s.Out)
		s.Out = s.Out[:0]
	}
	for i, c := range all {
		if again(i) {
			restart()
		}
		f := copied(c.f)
		f.Arrived = c.at
		v.Advance(c.at, &s)
		give(i)
		switch {
		case c.late:
			if v.Late(f, &s) {
				used++
			}
		case c.missed:
			v.Missed()
			fallthrough
		default:
			v.Apply(f, &s)
		}
		give(i + 1)
	}
	if again(len(all)) {
		restart()
	}
	v.Advance(math.MaxInt64-1, &s)
	give(len(all))
	if failed != "" {
		t.Fatal(failed)
	}
	return fmt.Sprintf("%d late frames used, %d short trips, %d hidden, dropped %v", used, s.ShortTrips, s.Hidden, s.Drops.Report())
}

// What comes late, and whatever is switched and set: no outcome tells of a stretch of
// which it was known, when it came out, that it was not shared.
func TestNothingLateTellsOfAHiddenStretch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := drawSecretive(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "delivery"), 1))
		silent := rapid.Bool().Draw(rt, "silent at first")
		if silent {
			l.points = l.points[1:]
			if len(l.points) == 0 {
				return
			}
			// Whatever was switched before some time comes late, if ever.
			quiet := t0 + r.Int64N(l.points[len(l.points)-1].at-t0+1)
			for _, p := range l.points {
				var f telemetry.Frame
				if p.put(&f, 0); p.at <= quiet && len(f.Body.At) > 0 && f.Body.Signal[0] == telemetry.LocationShared {
					l.lost = append(l.lost, between{p.at, p.at + 1})
				}
			}
			slices.SortFunc(l.lost, func(a, b between) int { return int(a.from - b.from) })
		}
		all := l.tardy(r, 40_000*sec)
		receive(rt, l.history, all, func(int) bool { return r.IntN(len(all)+1) < 3 }, func(i int, out []outcome.Outcome) {
			if len(out) == 0 {
				return
			}
			heard := secretive{history: l.history}
			for _, c := range all[:i] {
				for k, s := range c.f.Body.Signal {
					if s == telemetry.LocationShared {
						heard.points = append(heard.points, changeAt(c.f.Start+int64(c.f.Body.At[k]), s, c.f.Body.Value[k]))
					}
				}
			}
			slices.SortStableFunc(heard.points, func(a, b point) int { return int(a.at - b.at) })
			private := heard.private()
			for _, o := range out {
				if trip, ok := o.(*outcome.Trip); ok && silent {
					trip.Receipt.Distances = nil // metres that were counted before it was known are not taken back
				}
				if told := betrayal(o, private, &l.history); told != "" {
					rt.Fatalf("%s %s of revision %d: %s; private: %v", o.Head().Type, o.Head().ID, o.Head().Revision, told, private)
				}
			}
		})
	})
}

// The ignition goes off and on within a second, and in between the location is hidden:
// the way that was driven out of sight is no tunnel, nor once something came late.
func TestHiddenWhileOffWithinASecond(t *testing.T) {
	shared := func(at, value int64) point { return changeAt(t0+at, telemetry.LocationShared, value) }
	ps := []point{shared(0, 1), ignitionAt(t0, true), shared(16*sec, 1),
		ignitionAt(t0+40*sec+900_000, false), shared(40*sec+904_000, 0), ignitionAt(t0+40*sec+905_000, true), shared(75*sec, 1),
		ignitionAt(t0+100*sec, false)}
	for at := t0; at < t0+100*sec; at += sec {
		for k := range int64(4) {
			ps = append(ps, speedAt(at+k*200_000+100_000, 10))
		}
		ps = append(ps, fixAt(at+50_000, wayAt(at+50_000)))
	}
	var all []coming
	for i, f := range lay(ps, []int64{t0 + 10*sec, t0 + 12*sec}, 0) {
		c := coming{f: f, at: f.End(), late: i == 1, missed: i == 2}
		if c.late {
			c.at = t0 + 3600*sec
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b coming) int { return int(min(max(a.at-b.at, -1), 1)) })
	amended := false
	receive(t, fleet.Always(fleet.Profile{VehicleID: "car"}), all, func(int) bool { return false }, func(_ int, out []outcome.Outcome) {
		for _, o := range out {
			trip, ok := o.(*outcome.Trip)
			if !ok {
				continue
			}
			amended = trip.State == outcome.Amended
			if m := trip.Receipt.Distances["tunnels"]; m != 0 {
				t.Errorf("revision %d has %.0f m of tunnels", trip.Revision, m)
			}
		}
	})
	if !amended {
		t.Error("nothing was amended")
	}
}

// A switch whose value nobody understands hides, also in a frame that comes late and is read
// again once it no longer waits.
func TestAGarbledSwitchThatComesLateHides(t *testing.T) {
	for _, value := range []int64{0, -1, 2} {
		ps := append(plainCrash().points(), changeAt(t0, telemetry.LocationShared, 1), changeAt(t0+20*sec, telemetry.LocationShared, 1), changeAt(t0+28*sec, telemetry.LocationShared, value))
		var all []coming
		for i, f := range lay(ps, []int64{t0 + 10*sec, t0 + 40*sec}, 0) {
			all = append(all, coming{f: f, at: f.End(), late: i == 1, missed: i == 2})
		}
		all[1].at = all[len(all)-1].f.End() + 100*sec
		slices.SortStableFunc(all, func(a, b coming) int { return int(a.at - b.at) })
		found := 0
		receive(t, fleet.Always(fleet.Profile{VehicleID: "car"}), all, func(int) bool { return false }, func(_ int, out []outcome.Outcome) {
			for _, o := range out {
				if c, ok := o.(*outcome.Collision); ok {
					found++
					if c.Position != nil || len(c.RecentPositions) > 0 {
						t.Errorf("switched to %d: revision %d has the place of %s", value, c.Revision, c.Position.At)
					}
				}
			}
		})
		if found == 0 {
			t.Errorf("switched to %d: no collision was found", value)
		}
	}
}

// Where and how often a checkpoint is cut changes nothing, whatever comes late, days
// later, of whatever was switched and set.
func TestLateFramesSurviveRestarts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "delivery"), 1))
		l := drawSecretive(rt)
		if rapid.Bool().Draw(rt, "many trips") {
			l = secretive{history: fleet.Always(fleet.Profile{VehicleID: "car"}), points: drawMany(rt)}
			end := l.points[len(l.points)-1].at
			for range rapid.IntRange(0, 12).Draw(rt, "gaps") {
				from := t0 + r.Int64N(end-t0)
				l.lost = append(l.lost, between{from, from + 1 + r.Int64N(1500*sec)})
			}
			slices.SortFunc(l.lost, func(a, b between) int { return int(a.from - b.from) })
		}
		all := l.tardy(r, 8*day)
		days(all, r)
		play := func(again func(int) bool) (out []string) {
			counts := receive(rt, l.history, all, again, func(_ int, o []outcome.Outcome) { out = append(out, lines(rt, o)...) })
			return append(out, counts)
		}
		want := play(func(int) bool { return false })
		for name, again := range map[string]func(int) bool{
			"everywhere": func(int) bool { return true },
			"at places":  func(int) bool { return r.IntN(max(2, len(all)/4)) == 0 },
		} {
			if diff := cmp.Diff(want, play(again)); diff != "" {
				rt.Fatalf("restarted %s (-undisturbed +restarted):\n%.3000s", name, diff)
			}
		}
	})
}

// drawMany draws more short trips than are remembered.
func drawMany(t *rapid.T) (ps []point) {
	at := t0
	for range rapid.IntRange(1, 45).Draw(t, "trips") {
		ps = append(ps, ignitionAt(at, true))
		for range rapid.IntRange(15, 40).Draw(t, "seconds") {
			at += sec
			ps = append(ps, speedAt(at, 12), fixAt(at+1000, wayAt(at)))
		}
		at += sec
		ps = append(ps, ignitionAt(at, false))
		at += int64(rapid.IntRange(100, 1100).Draw(t, "pause")) * sec
	}
	return ps
}
