package detectors

import "milepost/outcome"

// Thresholds of harsh manoeuvres in g [defaults of this project, within the range
// of the published ones: Simons-Morton 2012 0.35/0.45/0.50, Tesla 0.30/0.40,
// Scope 0.25/0.40/0.45 for acceleration/braking/cornering].
const (
	brakeG      = 0.30
	cornerG     = 0.35
	accelSlowG  = 0.30 // at 30 km/h and below
	accelFastG  = 0.20 // at 100 km/h and above
	peakHeldG   = 0.35 // per-second peaks, either axis: naturalistic-driving practice
	accelSlowMS = 30 / 3.6
	accelFastMS = 100 / 3.6
)

// Speed gates in m/s: below them the manoeuvre is parking, not driving.
const (
	gateLongitudinal = 10 / 3.6
	gateCorner       = 30 / 3.6
)

// steps are the peaks, relative to the threshold, from which levels 2 and 3 begin.
type steps struct{ two, three float64 }

var (
	brakeSteps  = steps{0.45 / brakeG, 0.60 / brakeG}
	accelSteps  = steps{1.4, 1.8}
	cornerSteps = steps{0.50 / cornerG, 0.65 / cornerG}
	peakSteps   = steps{0.45 / peakHeldG, 0.60 / peakHeldG}
)

// levelOf gives the level of a peak relative to its threshold.
func levelOf(kind outcome.EventKind, e Estimator, rel float64) int {
	s := brakeSteps
	switch {
	case e == MotionPeak:
		s = peakSteps
	case kind == outcome.HarshAcceleration:
		s = accelSteps
	case kind == outcome.HarshCornering:
		s = cornerSteps
	}
	return s.level(rel)
}

func (s steps) level(rel float64) int {
	switch {
	case rel >= s.three:
		return 3
	case rel >= s.two:
		return 2
	}
	return 1
}

// accelThreshold is the acceleration threshold in m/s² at a speed in m/s: engines
// give less at speed, so less is harsh.
func accelThreshold(v float64) float64 {
	share := min(max((v-accelSlowMS)/(accelFastMS-accelSlowMS), 0), 1)
	return gravity * (accelSlowG + float64(share*(accelFastG-accelSlowG)))
}

// shown scales a threshold to what an estimator shows, at a rate, of a manoeuvre
// that just meets it: less where the estimator flattens peaks, more where its noise
// lifts them (docs/method/performance.md has the measurement).
func shown(e Estimator, r rateClass) float64 {
	switch {
	case e == SpeedSlope && r == rate1Hz:
		return 1.02
	case e == CourseSpeed:
		return 0.98
	case e == Fused:
		return 1.01
	case e == MotionMean:
		return 1.03
	}
	return 1
}

// Thresholds lists the numbers above for receipts, in g and km/h.
func Thresholds() map[string]float64 {
	return map[string]float64{
		"harsh_braking_g":           brakeG,
		"harsh_acceleration_slow_g": accelSlowG,
		"harsh_acceleration_fast_g": accelFastG,
		"harsh_cornering_g":         cornerG,
		"peak_held_g":               peakHeldG,
		"gate_longitudinal_kmh":     10,
		"gate_cornering_kmh":        30,
		"shortest_s":                0.4,
		"merge_s":                   2,
		"release_share":             0.8,
	}
}
