package detectors

import (
	"math"

	"milepost/outcome"
)

// ChargeMethod is the name and version of how charging sessions are found and measured.
const ChargeMethod = "charge/1"

const (
	chargeLeastSoC   = 2.0 // %: a smaller rise is no session
	chargeLeastKwh   = 0.2 // where no state of charge is known: 2 % of a small plug-in's 10 kWh
	chargeSurelyKwh  = 2.0 // 2 % of 100 kWh, a large battery: so much is a session, whatever the state of charge says
	chargeLeastCover = 0.9 // of the charging time that an integral must cover to be whole
)

// ChargeThresholds are what stands in every session's receipt.
func ChargeThresholds() map[string]float64 {
	return map[string]float64{
		"least_charging_s": float64(chargeLeast) / second, "longest_pause_s": float64(chargePause) / second,
		"longest_silence_s": float64(chargeUnheard) / second, "longest_step_s": float64(chargeStep) / second, "tail_s": float64(chargeTail) / second,
		"least_w": chargeLeastW, "least_soc_pct": chargeLeastSoC, "least_kwh": chargeLeastKwh, "surely_kwh": chargeSurelyKwh,
		"least_cover": chargeLeastCover, "most_kw": fastestKw,
	}
}

// Inputs are what a session's figures follow from; what nothing told is absent.
func (c *ChargeSession) Inputs() map[string]float64 {
	in := map[string]float64{
		"charging_s": float64(c.Charged) / second, "pauses_s": float64(c.Pauses) / second, "unheard_s": float64(c.Unheard) / second,
		"power_s": c.PowerS, "current_voltage_s": c.CurrentS, "unseen": 0,
	}
	if c.Unseen {
		in["unseen"] = 1
	}
	for name, v := range map[string]float64{
		"counter_kwh": c.CounterKwh, "power_kwh": c.PowerKwh, "current_voltage_kwh": c.CurrentKwh,
		"soc_from_pct": c.SoCFrom, "soc_to_pct": c.SoCTo, "peak_w": c.PeakW,
	} {
		if v == v {
			in[name] = v
		}
	}
	return in
}

// ChargeFigures is what is told of a session beside its times.
type ChargeFigures struct {
	EnergyKwh float64 // NaN where nothing tells it
	Source    outcome.EnergySource
	Partial   bool // part of it was not observed or not shared
	Kept      bool // it is a session at all
}

// ChargeOf computes a session's figures from its inputs and thresholds alone. The
// vehicle's counter goes first, then power, then current times voltage, of the two
// integrals the one that covers more of the time.
func ChargeOf(in, thresholds map[string]float64) ChargeFigures {
	f := ChargeFigures{EnergyKwh: math.NaN(), Partial: in["unseen"] != 0}
	covers := in["charging_s"]
	switch {
	case in["counter_kwh"] > 0:
		f.EnergyKwh, f.Source = in["counter_kwh"], outcome.EnergyByCounter
	case in["power_s"] > 0 && in["power_s"] >= in["current_voltage_s"]:
		f.EnergyKwh, f.Source, covers = in["power_kwh"], outcome.EnergyByPower, in["power_s"]
	case in["current_voltage_s"] > 0:
		f.EnergyKwh, f.Source, covers = in["current_voltage_kwh"], outcome.EnergyByCurrentVoltage, in["current_voltage_s"]
	}
	f.Partial = f.Partial || covers < float64(thresholds["least_cover"]*in["charging_s"])
	f.Kept = in["charging_s"] >= thresholds["least_charging_s"] && f.enough(in, thresholds)
	return f
}

// enough reports whether so much was charged that it is a session. The state of charge
// decides, unless the energy shows that it stood still for another reason.
func (f *ChargeFigures) enough(in, thresholds map[string]float64) bool {
	from, known := in["soc_from_pct"]
	switch {
	case f.EnergyKwh >= thresholds["surely_kwh"]: // false for NaN
		return true
	case known:
		return in["soc_to_pct"]-from >= thresholds["least_soc_pct"]
	}
	return !(f.EnergyKwh < thresholds["least_kwh"])
}
