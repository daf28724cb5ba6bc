package coaching

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
)

func find(r *Result, message string) (outcome.Observation, bool) {
	i := slices.IndexFunc(r.Coaching.Observations, func(o outcome.Observation) bool { return o.Message == message })
	if i < 0 {
		return outcome.Observation{}, false
	}
	return r.Coaching.Observations[i], true
}

// Each message has a drive that it is told of, and one that comes near and is not.
func TestObservations(t *testing.T) {
	event := func(kind outcome.EventKind, peak float64) func(*Trip) {
		return func(x *Trip) {
			x.Events = []Event{{Kind: kind, Start: start + 10_000_000, Duration: 2, Level: 1, Peak: peak, Speed: 15}}
		}
	}
	put := func(j float64) func(*Step) { return func(q *Step) { q.RegenJ = j } }
	limit := func(q *Step) { q.Limit = 13.9 }
	pump := func(a float64) *ride {
		r := &ride{v: 15}
		for i := range 120 {
			r.step([]float64{a, a, -a, -a}[i%4])
		}
		return r
	}
	for _, c := range []struct {
		message string
		p       fleet.Powertrain
		r, not  *ride
		more    func(*Trip)
		good    bool
		about   outcome.Cause
		params  params
	}{
		{MessageAccelerationHard, fleet.Combustion, (&ride{v: 15}).hold(30), nil, event(outcome.HarshAcceleration, 3.2), false, outcome.CauseAcceleration,
			params{"from_kmh": 54, "peak_ms2": 3.2}},
		{MessageBrakingHard, fleet.Combustion, (&ride{v: 15}).hold(30), nil, event(outcome.HarshBraking, 5.1), false, outcome.CauseBraking,
			params{"from_kmh": 54, "peak_ms2": 5.1}},
		{MessageCorneringHard, fleet.Combustion, (&ride{v: 15}).hold(30), nil, event(outcome.HarshCornering, 4.4), false, outcome.CauseCornering,
			params{"from_kmh": 54, "peak_ms2": 4.4}},
		{MessageAccelerationWasted, fleet.Hybrid, (&ride{v: 5}).to(15, 5).hold(2).to(5, 5).hold(5), (&ride{v: 5}).to(15, 5).hold(9).to(5, 5).hold(5), nil,
			false, outcome.CauseAcceleration, params{"gained_kmh": 36, "lost_kmh": 36, "peak_ms2": 2}},
		{MessageAccelerationSmooth, fleet.Hybrid, (&ride{}).to(16, 25).hold(5), (&ride{}).to(16, 8).hold(5), nil,
			true, outcome.CauseAcceleration, params{"from_kmh": 0, "to_kmh": 58}},
		{MessageBrakingLate, fleet.Hybrid, (&ride{v: 20}).hold(5).to(5, 6), (&ride{v: 20}).hold(5).to(5, 10), nil,
			false, outcome.CauseBraking, params{"deceleration_ms2": 2.5, "earlier_m": 113, "from_kmh": 72, "to_kmh": 18}},
		{MessageBrakingRecovered, fleet.Hybrid, (&ride{v: 20}).hold(5).to(0, 16).each(5, 21, put(13e3)), (&ride{v: 20}).hold(5).to(0, 16).each(5, 21, put(3e3)), nil,
			true, outcome.CauseBraking, params{"from_kmh": 72, "recovered_kwh": 0.058, "to_kmh": 0}},
		{MessageBrakingSmooth, fleet.Combustion, (&ride{v: 20}).hold(5).to(0, 25), (&ride{v: 20}).hold(5).to(0, 16), nil,
			true, outcome.CauseBraking, params{"from_kmh": 72, "to_kmh": 0}},
		{MessageCoastingLong, fleet.Combustion, (&ride{v: 22}).hold(5).to(16, 30), (&ride{v: 22}).hold(5).to(16, 9), nil,
			true, outcome.CauseBraking, params{"from_kmh": 79, "to_kmh": 58}},
		{MessageEVStretch, fleet.Hybrid, (&ride{v: 10}).hold(90).each(0, 0, func(q *Step) { q.Engine = EngineOff }),
			(&ride{v: 10}).hold(45).each(0, 0, func(q *Step) { q.Engine = EngineOff }), nil, true, outcome.CauseEV, params{"speed_kmh": 36}},
		{MessageSpeedHigh, fleet.Combustion, (&ride{v: 38}).hold(200), (&ride{v: 31}).hold(200), nil, false, outcome.CauseSpeed, params{"speed_kmh": 137}},
		{MessageSpeedOverLimit, fleet.Combustion, (&ride{v: 18}).hold(30).each(0, 0, limit), (&ride{v: 14.2}).hold(30).each(0, 0, limit), nil,
			false, outcome.CauseSpeed, params{"limit_kmh": 50, "speed_kmh": 65}},
		{MessageSpeedSteady, fleet.Combustion, (&ride{v: 22}).hold(120), (&ride{v: 22}).hold(50), nil, true, outcome.CauseConstantSpeed, params{"speed_kmh": 79}},
		{MessageSpeedUnsteady, fleet.Combustion, pump(0.8), pump(0.3), nil, false, outcome.CauseConstantSpeed, params{"speed_kmh": 57, "swings": 60}},
	} {
		t.Run(c.message, func(t *testing.T) {
			trip := c.r.trip(c.p)
			if c.more != nil {
				c.more(trip)
			}
			o, ok := find(coach(trip), c.message)
			if !ok {
				t.Fatalf("not told: %+v", coach(trip).Coaching.Observations)
			}
			if o.Good != c.good || o.About != c.about {
				t.Errorf("good %v, about %q", o.Good, o.About)
			}
			if diff := cmp.Diff(c.params, o.Params); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !slices.Contains(Messages(), o.Message) {
				t.Error("the message is none of Messages")
			}
			if c.not != nil {
				if o, ok := find(coach(c.not.trip(c.p)), c.message); ok {
					t.Errorf("told of what comes near: %+v", o)
				}
			}
		})
	}
	if !slices.IsSorted(Messages()) {
		t.Error("messages are not in order")
	}
}

func TestObservationsSayWhere(t *testing.T) {
	r := (&ride{v: 20}).hold(5).to(5, 6).hold(5)
	r.each(0, 0, func(q *Step) { q.Slope = -0.02 }).each(6, 8, func(q *Step) { q.Lat, q.Lon = 40.123456789, -3.5 })
	o, ok := find(coach(r.trip(fleet.Combustion)), MessageBrakingLate)
	if !ok || o.Lat == nil || *o.Lat != 40.123457 || *o.Lon != -3.5 || o.Slope == nil || *o.Slope != -0.02 || o.At != start+5_000_000 || o.DurationS != 6 || o.DistanceM != 75 {
		t.Errorf("%v %+v", ok, o)
	}
	r.each(0, 0, func(q *Step) { q.Slope, q.Lat = nan, nan })
	if o, _ := find(coach(r.trip(fleet.Combustion)), MessageBrakingLate); o.Lat != nil || o.Lon != nil || o.Slope != nil {
		t.Errorf("%+v: nothing tells where", o)
	}
}

// Of many moments the most telling are told, not all alike nor all bad.
func TestChoice(t *testing.T) {
	r := &ride{v: 5}
	for range 10 {
		r.to(25, 8).hold(20).to(5, 7).hold(20)
	}
	r.to(22, 40).hold(200)
	got := coach(r.trip(fleet.Combustion)).Coaching.Observations
	good, late := 0, 0
	for _, o := range got {
		if o.Good {
			good++
		}
		if o.Message == MessageBrakingLate {
			late++
		}
	}
	if len(got) != 4 || late != mostAlike || good != 2 {
		t.Errorf("%d observations, %d good, %d of late braking: %+v", len(got), good, late, got)
	}
}

func TestCosts(t *testing.T) {
	r := (&ride{v: 20}).hold(30).to(0, 10).hold(30).to(40, 20).hold(60)
	r.each(0, 0, func(q *Step) { q.Engine, q.FuelL = EngineOn, 0.001 })
	c := coach(r.trip(fleet.Hybrid))
	for _, want := range []struct {
		cause    outcome.Cause
		from, to int64 // s
		least    float64
		most     float64
	}{
		{outcome.CauseBraking, 30, 40, 270e3, 285e3},      // 300 kJ less rolling and air
		{outcome.CauseAcceleration, 74, 90, 235e3, 245e3}, // a quarter of ½·1,500·(40² - 7²) J and resistances less 15 W/kg for 16 s
		{outcome.CauseSpeed, 84, 150, 770e3, 850e3},       // 0.39·(40² - 27.8²) N over 2,400 m and a little
		{outcome.CauseEV, 70, 74, 45e3, 55e3},
	} {
		i := slices.IndexFunc(c.Costs, func(k Cost) bool { return k.Cause == want.cause })
		if i < 0 {
			t.Errorf("%s costs nothing", want.cause)
			continue
		}
		k := c.Costs[i]
		if k.EnergyJ < want.least || k.EnergyJ > want.most || k.StretchJ != k.EnergyJ || k.From != start+want.from*1e6 || k.To != start+want.to*1e6 {
			t.Errorf("%s: %.0f J, %.0f from %d to %d s, want %+v", k.Cause, k.EnergyJ, k.StretchJ, (k.From-start)/1e6, (k.To-start)/1e6, want)
		}
	}
}
