package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-polyline"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// line gives the times of a trip's points, run by run, without what stands for a stretch
// that was not shared.
func line(r *outcome.Route) (runs [][]int64, err error) {
	if r == nil {
		return nil, nil
	}
	coords, _, err := polyline.DecodeCoords([]byte(r.Polyline))
	if err != nil {
		return nil, err
	}
	for _, p := range r.Parts {
		if p.Source == outcome.PartHidden {
			continue
		}
		var run []int64
		for _, c := range coords[p.From : p.To+1] {
			run = append(run, timeOf(c[0]))
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// timeOf is when a secretive vehicle was at a latitude: that of its fix there.
func timeOf(lat float64) int64 {
	at := int64(math.Round((lat - 40) * 111_195 * 1e5))
	return t0 + at
}

// slack is what rounding a place to 5 decimals does to its time, µs.
const slack = 120_000

// betrayal names what an outcome tells of a stretch that was not shared.
func betrayal(o outcome.Outcome, private []between, h *fleet.History) string {
	within := func(at int64) bool {
		return slices.ContainsFunc(private, func(b between) bool { return at-slack >= b.from && at+slack < b.to })
	}
	switch o := o.(type) {
	case *outcome.Event:
		if o.Lat != nil && (within(timeOf(*o.Lat)) || within(int64(o.StartedAt))) {
			return fmt.Sprintf("%s at %s has the place of %d s", o.Kind, o.StartedAt, (timeOf(*o.Lat)-t0)/sec)
		}
	case *outcome.Collision:
		if given, _ := h.Consents(int64(o.At), outcome.ConsentCollisionPosition); given {
			break
		}
		for _, f := range append(o.RecentPositions, deref(o.Position)...) {
			if within(int64(f.At)) || within(int64(o.At)) || within(timeOf(f.Lat)) {
				return fmt.Sprintf("a collision at %s has the place of %d s", o.At, (timeOf(f.Lat)-t0)/sec)
			}
		}
	case *outcome.Trip:
		runs, err := line(o.Route)
		if err != nil {
			return err.Error()
		}
		for _, run := range runs {
			for i, at := range run {
				if within(at) {
					return fmt.Sprintf("the line has a point of %.1f s", float64(at-t0)/1e6)
				}
				if i > 0 && slices.ContainsFunc(private, func(b between) bool {
					return b.from > run[i-1]+slack && b.from < at-slack
				}) {
					return fmt.Sprintf("the line goes from %.1f to %.1f s", float64(run[i-1]-t0)/1e6, float64(at-t0)/1e6)
				}
			}
		}
		// Ten metres a second: what is more than the time that was shared spans what was not.
		open := int64(o.EndedAt-o.StartedAt) + 30*sec
		for _, b := range private {
			open -= max(0, min(b.to, int64(o.EndedAt))-max(b.from, int64(o.StartedAt)))
		}
		if m := o.Receipt.Distances; m["gnss"] > float64(open)/1e5+30 || m["tunnels"] > float64(open)/1e5+30 {
			return fmt.Sprintf("%v m in %d s that were shared", m, open/sec)
		}
	}
	return ""
}

func deref(f *outcome.Fix) []outcome.Fix {
	if f == nil {
		return nil
	}
	return []outcome.Fix{*f}
}

// Whatever is switched, set and lost, and however it is cut: no outcome tells of a
// stretch that was not shared, a trip with one says so, and the cut changes nothing.
func TestNothingTellsOfAHiddenStretch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := drawSecretive(rt)
		private := l.private()
		l.hidden = private
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		var cuts []int64
		for range 40 {
			cuts = append(cuts, t0+r.Int64N(l.points[len(l.points)-1].at-t0+1))
		}
		whole, cut := l.play(rt, nil), l.play(rt, cuts)
		if diff := cmp.Diff(lines(rt, whole), lines(rt, cut)); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.3000s", diff)
		}
		for _, o := range whole {
			if told := betrayal(o, private, &l.history); told != "" {
				rt.Fatalf("%s %s: %s; private: %v", o.Head().Type, o.Head().ID, told, private)
			}
			if trip, ok := o.(*outcome.Trip); ok {
				l.checkFlag(rt, trip, private)
			}
		}
	})
}

// checkFlag: what the vehicle could know to be hidden flags the trip; nothing else does.
func (l *secretive) checkFlag(t *rapid.T, trip *outcome.Trip, private []between) {
	from, to := int64(trip.StartedAt), int64(trip.EndedAt)
	hidden, behind := false, false
	for _, b := range private {
		hidden = hidden || max(b.from, from) < min(b.to, to)
		behind = behind || l.revealed(b.to, from)
	}
	if !hidden && behind {
		return
	}
	doubt := len(l.lost) > 0 || l.points[0].boot != l.points[len(l.points)-1].boot
	flagged := slices.Contains(trip.Receipt.Flags, "location_hidden")
	if flagged != hidden && (!doubt || hidden && len(l.lost) == 0) {
		t.Fatalf("a trip from %.1f to %.1f s: flagged %t, hidden %t; private: %v", float64(from-t0)/1e6, float64(to-t0)/1e6, flagged, hidden, private)
	}
	if flagged && !trip.Partial {
		t.Fatalf("a trip that was hidden in part is not partial")
	}
}

// stall is the longest pause of a trip, and the second in which its end is noticed.
const stall = 121 * sec

// revealed reports whether a trip that began unshared may begin, for all that is told, at
// from, where its location was shared from at on: with the first sample since then; or, of
// those that do not belong to it, where it goes on after the pause that it was in.
func (l *secretive) revealed(at, from int64) bool {
	off := int64(math.MinInt64) // the ignition went off
	for _, p := range l.points {
		var f telemetry.Frame
		p.put(&f, 0)
		switch {
		case p.at >= from || l.isLost(p):
		case p.at <= at && len(f.Body.At) > 0 && f.Body.Signal[0] == telemetry.SystemState:
			if off = math.MinInt64; f.Body.Value[0] == telemetry.StateOff {
				off = p.at
			}
		case p.at >= at && from-off >= stall:
			return false
		}
	}
	return at <= from
}
