package scoring

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"milepost/outcome"
)

// toldNames are the names of what is told among a month's inputs, with their units.
var toldNames = [tolds]string{"highway_dm", "highway_ds", "overspeed_dm", "overspeed_ds", "limit_known_dm", "fuel_ml", "energy_wh",
	"regenerated_wh", "ev_dm", "ev_ds", "constant_speed_tenths_dm", "constant_speed_dm", "charge_dm", "charge_ds", "power_dm", "power_ds",
	"eco_dm", "eco_ds"}

const tripsSuffix, countryPrefix = "_trips", "country_"

// always visits the sums that every month has, by name.
func (s *Share) always(visit func(name string, v *int64)) {
	visit("trips", &s.Trips)
	visit("distance_dm", &s.DistanceDM)
	visit("duration_ms", &s.DurationMS)
	visit("score_tenths_dm", &s.Score)
	visit("acceleration_tenths_dm", &s.Acceleration)
	visit("braking_tenths_dm", &s.Braking)
	visit("driving_ds", &s.DrivingDS)
	visit("idle_ds", &s.IdleDS)
	visit("night_ds", &s.NightDS)
}

// seldom visits the sums that a month has only where a trip tells them.
func (s *Share) seldom(visit func(name string, v *int64)) {
	visit("modes_by_demand"+tripsSuffix, &s.ByDemand)
	for i := range s.Told {
		visit(toldNames[i], &s.Told[i].Sum)
		visit(toldNames[i]+tripsSuffix, &s.Told[i].Trips)
	}
	for i := range s.Advised {
		visit("saved_by_"+string(causesByRank[i])+"_kj", &s.Advised[i])
	}
}

// inputs are the sums by name, exact.
func (s *Share) inputs() map[string]float64 {
	in := make(map[string]float64, 24)
	s.always(func(name string, v *int64) { in[name] = float64(*v) })
	s.seldom(func(name string, v *int64) {
		if *v != 0 {
			in[name] = float64(*v)
		}
	})
	for _, c := range s.Countries {
		in[countryPrefix+c.Country+tripsSuffix] = float64(c.Trips)
	}
	return in
}

// MonthFromReceipt recomputes a month's totals and averages from its inputs alone; names,
// withheld trips and days stay as they are. It refuses months of another method version,
// those that lack an input, and inputs that no month has.
func MonthFromReceipt(o *outcome.Month) (outcome.Month, error) {
	if o.Method != Method {
		return outcome.Month{}, fmt.Errorf("recompute month: it is of method %q, this is %q", o.Method, Method)
	}
	s, err := shareOf(o.Inputs)
	if err != nil {
		return outcome.Month{}, fmt.Errorf("recompute month: %w", err)
	}
	again := *o
	s.fill(&again)
	return again, nil
}

// shareOf reads sums back.
func shareOf(inputs map[string]float64) (s Share, err error) {
	left := len(inputs)
	read := func(name string, v *int64) bool {
		x, ok := inputs[name]
		if !ok {
			return false
		}
		left--
		if x != math.Trunc(x) || math.Abs(x) >= 1<<53 {
			err = fmt.Errorf("input %q is no whole number", name)
			return true
		}
		*v = int64(x)
		return true
	}
	s.always(func(name string, v *int64) {
		if !read(name, v) && err == nil {
			err = fmt.Errorf("it has no input %q", name)
		}
	})
	s.seldom(func(name string, v *int64) { read(name, v) })
	for name := range inputs {
		if c, ok := strings.CutPrefix(name, countryPrefix); ok {
			crossed := Crossed{Country: strings.TrimSuffix(c, tripsSuffix)}
			read(name, &crossed.Trips)
			i, _ := s.country(crossed.Country)
			s.Countries = slices.Insert(s.Countries, i, crossed)
		}
	}
	if left != 0 && err == nil {
		err = fmt.Errorf("%d of its inputs are none of this method", left)
	}
	return s, err
}
