package pipeline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
	"milepost/telemetry"
)

// climbAt is a fix so many metres along a way north, so high.
func climbAt(at int64, way, height float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		p := &f.Position
		p.At, p.Latitude, p.Longitude = append(p.At, off), append(p.Latitude, 40+way/111_195), append(p.Longitude, -3)
		p.Altitude = append(p.Altitude, float32(height))
	}}
}

// drawAt is what a hybrid's powertrain tells.
func drawAt(at int64, running, litres, watts, celsius float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		e := &f.Energy
		e.At, e.EngineRunning, e.FuelConsumed = append(e.At, off), append(e.EngineRunning, float32(running)), append(e.FuelConsumed, float32(litres))
		e.Power, e.Ambient = append(e.Power, float32(watts)), append(e.Ambient, float32(celsius))
	}}
}

// hybridDrive is ten minutes at 15 m/s up a hill of 3 %: by motor, then by engine, then a
// stop. Within from..to, s, other says what the car tells instead.
func hybridDrive(from, to int64, other func(at int64, i int64) []point) (ps []point) {
	ps = append(ps, ignitionAt(t0, true), changeAt(t0+600*sec, telemetry.HybridIndicator, telemetry.IndicatorPower), ignitionAt(t0+660*sec, false))
	litres := 0.0
	for i := range int64(660) {
		at := t0 + i*sec
		if i >= from && i < to {
			ps = append(ps, other(at, i)...)
			continue
		}
		v, running, watts := 15.0, 0.0, -9000.0
		if i >= 300 {
			running, watts, litres = 1, 1000, litres+0.001
		}
		if i >= 600 {
			v = max(0, 15-1.5*float64(i-600))
			if watts = 0; v > 0 {
				watts = 12_000
			}
		}
		way := 15 * float64(min(i, 605))
		ps = append(ps, speedAt(at, v), climbAt(at+10_000, way, math.Round(600+0.03*way)), drawAt(at+500_000, running, litres, watts, 12))
	}
	return ps
}

func hybridTrip(t *testing.T, ps []point) *outcome.Trip {
	t.Helper()
	c := newCar(t, fleet.Profile{VehicleID: "car", Powertrain: fleet.Hybrid})
	for _, f := range lay(ps, nil, 0) {
		c.record(f)
	}
	c.advance(math.MaxInt64 - 1)
	trips := of[*outcome.Trip](c.scratch.Out)
	return theTrip(t, trips)
}

func TestAHybridsTrip(t *testing.T) {
	o := hybridTrip(t, hybridDrive(0, 0, nil))
	c := o.Coaching
	if c == nil || c.Kind != outcome.CoachingHybrid || c.Modes == nil || c.RecoveredShare == nil || c.LPer100Km == nil {
		t.Fatalf("coaching %+v", c)
	}
	if m := c.Modes; math.Abs(m.ChargeM+m.EcoM+m.PowerM-o.DistanceM) > 0.002*o.DistanceM || math.Abs(m.ChargeS+m.EcoS+m.PowerS-o.DrivingS-o.IdleS) > 2 {
		t.Errorf("modes %+v of %.1f m, %.1f s driving and %.1f standing", m, o.DistanceM, o.DrivingS, o.IdleS)
	}
	// 9.1 W/kg uphill is eco; the indicator says power from then on.
	if m := c.Modes; m.EcoS < 590 || m.PowerS < 55 || m.Source != outcome.ModesByDemand {
		t.Errorf("modes %+v", m)
	}
	if *o.EVDistanceM < 4470 || *o.EVDistanceM > 4530 || c.Inputs["ambient_c"] != 12 {
		t.Errorf("%.0f m without the engine, want 4,500; inputs %v", *o.EVDistanceM, c.Inputs)
	}
	var flags []bool
	for _, p := range o.Route.Parts {
		if p.IsEV == nil || p.Mode == "" || p.Source != outcome.PartRaw {
			t.Fatalf("part %+v", p)
		}
		if n := len(flags); n == 0 || flags[n-1] != *p.IsEV {
			flags = append(flags, *p.IsEV)
		}
	}
	if !slices.Equal(flags, []bool{true, false}) || len(o.Route.Parts) != 3 {
		t.Errorf("%d parts, is_ev %v; want by motor, by engine, and by engine in power", len(o.Route.Parts), flags)
	}
	again, err := coaching.FromReceipt(c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Modes, again.Modes); diff != "" {
		t.Errorf("the receipt tells other modes:\n%s", diff)
	}
	i := slices.IndexFunc(c.Observations, func(x outcome.Observation) bool { return x.Message == coaching.MessageEVStretch })
	if i < 0 || c.Observations[i].Lat == nil || c.Observations[i].Slope == nil || math.Abs(*c.Observations[i].Slope-0.03) > 0.006 {
		t.Errorf("observations %+v: want a stretch by motor, uphill by 3 %%, with its place", c.Observations)
	}
}

// What a car tells while its location is not shared changes nothing: neither heights nor
// its indicator, engine, battery or the air.
func TestCoachingKnowsNothingOfAHiddenStretch(t *testing.T) {
	share := []point{changeAt(t0+200*sec+900_000, telemetry.LocationShared, 0), changeAt(t0+260*sec-100_000, telemetry.LocationShared, 1)}
	quiet := hybridTrip(t, append(hybridDrive(201, 260, func(at, _ int64) []point { return []point{speedAt(at, 15)} }), share...))
	loud := hybridTrip(t, append(hybridDrive(201, 260, func(at, i int64) []point {
		return []point{speedAt(at, 15), climbAt(at+10_000, 15*float64(i), 900), drawAt(at+500_000, 1, 3, 40_000, -20),
			changeAt(at+600_000, telemetry.HybridIndicator, i%3)}
	}), share...))
	if quiet.Coaching == nil || quiet.Coaching.Modes == nil {
		t.Fatal("no coaching")
	}
	if diff := cmp.Diff(quiet.Coaching, loud.Coaching); diff != "" {
		t.Errorf("(-quiet +loud):\n%s", diff)
	}
	if diff := cmp.Diff(quiet.Route, loud.Route); diff != "" {
		t.Errorf("route (-quiet +loud):\n%s", diff)
	}
	if diff := cmp.Diff([]*float64{quiet.EVDistanceM, quiet.EVS}, []*float64{loud.EVDistanceM, loud.EVS}); diff != "" {
		t.Errorf("(-quiet +loud):\n%s", diff)
	}
}

// A part of a drive that comes late is coached as if it had come in time.
func TestAnAmendedTripIsCoachedTheSame(t *testing.T) {
	frames := lay(hybridDrive(0, 0, nil), []int64{t0 + 250*sec, t0 + 270*sec, t0 + 400*sec}, 0)
	var got [2]*outcome.Trip
	for i := range got {
		c := newCar(t, fleet.Profile{VehicleID: "car", Powertrain: fleet.Hybrid})
		for k, f := range frames {
			if i == 0 || k != 1 {
				c.record(f)
			}
		}
		end := frames[len(frames)-1].Arrived
		c.advance(end + 3600*sec)
		if i == 1 {
			late := *frames[1]
			late.Arrived = end + 3700*sec
			c.record(&late)
			c.advance(end + 7200*sec)
		}
		trips := of[*outcome.Trip](c.scratch.Out)
		got[i] = trips[len(trips)-1]
	}
	if got[1].State != outcome.Amended {
		t.Fatalf("the trip is %s", got[1].State)
	}
	if diff := cmp.Diff(got[0].Coaching, got[1].Coaching, cmpopts.EquateApprox(0.01, 1)); diff != "" {
		t.Errorf("(-live +amended):\n%s", diff)
	}
	if math.Abs(*got[0].EVDistanceM-*got[1].EVDistanceM) > 1 {
		t.Errorf("%.1f m without the engine live, %.1f amended", *got[0].EVDistanceM, *got[1].EVDistanceM)
	}
}
