package advice

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// driven is a trip of 20 km with its coaching, before it is compared.
func driven(p fleet.Powertrain, litres, kwh, evM float64) *outcome.Trip {
	o := &outcome.Trip{StartedAt: 1_000_000, EndedAt: 1_201_000_000, DistanceM: 20_000}
	in := map[string]float64{"distance_m": o.DistanceM}
	if litres > 0 {
		o.FuelL, in["fuel_l"] = &litres, litres
	}
	if kwh > 0 {
		o.EnergyKwh, in["net_kwh"] = &kwh, kwh
	}
	if evM >= 0 {
		o.EVDistanceM = &evM
	}
	o.Coaching = &outcome.Coaching{Kind: coaching.KindOf(p), Method: coaching.Method, Inputs: in}
	return o
}

// usually is a comparison with ten trips.
func usually(v Values) Comparison { return Comparison{Trips: 10, Medians: v} }

func ptr(x float64) *float64 { return &x }

func TestTips(t *testing.T) {
	costs := []coaching.Cost{
		{Cause: outcome.CauseAcceleration, EnergyJ: 3.0e6, From: 10, To: 20},
		{Cause: outcome.CauseBraking, EnergyJ: 2.5e6, From: 30, To: 40},
	}
	medians := none
	medians[Acceleration], medians[Braking], medians[EV] = 1000, 500, 600 // 100 and 50 J/m, 60 %
	for _, c := range []struct {
		name       string
		trip       *outcome.Trip
		powertrain fleet.Powertrain
		with       Comparison
		want       *outcome.Advice
	}{
		// 3.0 MJ against 2.0, and 2.5 against 1.0: braking, of which 30 % of 32 MJ/l reach the wheels.
		{"the cause that cost most", driven(fleet.Combustion, 1.5, 0, -1), fleet.Combustion, usually(medians), &outcome.Advice{
			Cause: outcome.CauseBraking, Message: "tip_braking_fuel_like", SavesL: ptr(0.156), From: 30, To: 40,
			Params: map[string]float64{"trips": 10, "took_l": 0.26, "usual_l": 0.104, "saves_l": 0.156}}},
		{"an electric car", driven(fleet.Electric, 0, 3, 20_000), fleet.Electric, Comparison{Trips: 7, SameWay: true, Medians: medians}, &outcome.Advice{
			Cause: outcome.CauseBraking, Message: "tip_braking_battery_way", SavesKwh: ptr(0.49), From: 30, To: 40,
			Params: map[string]float64{"trips": 7, "took_kwh": 0.817, "usual_kwh": 0.327, "saves_kwh": 0.49}}},
		// A quarter less of the distance electric: 5 km of the 13 km that took 0.9 l, of which 40 % count.
		{"a hybrid that drove less on its battery", driven(fleet.Hybrid, 0.9, 0, 7_000), fleet.Hybrid,
			usually(Values{absent, absent, absent, absent, absent, absent, 600}), &outcome.Advice{
				Cause: outcome.CauseEV, Message: "tip_ev_fuel_like", SavesL: ptr(0.138), From: 1_000_000, To: 1_201_000_000,
				Params: map[string]float64{"trips": 10, "ev_percent": 35, "usual_ev_percent": 60, "saves_l": 0.138}}},
		{"a plug-in half on its battery takes both", driven(fleet.PlugIn, 0.6, 1.5, 12_000), fleet.PlugIn, usually(medians), &outcome.Advice{
			Cause: outcome.CauseBraking, Message: "tip_braking_battery_like", SavesL: ptr(0.055), SavesKwh: ptr(0.294), From: 30, To: 40,
			Params: map[string]float64{"trips": 10, "took_kwh": 0.49, "usual_kwh": 0.196, "saves_kwh": 0.294}}},
		{"nothing to compare with", driven(fleet.Combustion, 1.5, 0, -1), fleet.Combustion, Comparison{}, nil},
		{"as usual", driven(fleet.Combustion, 1.5, 0, -1), fleet.Combustion, usually(Values{1500, 1250, 0, absent, absent, absent, absent}), nil},
		{"too little of the trip's fuel", driven(fleet.Combustion, 9, 0, -1), fleet.Combustion, usually(medians), nil},
		{"too little to tell", driven(fleet.Combustion, 0, 0, -1), fleet.Combustion, usually(Values{1450, 1200, 0, absent, absent, absent, absent}), nil},
	} {
		Advise(c.trip, c.with, costs, c.powertrain)
		if diff := cmp.Diff(c.want, c.trip.Coaching.Advice); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if a := c.trip.Coaching.Advice; a != nil {
			if _, ok := Text(English, a.Message, a.Params); !ok {
				t.Errorf("%s: no text for %s with %v", c.name, a.Message, a.Params)
			}
		}
	}
}

func TestSafetyWhereNoEnergyIsToBeSaved(t *testing.T) {
	o := driven(fleet.Combustion, 1.5, 0, -1)
	o.Coaching.Observations = []outcome.Observation{
		{At: 5, About: outcome.CauseBraking, Message: "braking_late", Severity: 0.9},
		{At: 10, About: outcome.CauseBraking, Message: "braking_hard", Severity: 0.5, DurationS: 1.5, Params: map[string]float64{"from_kmh": 50}},
		{At: 20, About: outcome.CauseCornering, Message: "cornering_hard", Severity: 0.4},
	}
	Advise(o, Comparison{}, nil, fleet.Combustion)
	want := &outcome.Advice{Cause: outcome.CauseBraking, Message: "tip_braking_hard", From: 10, To: 1_500_010,
		Params: map[string]float64{"from_kmh": 50}}
	if diff := cmp.Diff(want, o.Coaching.Advice); diff != "" {
		t.Errorf("tip (-want +got):\n%s", diff)
	}
	over := outcome.Observation{At: 30, About: outcome.CauseSpeed, Message: "speed_over_limit", Severity: 0.8, Params: map[string]float64{"speed_kmh": 33, "limit_kmh": 30}}
	o.Coaching.Observations = append(o.Coaching.Observations, over)
	if Advise(o, Comparison{}, nil, fleet.Combustion); o.Coaching.Advice.Cause != outcome.CauseBraking {
		t.Errorf("3 km/h above the limit is told: %+v", o.Coaching.Advice)
	}
	o.Coaching.Observations[3].Params["speed_kmh"] = 36
	if Advise(o, Comparison{}, nil, fleet.Combustion); o.Coaching.Advice.Message != "tip_speed_over_limit" {
		t.Errorf("6 km/h above the limit is not told: %+v", o.Coaching.Advice)
	}
	o.Coaching.Observations = o.Coaching.Observations[:3]
	o.Coaching.Observations[1].Severity, o.Coaching.Observations[2].Severity = 0.2, 0.1
	if Advise(o, Comparison{}, nil, fleet.Combustion); o.Coaching.Advice != nil {
		t.Errorf("a tip about next to nothing: %+v", o.Coaching.Advice)
	}
}

// What is usual and the tip follow from the outcome as it is stored.
func TestAdviceIsRecomputedFromTheReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]fleet.Powertrain{fleet.Combustion, fleet.Hybrid, fleet.PlugIn, fleet.Electric, fleet.UnknownPowertrain}).Draw(t, "powertrain")
		some := func(name string, hi float64) float64 { return rapid.Float64Range(0, hi).Draw(t, name) }
		o := driven(p, some("litres", 3), some("kwh", 5), some("ev", 20_000))
		with := usually(none)
		for m := range with.Medians {
			with.Medians[m] = rapid.Int32Range(absent, 2000).Draw(t, "median")
		}
		costs := []coaching.Cost{{Cause: outcome.CauseAcceleration, EnergyJ: some("a", 5e6), From: 1, To: 2}, {Cause: outcome.CauseSpeed, EnergyJ: some("s", 5e6), From: 3, To: 4},
			{Cause: outcome.CauseEV, From: 5, To: 6}}
		Advise(o, with, costs, p)
		stored, err := json.Marshal(o.Coaching)
		if err != nil {
			t.Fatal(err)
		}
		var back outcome.Coaching
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		usual, tip, err := FromReceipt(&back)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o.Coaching.Usual, usual); diff != "" {
			t.Fatalf("usual (-stored +recomputed):\n%s", diff)
		}
		if diff := cmp.Diff(o.Coaching.Advice, tip); diff != "" {
			t.Fatalf("tip (-stored +recomputed):\n%s", diff)
		}
	})
	if _, _, err := FromReceipt(&outcome.Coaching{Method: "coaching/0"}); err == nil {
		t.Error("coaching of another method was accepted")
	}
}

// Driving worse never turns the tip off, and more of the same costs never makes it smaller.
func TestMoreLossSavesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		medians := none
		medians[Braking] = rapid.Int32Range(0, 2000).Draw(t, "median")
		tip := func(j float64) float64 {
			o := driven(fleet.Combustion, 1.2, 0, -1)
			Advise(o, usually(medians), []coaching.Cost{{Cause: outcome.CauseBraking, EnergyJ: j}}, fleet.Combustion)
			if o.Coaching.Advice == nil {
				return 0
			}
			return *o.Coaching.Advice.SavesL
		}
		j := rapid.Float64Range(0, 6e6).Draw(t, "J")
		if less, more := tip(j), tip(j+rapid.Float64Range(0, 1e6).Draw(t, "more")); more < less {
			t.Fatalf("with more lost the tip saves %g l, before %g l", more, less)
		}
	})
}
