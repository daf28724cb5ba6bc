package scoring

import (
	"fmt"
	"math"

	"milepost/outcome"
)

// Method names the version of the performance score; its references are frozen
// with it. A change of any number below is a new version.
const Method = "performance/1"

// The references: the intensities and event rate at which a part scores 75, the
// median driver's mark [defaults; calibrated as docs/method/performance.md says].
const (
	referenceAcceleration = 0.090 // share of the power limit
	referenceBraking      = 0.015 // m/s²
	referenceEvents       = 3.0   // level-weighted events per 100 km
	eventWeight           = 0.2   // of events against continuous dynamics
	eventPriorM           = 10_000.0
	medianScore           = 0.75
	lowConfidenceM        = 1000.0
	judgedShare           = 0.5 // of the distance that must have been judged for confidence
	fastEnoughM           = 1000.0
	fastEnoughShare       = 0.25
	referenceSteady       = 0.80
	referencePKE          = 0.15 // m/s²
)

// Manoeuvres are the level-weighted numbers of a trip's harsh events: one of
// level 2 counts as two of level 1.
type Manoeuvres struct{ BrakingEvents, AccelerationEvents int }

// Inputs are all that the performance score is computed from.
type Inputs struct {
	Intensities
	Manoeuvres
	DistanceM float64 // of the trip
}

// Performance scores a trip. It falls when an event gets harsher and never falls
// when calm distance is added.
func Performance(in Inputs) outcome.Performance {
	accel := part(in.Acceleration/referenceAcceleration, in.AccelerationEvents, in.DistanceM)
	brake := part(in.Braking/referenceBraking, in.BrakingEvents, in.DistanceM)
	p := outcome.Performance{
		Acceleration:  tenth(accel),
		Braking:       tenth(brake),
		Score:         tenth((accel + brake) / 2),
		LowConfidence: in.DistanceM < lowConfidenceM || in.JudgedM < judgedShare*in.DistanceM,
	}
	if in.FastM >= fastEnoughM && in.FastM >= fastEnoughShare*in.JudgedM {
		c := tenth(constantSpeed(in.SteadyShare, in.PKE))
		p.ConstantSpeed = &c
	}
	return p
}

// part maps an intensity, relative to its reference, and a trip's events to 0-100:
// 100 at none, 75 at the reference.
func part(relative float64, events int, metres float64) float64 {
	// Ten kilometres of prior distance keep one event on a short trip from ruling it.
	rate := float64(events) / (metres + eventPriorM) * 100_000 / referenceEvents
	return 100 * math.Pow(medianScore, float64((1-eventWeight)*relative)+float64(eventWeight*rate))
}

// constantSpeed is half the steady share and half the absence of speed changes.
func constantSpeed(steady, pke float64) float64 {
	return float64(50*min(steady/referenceSteady, 1)) + float64(50*math.Pow(medianScore, pke/referencePKE))
}

// tenth rounds half up to one decimal.
func tenth(x float64) float64 { return math.Floor(float64(x*10)+0.5) / 10 }

// ReceiptInputs writes the inputs under the names that FromReceipt reads.
func (in Inputs) ReceiptInputs() map[string]float64 {
	return map[string]float64{
		"distance_m":              in.DistanceM,
		"judged_distance_m":       in.JudgedM,
		"acceleration_intensity":  in.Acceleration,
		"braking_intensity_ms2":   in.Braking,
		"fast_distance_m":         in.FastM,
		"steady_share":            in.SteadyShare,
		"positive_kinetic_energy": in.PKE,
		"weighted_braking_events": float64(in.BrakingEvents),
		"weighted_accel_events":   float64(in.AccelerationEvents),
	}
}

// ReceiptThresholds lists the references of this method version.
func ReceiptThresholds() map[string]float64 {
	return map[string]float64{
		"reference_acceleration":      referenceAcceleration,
		"reference_braking_ms2":       referenceBraking,
		"reference_events_per_100km":  referenceEvents,
		"event_weight":                eventWeight,
		"event_prior_m":               eventPriorM,
		"score_at_reference":          100 * medianScore,
		"constant_speed_from_kmh":     30,
		"constant_speed_band_ms2":     constantA,
		"constant_speed_min_m":        fastEnoughM,
		"constant_speed_min_share":    fastEnoughShare,
		"reference_steady_share":      referenceSteady,
		"reference_positive_ke_ms2":   referencePKE,
		"low_confidence_below_m":      lowConfidenceM,
		"low_confidence_below_share":  judgedShare,
		"comfort_braking_at_rest_ms2": 1.5,
		"comfort_braking_least_ms2":   0.4,
	}
}

// FromReceipt recomputes a trip's performance from its receipt alone. It refuses
// receipts of another method version, and those that lack an input.
func FromReceipt(r outcome.Receipt) (outcome.Performance, error) {
	if r.Method != Method {
		return outcome.Performance{}, fmt.Errorf("recompute score: receipt of method %q, this is %q", r.Method, Method)
	}
	for name := range (Inputs{}).ReceiptInputs() {
		if _, ok := r.Inputs[name]; !ok {
			return outcome.Performance{}, fmt.Errorf("recompute score: the receipt has no input %q", name)
		}
	}
	in := Inputs{
		DistanceM: r.Inputs["distance_m"],
		Intensities: Intensities{
			JudgedM: r.Inputs["judged_distance_m"], Acceleration: r.Inputs["acceleration_intensity"],
			Braking: r.Inputs["braking_intensity_ms2"], FastM: r.Inputs["fast_distance_m"],
			SteadyShare: r.Inputs["steady_share"], PKE: r.Inputs["positive_kinetic_energy"],
		},
		Manoeuvres: Manoeuvres{
			BrakingEvents: int(r.Inputs["weighted_braking_events"]), AccelerationEvents: int(r.Inputs["weighted_accel_events"]),
		},
	}
	return Performance(in), nil
}
