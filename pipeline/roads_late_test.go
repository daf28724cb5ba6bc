package pipeline_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/geo/follow"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// A second of a drive comes late: the trip comes out again, on the same roads and against
// the same limits as if it had come in time.
func TestAnAmendedTripIsOnTheSameRoads(t *testing.T) {
	m := streets(t)
	signs := []point{changeAt(t0+700*sec, telemetry.SpeedLimitSign, 60), changeAt(t0+800*sec, telemetry.SpeedLimitSign, 0)}
	frames := lay(append(away(always), signs...), []int64{t0 + 300*sec, t0 + 450*sec, t0 + 451*sec, t0 + 600*sec}, 0)
	var last [2]*outcome.Trip
	var told [2]map[string]outcome.Event
	for i := range last {
		c := newCar(t, fleet.Profile{VehicleID: "car"})
		c.scratch.Roads = follow.New(m, follow.Options{})
		for k, f := range frames {
			if i == 0 || k != 2 {
				c.record(f)
			}
		}
		end := frames[len(frames)-1].Arrived
		c.advance(end + 3600*sec)
		if i == 1 {
			late := *frames[2]
			late.Arrived = end + 3700*sec
			c.record(&late)
			c.advance(end + 7200*sec)
		}
		told[i] = map[string]outcome.Event{}
		for _, e := range of[*outcome.Event](c.scratch.Out) {
			e.Revision, e.State = 0, "" // a second more or less is told by both
			told[i][e.ID] = *e
		}
		trips := of[*outcome.Trip](c.scratch.Out)
		last[i] = trips[len(trips)-1]
	}
	live, amended := last[0], last[1]
	if amended.State != outcome.Amended {
		t.Fatalf("the trip is %s after something came late", amended.State)
	}
	if diff := cmp.Diff(live.Speeding, amended.Speeding); diff != "" {
		t.Errorf("speeding (-live +amended):\n%s", diff)
	}
	if diff := cmp.Diff(live.Route, amended.Route); diff != "" {
		t.Errorf("route (-live +amended):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{*live.HighwayM, *live.OverspeedM, *live.OverspeedS}, []float64{*amended.HighwayM, *amended.OverspeedM, *amended.OverspeedS}); diff != "" {
		t.Errorf("(-live +amended):\n%s", diff)
	}
	if diff := cmp.Diff(told[0], told[1]); diff != "" || len(told[0]) != 2 {
		t.Errorf("%d events (-live +amended):\n%s", len(told[0]), diff)
	}
}

// Half of a drive comes late: what was told of speeding changes with it, each event under
// its identity.
func TestSpeedingThatComesLate(t *testing.T) {
	m := streets(t)
	frames := cutFrames(away(always), 30*sec)
	c := newCar(t, fleet.Profile{VehicleID: "car"})
	c.scratch.Roads = follow.New(m, follow.Options{})
	var late []*telemetry.Frame
	for k, f := range frames {
		f := *f
		if f.Sequence = uint64(k); k >= 2 && k < 6 { // of the 250 s in the town, the middle
			late = append(late, &f)
			continue
		}
		c.record(&f)
	}
	end := frames[len(frames)-1].Arrived
	c.advance(end + 3600*sec)
	for i, f := range late {
		f.Arrived = end + int64(3700+i)*sec
		c.record(f)
	}
	c.advance(end + 7200*sec)
	newest := map[string]*outcome.Event{}
	for _, e := range of[*outcome.Event](c.scratch.Out) {
		if old := newest[e.ID]; old != nil && old.Revision >= e.Revision {
			t.Errorf("event %s of revision %d after %d", e.ID, e.Revision, old.Revision)
		}
		newest[e.ID] = e
	}
	trips := of[*outcome.Trip](c.scratch.Out)
	trip := trips[len(trips)-1]
	var standing []*outcome.Event
	for _, e := range newest {
		if e.State != outcome.Withdrawn {
			standing = append(standing, e)
		}
	}
	if len(trips) < 2 || len(standing) != 1 || trip.Counts.Speeding != 1 || standing[0].TripID != trip.ID {
		t.Fatalf("%d trips, %d events stand of %d, the trip counts %d", len(trips), len(standing), len(newest), trip.Counts.Speeding)
	}
	near(t, "duration of the event", standing[0].DurationS, 250, 4)
	near10(t, "way above the limit", trip.OverspeedM, 5000, 60)
	if len(newest) == 1 {
		t.Error("nothing was withdrawn, though the event was in two")
	}
}

// Rides on a map as a bad uplink delivers them, with restarts and checkpoints anywhere:
// the same outcomes as without.
func TestARideOnAMapAfterRestarts(t *testing.T) {
	m := streets(t)
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawRide(rt)
		if len(ps) == 0 || ps[len(ps)-1].at <= t0 {
			return
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "signs, delivery and restarts"), 1))
		for range r.IntN(10) {
			ps = append(ps, changeAt(t0+r.Int64N(ps[len(ps)-1].at-t0+1), telemetry.SpeedLimitSign, int64(r.IntN(8)*10)))
			slices.SortStableFunc(ps, func(a, b point) int { return int(a.at - b.at) })
		}
		frames := deliver(cutFrames(ps, 10*sec), r)
		play := func(again func(int) bool) []string {
			c := newCar(rt, fleet.Profile{VehicleID: "car"})
			store := &shelf{}
			c.scratch.Roads, c.scratch.Chunks = follow.New(m, follow.Options{}), store
			return c.outcomes(frames, func(i int) bool {
				if !again(i) {
					return false
				}
				if err := c.vehicle.Cut(store, &pipeline.Scratch{}); err != nil {
					t.Fatal(err)
				}
				return true
			})
		}
		if diff := cmp.Diff(play(func(int) bool { return false }), play(func(int) bool { return r.IntN(4) == 0 })); diff != "" {
			rt.Fatalf("(-undisturbed +restarted):\n%.2000s", diff)
		}
	})
}
