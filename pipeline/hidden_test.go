package pipeline_test

import (
	"math"
	"slices"
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// hop is a drive of 100 s at 10 m/s with ignition, fixes and a stop from 50 s to 80 s for
// which the ignition is off.
func hop() []point {
	ps := []point{ignitionAt(t0, true), ignitionAt(t0+50*sec, false), ignitionAt(t0+80*sec, true), ignitionAt(t0+130*sec, false)}
	for i := range int64(130) {
		at := t0 + i*sec + 7
		if i < 50 || i >= 80 {
			ps = append(ps, speedAt(at, 10), fixAt(at, wayAt(at)))
		}
	}
	return ps
}

func TestHiddenStretches(t *testing.T) {
	share := func(s float64, v int64) point {
		return changeAt(t0+int64(s*1e6), telemetry.LocationShared, v)
	}
	for _, c := range []struct {
		name    string
		changes []point
		boot2   float64 // s from which on it is boot 2, 0 for none
		flagged bool
		runs    int
	}{
		{"never", nil, 0, false, 2}, // the stop is 300 m of way without a fix
		{"in the middle", []point{share(20, 0), share(30, 1)}, 0, true, 3},
		{"by a value that is no truth value", []point{share(20, 2), share(30, 1)}, 0, true, 3},
		{"for less than a fix", []point{share(20.2, -1), share(20.3, 1)}, 0, true, 3},
		{"for no time at all", []point{share(20.2, 0), share(20.2, 1)}, 0, false, 2},
		{"from before the trip", []point{share(-5, 0), share(10, 1)}, 0, true, 2},
		{"until it begins", []point{share(-5, 0), share(0, 1)}, 0, false, 2},
		{"after it has ended", []point{share(130.1, 0)}, 0, false, 2},
		{"while it paused", []point{share(60, 3), share(70, 1)}, 0, true, 2},
		{"by a boot that is not heard", []point{share(-5, 1)}, 20, true, 1},
		{"until a boot is heard", []point{share(-5, 1), share(21, 1)}, 20, true, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			ps := append(hop(), c.changes...)
			for i := range ps {
				if c.boot2 > 0 && ps[i].at >= t0+int64(c.boot2*1e6) {
					ps[i].boot = 2
				}
			}
			trip, _ := oneTrip(t, ps)
			runs, err := line(trip.Route)
			flagged := slices.Contains(trip.Receipt.Flags, "location_hidden")
			if err != nil || flagged != c.flagged || len(runs) != c.runs || trip.Partial != c.flagged && c.flagged {
				t.Errorf("flagged %t in %d runs, partial %t, want %t in %d; %v", flagged, len(runs), trip.Partial, c.flagged, c.runs, err)
			}
		})
	}
}

// Without ignition state a trip begins with the standing before its first movement: if
// that was not shared, it begins where it is.
func TestATripThatBeginsHidden(t *testing.T) {
	ps := []point{changeAt(t0, telemetry.LocationShared, 0), changeAt(t0+11*sec+500_000, telemetry.LocationShared, 1)}
	ps = cruise(cruise(ps, 0, 12, 1, 0), 12, 100, 1, 10)
	trip, _ := oneTrip(t, ps)
	if trip.StartedAt != outcome.Time(t0+11*sec+500_000) || !slices.Contains(trip.Receipt.Flags, "location_hidden") {
		t.Errorf("a trip from %s with flags %v", trip.StartedAt, trip.Receipt.Flags)
	}
}

// A frame with a wild clock neither shuts the gate for ever nor makes a later switch
// look old.
func TestAWildClockDoesNotPoisonTheGate(t *testing.T) {
	at := func(s int64) *telemetry.Frame {
		return &telemetry.Frame{VehicleID: "car", Boot: 1, Sequence: uint64(s), Start: t0 + s*sec, Arrived: t0 + s*sec,
			Position: telemetry.Position{At: []int32{0}, Latitude: []float64{40}, Longitude: []float64{3}}}
	}
	share := func(f *telemetry.Frame, v int64) *telemetry.Frame {
		f.Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.LocationShared}, Value: []int64{v}}
		return f
	}
	wild := func(s int64, skew int64, v int64) *telemetry.Frame {
		f := share(at(s), v)
		f.Start += skew
		return f
	}
	const year = 365 * 86_400 * sec
	for _, c := range []struct {
		name   string
		frames []*telemetry.Frame
		hidden int64
	}{
		{"sharing reopens", []*telemetry.Frame{wild(1, 20*year, 1), share(at(2), 0), share(at(3), 1), at(4)}, 1},
		{"a wild hide hides until it is heard again", []*telemetry.Frame{wild(1, 20*year, 0), at(2), share(at(3), 1), at(4)}, 2},
		{"a wild share opens nothing", []*telemetry.Frame{share(at(1), 0), wild(2, year, 1), wild(3, -year, 1), at(4)}, 4},
		{"an old clock hides", []*telemetry.Frame{share(at(1), 1), wild(2, -20*year, 0), at(3)}, 2},
	} {
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
		if err != nil {
			t.Fatal(err)
		}
		var s pipeline.Scratch
		for _, f := range c.frames {
			v.Apply(f, &s)
		}
		if s.Hidden != c.hidden {
			t.Errorf("%s: %d positions hidden, want %d", c.name, s.Hidden, c.hidden)
		}
	}
	// A late switch-off is heard after a wild frame.
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
	if err != nil {
		t.Fatal(err)
	}
	var s pipeline.Scratch
	v.Apply(share(at(1), 1), &s)
	v.Apply(wild(3, 20*year, 1), &s)
	v.Late(share(at(2), 0), &s)
	if v.Apply(at(4), &s); s.Hidden != 2 {
		t.Errorf("%d positions hidden from a late switch-off on, want 2", s.Hidden)
	}
}

// A first switch-off that comes too late takes back what was let through since; where the
// trip ends so, all of it.
func TestALateFirstSwitchTakesPlacesBack(t *testing.T) {
	for _, back := range []bool{true, false} {
		ps := hop()
		for i := range int64(49 * 20) {
			ps = append(ps, motionAt(t0+i*50_000, -7*float64(i/20/40), 0))
		}
		if back {
			ps = append(ps, changeAt(t0+100*sec, telemetry.LocationShared, 1))
		}
		frames := lay(ps, []int64{t0 + 90*sec}, t0+500_000*sec)
		late := lay([]point{changeAt(t0+30*sec, telemetry.LocationShared, 0)}, nil, t0+500_000*sec)[0]
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
		if err != nil {
			t.Fatal(err)
		}
		var s pipeline.Scratch
		v.Apply(frames[0], &s)
		v.Late(late, &s)
		v.Apply(frames[1], &s)
		v.Advance(math.MaxInt64, &s)
		trips, events := of[*outcome.Trip](s.Out), of[*outcome.Event](s.Out)
		if !back {
			months := of[*outcome.Month](s.Out)
			if len(trips)+len(events) > 0 || len(months) != 1 || months[0].WithheldTrips != 1 || months[0].Trips != 0 || len(months[0].Days) != 0 {
				t.Errorf("withheld: %d trips, %d events, months %+v", len(trips), len(events), months)
			}
			continue
		}
		runs, err := line(trips[0].Route)
		if err != nil || len(runs) != 1 || runs[0][0] < t0+100*sec-slack || len(events) != 1 || events[0].Lat != nil || !slices.Contains(trips[0].Receipt.Flags, "location_hidden") {
			t.Errorf("runs %v, %d events, flags %v, %v", runs, len(events), trips[0].Receipt.Flags, err)
		}
	}
}
