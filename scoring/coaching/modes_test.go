package coaching

import (
	"testing"

	"milepost/fleet"
	"milepost/outcome"
)

// A hybrid of 1,500 kg on level road: 0.12 W/kg·(m/s) of rolling and air at 15 m/s.
func TestModesByDemand(t *testing.T) {
	for _, c := range []struct {
		name string
		v, a float64
		set  func(*Step)
		want outcome.Mode
	}{
		{"standing", 0, 0, nil, outcome.ModeCharge},
		{"cruising", 15, 0, nil, outcome.ModeEco},
		{"lifting the foot", 15, -0.1, nil, outcome.ModeEco},
		{"coasting harder than resistance", 15, -0.2, nil, outcome.ModeCharge},
		{"14.9 W/kg", 15, 14.9/15 - 0.098_066_5 - 0.00026*225, nil, outcome.ModeEco},
		{"15.1 W/kg", 15, 15.1/15 - 0.098_066_5 - 0.00026*225, nil, outcome.ModePower},
		{"a hill of 10 %", 15, 0, func(q *Step) { q.Slope = 0.10 }, outcome.ModePower},
		{"down a hill of 3 %", 15, 0, func(q *Step) { q.Slope = -0.03 }, outcome.ModeCharge},
		{"a slope that no road has", 15, 0, func(q *Step) { q.Slope = -0.4 }, outcome.ModeEco},
		{"its own indicator", 15, 3, func(q *Step) { q.Indicator = outcome.ModeCharge }, outcome.ModeCharge},
		{"nothing known", nan, nan, nil, ""},
		{"no acceleration known", 15, nan, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := Step{V: c.v, A: c.a, Slope: nan, Span: 1, Metres: c.v}
			if c.set != nil {
				c.set(&q)
			}
			w := working{car: carOf(fleet.Hybrid, 0)}
			w.judge(&Trip{Steps: []Step{q}})
			if got := modeOf(&q, w.demand[0]); got != c.want {
				t.Errorf("mode %q at %.2f W/kg, want %q", got, w.demand[0], c.want)
			}
		})
	}
}

func TestModesCoverTheTrip(t *testing.T) {
	r := (&ride{}).hold(30).to(25, 8).hold(60).to(0, 20)
	trip := r.trip(fleet.Hybrid)
	trip.DistanceM *= 1.03 // by the odometer
	m := coach(trip).Coaching.Modes
	if !near(m.ChargeM+m.EcoM+m.PowerM, trip.DistanceM, 0.2) || m.ChargeS+m.EcoS+m.PowerS != 118 {
		t.Errorf("%+v of %.1f m and 118 s", m, trip.DistanceM)
	}
	if m.ChargeS != 50 || m.PowerS != 7 || m.Source != outcome.ModesByDemand {
		t.Errorf("%+v: want 50 s of standing and braking in charge, 7 s of power", m)
	}
}

// Where less than half of what was driven could be judged, the rest would be a guess: modes
// are absent. A trip that stood all the while has them.
func TestModesOfATripThatWasHardlySeen(t *testing.T) {
	unseen := func(metres float64) *outcome.Modes {
		trip := (&ride{v: 10}).hold(100).trip(fleet.Hybrid)
		trip.Steps = append(trip.Steps, Step{At: start + 400_000_000, Span: 300, V: nan, A: nan, Metres: metres, Slope: nan})
		trip.DistanceM = 1000 + metres
		return coach(trip).Coaching.Modes
	}
	if m := unseen(1010); m != nil {
		t.Errorf("1,000 of 2,010 m were judged: modes %+v", m)
	}
	if m := unseen(990); m == nil || !near(m.EcoM, 1990, 0.1) {
		t.Errorf("1,000 of 1,990 m were judged: modes %+v", m)
	}
	trip := new(ride).hold(5).trip(fleet.Hybrid)
	trip.DistanceM = 5000
	if m := coach(trip).Coaching.Modes; m != nil {
		t.Errorf("5 km of which 5 s of standing are known: modes %+v", m)
	}
	if m := coach(new(ride).hold(5).trip(fleet.Hybrid)).Coaching.Modes; m == nil || m.ChargeS != 5 {
		t.Errorf("5 s of standing: modes %+v", m)
	}
}

func TestModesByIndicator(t *testing.T) {
	r := (&ride{v: 20}).hold(100).each(20, 0, func(q *Step) { q.Indicator = outcome.ModePower })
	if m := coach(r.trip(fleet.PlugIn)).Coaching.Modes; m.Source != outcome.ModesByIndicator || m.PowerS != 80 || m.EcoS != 20 {
		t.Errorf("%+v: want 80 s of power by the indicator, before it told 20 s of eco", m)
	}
	r.each(20, 60, func(q *Step) { q.Indicator = "" })
	if m := coach(r.trip(fleet.PlugIn)).Coaching.Modes; m.Source != outcome.ModesByDemand {
		t.Errorf("%+v: told by the indicator for 40 of 100 s only", m)
	}
}
