package pipeline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// oneTrip is a life's only trip, its events and its months.
func oneTrip(t *testing.T, ps []point) (*outcome.Trip, []*outcome.Event) {
	t.Helper()
	out := live(t, lay(ps, nil, t0+500_000*sec))
	trips := of[*outcome.Trip](out)
	if len(trips) != 1 {
		t.Fatalf("%d trips, want one", len(trips))
	}
	return trips[0], of[*outcome.Event](out)
}

// away is a drive of 900 s at 20 m/s with ignition, and fixes where wanted.
func away(fixes func(second int) bool) []point {
	ps := cruise([]point{ignitionAt(t0, true), ignitionAt(t0+900*sec, false)}, 0, 900, 10, 20)
	for i := range 900 {
		if fixes(i) {
			ps = append(ps, fixAt(t0+int64(i)*sec, float64(i)*20))
		}
	}
	return ps
}

func always(int) bool { return true }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s %.1f, want %.1f", what, got, want)
	}
}

func TestTunnelWithoutOdometerCountsOnce(t *testing.T) {
	trip, _ := oneTrip(t, away(func(i int) bool { return i < 300 || i > 600 }))
	near(t, "distance", trip.DistanceM, 18_000, 30)
	near(t, "of tunnels", trip.Receipt.Distances["tunnels"], 6000, 60)
}

func TestOutageOfSpeedIsBridgedByFixes(t *testing.T) {
	ps := slices.DeleteFunc(away(always), func(p point) bool {
		var f telemetry.Frame
		p.put(&f, 0)
		return len(f.Speed.At) > 0 && p.at > t0+300*sec && p.at < t0+600*sec
	})
	trip, _ := oneTrip(t, ps)
	near(t, "distance", trip.DistanceM, 18_000, 60)
	if !slices.Contains(trip.Receipt.Flags, "no_speed_for_300_s") {
		t.Errorf("flags %v", trip.Receipt.Flags)
	}
}

func TestStuckOdometerIsNotBelieved(t *testing.T) {
	ps := away(always)
	for i := range int64(900) {
		ps = append(ps, odometerAt(t0+i*sec, 12_345))
	}
	trip, _ := oneTrip(t, ps)
	near(t, "distance", trip.DistanceM, 18_000, 30)
	if trip.DistanceSource != "speed" || !slices.Contains(trip.Receipt.Flags, "odometer_stuck") {
		t.Errorf("by %s, flags %v", trip.DistanceSource, trip.Receipt.Flags)
	}
}

func TestUnjudgedDrivingHasLowConfidence(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ps := []point{ignitionAt(t0, true), ignitionAt(t0+1800*sec, false)}
	for i := range int64(450) {
		ps = append(ps, speedAt(t0+i*4*sec+1000, r.Float64()*10))
	}
	trip, _ := oneTrip(t, ps)
	if p := trip.Scores.Performance; !p.LowConfidence || trip.DistanceM < 5000 {
		t.Errorf("%.0f m, score %+v", trip.DistanceM, *p)
	}
}

func TestChangeOfRateIsNoManoeuvre(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ps := []point{ignitionAt(t0, true), ignitionAt(t0+1000*sec, false)}
	at := t0
	for range 60 {
		for i := range 60 {
			step := sec
			if i < 50 {
				step = sec / 10
			}
			at += step
			ps = append(ps, speedAt(at, math.Round((20+r.Float64()*0.6)*3.6)/3.6))
		}
	}
	if _, events := oneTrip(t, ps); len(events) > 0 {
		t.Errorf("%d events on a steady drive, the first: %+v", len(events), *events[0])
	}
}

func TestSlamAfterTheEndIsNoManoeuvre(t *testing.T) {
	var ps []point
	for i := range int64(700) {
		v, a := 14.0, 0.5
		if i >= 200 {
			v, a = 0, 0
		}
		if i == 260 {
			a = -4.5
		}
		ps = append(ps, speedAt(t0+i*sec, v), motionAt(t0+i*sec+1, a, 0))
	}
	if trip, events := oneTrip(t, ps); len(events) > 0 || trip.Counts.HarshBraking > 0 {
		t.Errorf("%d events, counts %+v", len(events), trip.Counts)
	}
}

func TestLostOnLosesNoWay(t *testing.T) {
	trip, _ := oneTrip(t, cruise([]point{ignitionAt(t0, false), ignitionAt(t0+200*sec, false)}, 10, 200, 1, 30))
	near(t, "distance", trip.DistanceM, 189*30, 35)
}

func TestWildFixStandsNowhere(t *testing.T) {
	ps := []point{ignitionAt(t0, true), ignitionAt(t0+100*sec, false)}
	for i := range int64(100) {
		way := float64(i) * 20
		if i == 50 {
			way = 890_000
		}
		ps = append(ps, speedAt(t0+i*sec, 20), fixAt(t0+i*sec, way))
	}
	trip, _ := oneTrip(t, ps)
	near(t, "path", trip.Receipt.Distances["gnss"], 1980, 15)
	if !slices.Contains(trip.Receipt.Flags, "fixes_left_out_1") || len(trip.Route.Parts) != 1 {
		t.Errorf("flags %v, %d parts", trip.Receipt.Flags, len(trip.Route.Parts))
	}
}

func TestOneWildSpeedIsNotDriven(t *testing.T) {
	var ps []point
	for i := range int64(400) {
		v := 26.8
		if i == 200 {
			v = 70.8
		}
		ps = append(ps, speedAt(t0+i*sec, v+float64(i%7)*0.01))
	}
	trip, events := oneTrip(t, ps)
	near(t, "highest speed", trip.MaxSpeedKmh, 26.86*3.6, 0.2)
	near(t, "distance", trip.DistanceM, 399*26.83, 15)
	if len(events) > 0 || !slices.Contains(trip.Receipt.Flags, "speed_spikes_1") || trip.Scores.Performance.Score < 99 {
		t.Errorf("%d events, flags %v, score %+v", len(events), trip.Receipt.Flags, *trip.Scores.Performance)
	}
}

func TestManyDriversInAMonth(t *testing.T) {
	var ps []point
	at := t0
	for day := range int64(14) {
		ps = append(ps, changeAt(at, telemetry.DriverID, day%7+1), ignitionAt(at, true))
		for i := range int64(300) {
			ps = append(ps, speedAt(at+i*sec+5, 20))
		}
		ps = append(ps, ignitionAt(at+301*sec, false))
		at += 3 * 3600 * sec
	}
	newest := map[string]*outcome.Month{}
	for _, m := range of[*outcome.Month](live(t, lay(ps, nil, t0+500_000*sec))) {
		if old := newest[m.ID]; old != nil && (m.Revision <= old.Revision || m.Trips <= old.Trips) {
			t.Errorf("driver %s: revision %d of %d trips after revision %d of %d", m.DriverID, m.Revision, m.Trips, old.Revision, old.Trips)
		}
		newest[m.ID] = m
	}
	if len(newest) != 7 {
		t.Errorf("%d months, want one for each of 7 drivers", len(newest))
	}
}

func TestReversingPeakHasAPositiveSpeed(t *testing.T) {
	ps := []point{ignitionAt(t0, true), ignitionAt(t0+100*sec, false)}
	for i := range int64(100) {
		ps = append(ps, speedAt(t0+i*sec, -3), motionAt(t0+i*sec+1, 4*float64(i%5/4), 0))
	}
	_, events := oneTrip(t, ps)
	if len(events) == 0 || *events[0].SpeedKmh != 10.8 {
		t.Errorf("%d events, want some at 10.8 km/h", len(events))
	}
}

func TestFutureFrameDoesNotAgeWhatFollows(t *testing.T) {
	ps := cruise([]point{ignitionAt(t0, true), ignitionAt(t0+1000*sec, false)}, 0, 1000, 10, 10)
	frames := lay(ps, []int64{t0 + 300*sec}, t0+1000*sec)
	wild := lay([]point{speedAt(t0+20*365*86_400*sec, 10)}, nil, t0+1000*sec)[0]
	trips := of[*outcome.Trip](live(t, []*telemetry.Frame{frames[0], wild, frames[1]}))
	if len(trips) != 1 || trips[0].DurationS != 1000 {
		t.Errorf("%d trips, the first of %.0f s; want one of 1000 s", len(trips), trips[0].DurationS)
	}
}

// A hidden stretch is neither a tunnel nor a place; what it was is not told.
func TestHiddenStretch(t *testing.T) {
	ps := append(away(always), changeAt(t0+300*sec, telemetry.LocationShared, 0), changeAt(t0+600*sec, telemetry.LocationShared, 1))
	for i := range int64(20) { // a harsh brake, far into the hidden stretch
		ps = append(ps, motionAt(t0+500*sec+i*sec/20, -6, 0))
	}
	trip, events := oneTrip(t, ps)
	if trip.Receipt.Distances["tunnels"] != 0 || !trip.Partial || !slices.Contains(trip.Receipt.Flags, "location_hidden") {
		t.Errorf("tunnels %v, partial %t, flags %v", trip.Receipt.Distances["tunnels"], trip.Partial, trip.Receipt.Flags)
	}
	near(t, "path", trip.Receipt.Distances["gnss"], 300*20+300*20, 90)
	if p := trip.Route.Parts; len(p) != 3 || p[1].Source != outcome.PartHidden || p[1].To != p[1].From+1 {
		t.Errorf("parts of the line %+v, want two and a blank between them", p)
	}
	for _, e := range events {
		if e.Lat != nil {
			t.Errorf("%s at %s has a place", e.Kind, e.StartedAt)
		}
	}
}

// Readings of the odometer behind a trip's end make the part of it that was shared no
// faster than a car.
func TestASharedPartIsNoFasterThanACar(t *testing.T) {
	ps := cruise([]point{changeAt(t0, telemetry.LocationShared, 1), changeAt(t0+5*sec, telemetry.LocationShared, 0), changeAt(t0+95*sec, telemetry.LocationShared, 1)}, 0, 100, 10, 20)
	for i := range int64(300) {
		ps = append(ps, odometerAt(t0+i*sec+500_000, 1e6+30*float64(i)))
	}
	trip, _ := oneTrip(t, ps)
	if trip.AvgSpeedKmh == 0 || trip.AvgSpeedKmh > 252 || trip.DurationS > 101 {
		t.Errorf("%.1f km/h, %.1f m in %.1f s", trip.AvgSpeedKmh, trip.DistanceM, trip.DurationS)
	}
}
