package pipeline_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/telemetry"
)

// Whatever runs of frames come late, and however much later: revisions grow by one,
// trips that stand do not overlap, each has as many events out as it counts, and its
// month has all of them.
func TestAnyLifeWithLateFramesIsSane(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := []func(*rapid.T) []point{drawLife, drawRide}[rapid.IntRange(0, 1).Draw(rt, "life or ride")]
		ps := draw(rt)
		var cuts []int64
		for x := t0; len(ps) > 0 && x < ps[len(ps)-1].at; x += 10 * sec {
			cuts = append(cuts, x)
		}
		d := newDelivery(rt)
		if rapid.Bool().Draw(rt, "checkpoints") {
			d.store = &shelf{}
		}
		var late []*telemetry.Frame
		left := 0 // frames that are late from here on
		for i, f := range lay(ps, cuts, 0) {
			if left == 0 && i > 0 && rapid.IntRange(0, 15).Draw(rt, "gap") == 0 {
				left = rapid.IntRange(1, 120).Draw(rt, "frames")
			}
			if left > 0 {
				if left--; left == 0 {
					d.vehicle.Missed()
				}
				late = append(late, f)
				continue
			}
			if len(late) > 0 && rapid.IntRange(0, 40).Draw(rt, "backlog comes") == 0 {
				d.late(late, f.Arrived)
				late = nil
			}
			d.advance(f.Arrived)
			d.vehicle.Apply(copied(f), &d.scratch)
			d.cut()
		}
		if len(late) > 0 {
			d.late(late, late[len(late)-1].Arrived+rapid.Int64Range(1, 100_000).Draw(rt, "later")*sec)
		}
		trips, events, months := d.end()
		compared := 0
		for _, o := range trips {
			if o.State != outcome.Withdrawn && o.Coaching != nil && o.DistanceM >= 1000 {
				compared++
			}
		}
		if n := d.vehicle.Remembered(); n != compared {
			rt.Fatalf("%d trips remembered, %d are out", n, compared)
		}
		sane(rt, trips, events, months)
	})
}

func sane(t *rapid.T, trips []*outcome.Trip, events []*outcome.Event, months []*outcome.Month) {
	trips = slices.DeleteFunc(trips, func(o *outcome.Trip) bool { return o.State == outcome.Withdrawn })
	events = slices.DeleteFunc(events, func(o *outcome.Event) bool { return o.State == outcome.Withdrawn })
	for _, e := range events {
		if !slices.ContainsFunc(trips, func(o *outcome.Trip) bool { return o.ID == e.TripID }) {
			t.Fatalf("the %s of %s is out, its trip is not", e.Kind, e.StartedAt)
		}
	}
	metres := 0.0
	for i, o := range trips {
		if i > 0 && o.StartedAt < trips[i-1].EndedAt {
			t.Fatalf("a trip from %s to %s, another from %s", trips[i-1].StartedAt, trips[i-1].EndedAt, o.StartedAt)
		}
		n := 0
		for _, e := range events {
			if e.TripID == o.ID {
				n++
			}
		}
		if counted := o.Counts.HarshAcceleration + o.Counts.HarshBraking + o.Counts.HarshCornering; counted != n {
			t.Fatalf("the trip of %s counts %d events, %d are out", o.StartedAt, counted, n)
		}
		metres += o.DistanceM
	}
	var inMonths float64
	n := 0
	for _, m := range months {
		inMonths, n = inMonths+m.DistanceM, n+m.Trips
	}
	if n != len(trips) || math.Abs(metres-inMonths) > 0.1*float64(n+1) {
		t.Fatalf("%d trips of %.1f m, in months %d of %.1f m", len(trips), metres, n, inMonths)
	}
}
