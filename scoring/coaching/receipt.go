package coaching

import (
	"fmt"
	"maps"
	"math"

	"milepost/outcome"
)

var nan = math.NaN()

// inputs writes the sums under the names that FromReceipt reads. What is not known is
// not there.
func (s *sums) inputs() map[string]float64 {
	m := make(map[string]float64, 14)
	put := func(name string, x float64, is bool) {
		if is && x == x {
			m[name] = x
		}
	}
	for name, x := range s.names() {
		put(name, *x.value, x.group == nil || *x.group)
	}
	return m
}

// input is a sum with what says whether it could be told.
type input struct {
	value *float64
	group *bool
}

// names are those of the sums in a receipt.
func (s *sums) names() map[string]input {
	return map[string]input{
		"distance_m": {&s.DistanceM, nil}, "mass_kg": {&s.MassKg, nil}, "ambient_c": {&s.AmbientC, nil},
		"fuel_l": {&s.FuelL, nil}, "net_kwh": {&s.NetKwh, nil},
		"charge_m": {&s.ChargeM, &s.modes}, "eco_m": {&s.EcoM, &s.modes}, "power_m": {&s.PowerM, &s.modes},
		"charge_s": {&s.ChargeS, &s.modes}, "eco_s": {&s.EcoS, &s.modes}, "power_s": {&s.PowerS, &s.modes},
		"by_indicator_s": {&s.IndicatorS, &s.modes},
		"braking_j":      {&s.BrakingJ, &s.braking}, "recovered_j": {&s.RecoveredJ, &s.braking},
	}
}

// FromReceipt recomputes modes, consumption and recovery from what a trip's coaching says of
// itself: the other fields of what it gives are empty. It refuses another method's, and
// inputs that lack the distance.
func FromReceipt(c *outcome.Coaching) (outcome.Coaching, error) {
	if c.Method != Method {
		return outcome.Coaching{}, fmt.Errorf("recompute coaching: receipt of method %q, this is %q", c.Method, Method)
	}
	var s sums
	for name, x := range s.names() {
		v, ok := c.Inputs[name]
		if !ok {
			v = nan
		} else if x.group != nil {
			*x.group = true
		}
		*x.value = v
	}
	if math.IsNaN(s.DistanceM) {
		return outcome.Coaching{}, fmt.Errorf("recompute coaching: the receipt has no input %q", "distance_m")
	}
	out := outcome.Coaching{Kind: c.Kind, Method: Method, Inputs: maps.Clone(c.Inputs), Thresholds: maps.Clone(c.Thresholds)}
	s.write(&out)
	return out, nil
}

// Thresholds lists the numbers of this method version.
func Thresholds() map[string]float64 { return maps.Clone(numbers) }

var numbers = map[string]float64{
	"rolling_share": rolling, "air_density_kg_m3": airDensity, "drag_area_m2": dragArea,
	"power_above_w_per_kg": powerFromWkg, "standing_below_ms": standingMs, "steepest_slope": steepest,
	"ev_debounce_s": evDebounceS, "idle_burn_l_per_s": idleBurnLS, "overrun_burn_l_per_s": overrunLS, "overrun_below_w_per_kg": overrunWkg, "overrun_from_ms": overrunMs, "fuel_step_share": surely, "engine_share_least": engineShare, "engine_efficiency_most": bestEngine, "fuel_j_per_l": joulePerL, "coarsest_fuel_step_l": coarsestStepL,
	"consumption_from_m": shortestM,
}
