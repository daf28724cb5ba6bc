package scoring

import (
	"fmt"
	"math"

	"milepost/detectors"
	"milepost/outcome"
)

// Method names the version of the performance score; its references are frozen
// with it. A change of any number below is a new version.
const Method = "performance/2"

// before is the version whose receipts are still recomputed: it counted events by their
// level, so that one just above a threshold at one rate and just below it at another made
// two scores of one drive, and its acceleration intensity had no calm share.
const before = "performance/1"

// The references of the version before, where they differ.
const (
	beforeAcceleration = 0.090 // share of the power limit
	beforeEvents       = 3.0   // level-weighted events per 100 km
)

// The references: the intensities and event rate at which a part scores 75, the
// median driver's mark [defaults; calibrated as docs/method/performance.md says].
const (
	referenceAcceleration = 0.068 // share of the power limit beyond the calm one
	referenceBraking      = 0.015 // m/s²
	referenceExcess       = 1.5   // sum of events' excess per 100 km
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

// Manoeuvres are a trip's harsh events: the sums, in thousandths, of how far their peaks
// are beyond the threshold, and their level-weighted numbers, of which one of level 2
// counts as two of level 1 and which the score does not use.
type Manoeuvres struct {
	BrakingExcess, AccelerationExcess int
	BrakingEvents, AccelerationEvents int
}

// Inputs are all that the performance score is computed from.
type Inputs struct {
	Intensities
	Manoeuvres
	DistanceM float64 // of the trip
}

// Performance scores a trip. It falls when an event gets harsher and never falls
// when calm distance is added.
func Performance(in Inputs) outcome.Performance {
	const reference = 1000 * referenceExcess
	return in.score(referenceAcceleration, float64(in.AccelerationExcess)/reference, float64(in.BrakingExcess)/reference)
}

// score takes the reference of acceleration, and the sums of events as multiples of
// theirs per 100 km.
func (in Inputs) score(reference, accelerations, brakings float64) outcome.Performance {
	accel := part(in.Acceleration/reference, accelerations, in.DistanceM)
	brake := part(in.Braking/referenceBraking, brakings, in.DistanceM)
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
func part(relative, events, metres float64) float64 {
	// Ten kilometres of prior distance keep one event on a short trip from ruling it.
	rate := events / (metres + eventPriorM) * 100_000
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
		"braking_excess":          float64(in.BrakingExcess) / 1000,
		"acceleration_excess":     float64(in.AccelerationExcess) / 1000,
		"weighted_braking_events": float64(in.BrakingEvents),
		"weighted_accel_events":   float64(in.AccelerationEvents),
	}
}

// ReceiptThresholds lists the references of this method version.
func ReceiptThresholds() map[string]float64 {
	return map[string]float64{
		"reference_acceleration":      referenceAcceleration,
		"calm_power_share":            calmPower,
		"reference_braking_ms2":       referenceBraking,
		"reference_excess_per_100km":  referenceExcess,
		"event_excess_most":           detectors.MostExcess,
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

// FromReceipt recomputes a trip's performance from its receipt alone, by the version that
// it names. It refuses receipts of other methods, and those that lack an input.
func FromReceipt(r outcome.Receipt) (outcome.Performance, error) {
	if r.Method != Method && r.Method != before {
		return outcome.Performance{}, fmt.Errorf("recompute score: receipt of method %q, this is %q", r.Method, Method)
	}
	needed := (Inputs{}).ReceiptInputs()
	if r.Method == before {
		delete(needed, "braking_excess")
		delete(needed, "acceleration_excess")
	}
	for name := range needed {
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
			BrakingExcess: thousandths(r.Inputs["braking_excess"]), AccelerationExcess: thousandths(r.Inputs["acceleration_excess"]),
			BrakingEvents: int(r.Inputs["weighted_braking_events"]), AccelerationEvents: int(r.Inputs["weighted_accel_events"]),
		},
	}
	if r.Method == before {
		return in.score(beforeAcceleration, float64(in.AccelerationEvents)/beforeEvents, float64(in.BrakingEvents)/beforeEvents), nil
	}
	return Performance(in), nil
}

func thousandths(x float64) int { return int(math.Round(float64(x * 1000))) }
