package pipeline_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/twpayne/go-polyline"
	"pgregory.net/rapid"

	"milepost/geo/follow"
	"milepost/geo/match"
	"milepost/geo/roads"
	"milepost/geo/route"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// reach is a piece of a road that leads due north from where fixAt has its origin.
type reach struct {
	from, to float64 // m
	tags     map[string]string
}

// northward is a map of such a road with a side street every 500 m but on
// motorways.
func northward(t testing.TB, reaches ...reach) *roads.Map {
	t.Helper()
	var b roads.Builder
	b.SetCountry("ES")
	node := func(m float64) (roads.NodeID, orb.Point) {
		return roads.NodeID(math.Round(m)) + 1_000_000, orb.Point{-3, 40 + m/111_195}
	}
	for i, r := range reaches {
		var nodes []roads.NodeID
		var points []orb.Point
		for m := r.from; m <= r.to; m += 100 {
			id, p := node(m)
			nodes, points = append(nodes, id), append(points, p)
		}
		b.AddWay(int64(i+1), nodes, points, r.tags)
		for m := r.from; m <= r.to && r.tags["highway"] != "motorway"; m += 500 {
			id, p := node(m)
			b.AddWay(int64(1000+m), []roads.NodeID{id, id + 5_000_000}, []orb.Point{p, {-2.996, p[1]}}, map[string]string{"highway": "residential"})
		}
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// streets is 5 km of town, 5 km of motorway, 2 km that the map lacks, and 10 km of road.
func streets(t testing.TB) *roads.Map {
	return northward(t,
		reach{-100, 5000, map[string]string{"highway": "secondary", "maxspeed": "50"}},
		reach{5000, 10_000, map[string]string{"highway": "motorway", "maxspeed": "120", "oneway": "no"}},
		reach{12_000, 25_000, map[string]string{"highway": "primary", "maxspeed": "80"}})
}

func near10(t *testing.T, what string, got *float64, want, slack float64) {
	t.Helper()
	if got == nil {
		t.Errorf("no %s, want %.0f", what, want)
		return
	}
	near(t, what, *got, want, slack)
}

// sources names the parts of a route, in order.
func sources(r *outcome.Route) (names []string) {
	for _, p := range r.Parts {
		name := string(p.Source)
		if p.Overspeed {
			name += " overspeed"
		}
		if p.Highway {
			name += " highway"
		}
		names = append(names, name)
	}
	return names
}

// 18 km at 72 km/h: through a town, on a motorway, off the map, and on.
func TestATripOnItsRoads(t *testing.T) {
	for _, full := range []bool{false, true} {
		out := liveOn(t, lay(away(always), nil, t0+500_000*sec), follow.New(streets(t), follow.Options{Full: full}))
		trip, events := of[*outcome.Trip](out)[0], of[*outcome.Event](out)
		near10(t, "way on motorways", trip.HighwayM, 5000, 60)
		near10(t, "way above the limit", trip.OverspeedM, 5000, 60)
		near10(t, "time above the limit", trip.OverspeedS, 250, 3)
		near(t, "way with a known limit", trip.Speeding.LimitKnownM, 16_000, 200)
		near(t, "way far above the limit", trip.Speeding.Over20M, 5000, 60)
		near(t, "matched way", trip.Receipt.Distances["matched"], 16_000, 120)
		if diff := cmp.Diff([]string{"matched overspeed", "matched highway", "raw", "matched"}, sources(trip.Route)); diff != "" {
			t.Errorf("full %t: parts (-want +got):\n%s", full, diff)
		}
		if diff := cmp.Diff([]string{"ES"}, trip.Countries); diff != "" {
			t.Error(diff)
		}
		joined(t, trip.Route)
		if len(events) != 1 || trip.Counts.Speeding != 1 {
			t.Fatalf("%d events, the trip counts %d of speeding; want one", len(events), trip.Counts.Speeding)
		}
		e := events[0]
		if e.Kind != outcome.KindSpeeding || e.Level != 3 || *e.LimitKmh != 50 || *e.PeakKmh != 72 || e.LimitSource != outcome.LimitPosted || e.TripID != trip.ID || e.Lat == nil {
			t.Errorf("event %+v", e)
		}
		near10(t, "way of the event", e.DistanceM, 5000, 60)
		near(t, "duration of the event", e.DurationS, 250, 3)
	}
}

// joined checks that each part of a route goes on where the one before ended.
func joined(t *testing.T, r *outcome.Route) {
	t.Helper()
	coords, _, err := polyline.DecodeCoords([]byte(r.Polyline))
	if err != nil || len(r.Parts) == 0 {
		t.Fatalf("%d parts, %v", len(r.Parts), err)
	}
	for i, p := range r.Parts {
		if p.From >= p.To || i > 0 && p.From != r.Parts[i-1].To {
			t.Errorf("part %d is %+v after %+v", i, p, r.Parts[max(i-1, 0)])
		}
	}
	if last := r.Parts[len(r.Parts)-1].To; last != len(coords)-1 {
		t.Errorf("the parts end at point %d of %d", last, len(coords))
	}
}

// A stretch that was not shared is the way between its ends, where that can be; its
// distance is that of the way.
func TestAHiddenStretchOnTheMap(t *testing.T) {
	hidden := func(from, to int64) *outcome.Trip {
		ps := append(away(always), changeAt(t0+from*sec+500_000, telemetry.LocationShared, 0), changeAt(t0+to*sec+500_000, telemetry.LocationShared, 1))
		return of[*outcome.Trip](liveOn(t, lay(ps, nil, t0+500_000*sec), follow.New(streets(t), follow.Options{})))[0]
	}
	short := hidden(650, 690) // 800 m of road, at 80 km/h
	if got := sources(short.Route); !slices.Contains(got, "estimated") || slices.Contains(got, "hidden") {
		t.Errorf("parts %v, want an estimated one", got)
	}
	joined(t, short.Route)
	near(t, "estimated way", short.Receipt.Distances["estimated"], 820, 30)
	if d := short.Receipt.Distances; math.Abs(short.DistanceM-d["disclosed"]-d["estimated"]) > 0.15 {
		t.Errorf("distance %.1f m of %v", short.DistanceM, d)
	}
	// Through what the map lacks there is no way.
	off := hidden(480, 620)
	if got := sources(off.Route); !slices.Contains(got, "hidden") || slices.Contains(got, "estimated") {
		t.Errorf("parts %v, want a blank one", got)
	}
	if !slices.Contains(off.Receipt.Flags, "stretches_left_blank_1") || off.DistanceM != off.Receipt.Distances["disclosed"] {
		t.Errorf("flags %v, distance %.1f m of %v", off.Receipt.Flags, off.DistanceM, off.Receipt.Distances)
	}
}

// Signs need no map: the same trip in three limits.
func TestSignsAlone(t *testing.T) {
	sign := func(at, kmh int64) point { return changeAt(t0+at*sec, telemetry.SpeedLimitSign, kmh) }
	trip, events := oneTrip(t, append(away(always), sign(-20, 70), sign(100, 90), sign(300, 0), sign(400, 60), sign(500, 130)))
	near(t, "way with a known limit", trip.Speeding.LimitKnownM, 16_000, 60)
	near10(t, "way above the limit", trip.OverspeedM, 4000, 60)
	near(t, "slightly above", trip.Speeding.Over0M, 2000, 30)
	near(t, "20 % above", trip.Speeding.Over10M, 2000, 30)
	if len(events) != 1 || trip.Counts.Speeding != 1 || events[0].LimitSource != outcome.LimitSign || *events[0].LimitKmh != 60 {
		t.Errorf("%d events, first %+v", len(events), events[0])
	}
	if trip.HighwayM != nil || trip.Receipt.Map != nil || trip.Countries != nil {
		t.Errorf("highway %v, map %v, countries %v without a map", trip.HighwayM, trip.Receipt.Map, trip.Countries)
	}
	if diff := cmp.Diff([]string{"raw overspeed", "raw", "raw overspeed", "raw"}, sources(trip.Route)); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	joined(t, trip.Route)
}

// broken is a map that cannot be asked.
type broken struct{}

func (broken) Follow(*match.Track, *follow.Way) error { return errors.New("away") }
func (broken) Between(route.End, route.End) (route.Stretch, error) {
	return route.Stretch{}, errors.New("away")
}
func (broken) Receipt() outcome.MapReceipt { return outcome.MapReceipt{} }

func TestAMapThatIsNotReached(t *testing.T) {
	trip := of[*outcome.Trip](liveOn(t, lay(away(always), nil, t0+500_000*sec), broken{}))[0]
	if !slices.Contains(trip.Receipt.Flags, "map_not_reached") || trip.Receipt.Map != nil || trip.HighwayM != nil || trip.Speeding != nil {
		t.Errorf("flags %v, map %v, highway %v, speeding %v", trip.Receipt.Flags, trip.Receipt.Map, trip.HighwayM, trip.Speeding)
	}
	if diff := cmp.Diff([]string{"raw"}, sources(trip.Route)); diff != "" {
		t.Error(diff)
	}
}

// Rides with all that goes wrong, on a map and with signs: in any cut the same bytes.
// Collisions come as evidence does, and are not looked at.
func TestAnyRideOnAMapInAnyCut(t *testing.T) {
	m := streets(t)
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawRide(rt)
		if len(ps) == 0 || ps[len(ps)-1].at <= t0 {
			return
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts and signs"), 1))
		for range r.IntN(10) {
			ps = append(ps, changeAt(t0+r.Int64N(ps[len(ps)-1].at-t0+1), telemetry.SpeedLimitSign, int64(r.IntN(8)*10)))
			slices.SortStableFunc(ps, func(a, b point) int { return int(a.at - b.at) })
		}
		var cuts []int64
		for range 40 {
			cuts = append(cuts, t0+r.Int64N(ps[len(ps)-1].at-t0+1))
		}
		slices.Sort(cuts)
		const arrived = t0 + 500_000*sec
		drives := func(frames []*telemetry.Frame) []string {
			out := liveOn(rt, frames, follow.New(m, follow.Options{}))
			return lines(rt, slices.DeleteFunc(out, func(o outcome.Outcome) bool { return o.Head().Type == outcome.TypeCollision }))
		}
		if diff := cmp.Diff(drives(lay(ps, nil, arrived)), drives(lay(ps, cuts, arrived))); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.2000s", diff)
		}
	})
}

var _ pipeline.Roads = broken{}

// Speeding before and after a hidden stretch is two stretches, and none of the time between.
func TestSpeedingDoesNotReachOverAHiddenStretch(t *testing.T) {
	ps := append(away(always), changeAt(t0+100*sec+500_000, telemetry.LocationShared, 0), changeAt(t0+150*sec+500_000, telemetry.LocationShared, 1))
	events := of[*outcome.Event](liveOn(t, lay(ps, nil, t0+500_000*sec), follow.New(streets(t), follow.Options{})))
	if len(events) != 2 {
		t.Fatalf("%d events, want 2", len(events))
	}
	near(t, "duration of the first", events[0].DurationS, 100, 2)
	near(t, "duration of the second", events[1].DurationS, 100, 2)
}
