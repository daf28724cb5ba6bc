package detectors

import (
	"math"

	"milepost/outcome"
)

// Estimator names how an acceleration was come by. A threshold belongs to the
// pair of estimator and rate.
type Estimator uint8

// The estimators.
const (
	SpeedSlope  Estimator = iota // Savitzky-Golay fit of speed
	MotionMean                   // half-second mean of the accelerometer, bias removed
	YawSpeed                     // half-second mean yaw rate times speed
	CourseSpeed                  // course change times speed
	MotionPeak                   // peaks held per second by the sensor
	Fused                        // mean of SpeedSlope and MotionMean
)

// String is the estimator's name in events and receipts.
func (e Estimator) String() string {
	return [...]string{"speed_slope", "motion_mean", "yaw_speed", "course_speed", "motion_peak", "fused"}[e]
}

// Finding is one manoeuvre that passed its threshold.
type Finding struct {
	Kind      outcome.EventKind
	Level     int
	Start     int64   // µs
	Duration  int64   // µs above the release level
	Peak      float64 // m/s², signed: braking is negative, a left corner positive
	Estimator Estimator
	RateHz    float64
	Speed     float64 // m/s at the start, NaN where unknown
	Lat, Lon  float64 // deg, NaN where unknown
}

// Place is the last position of a complete second, NaN where there is none.
type Place struct {
	Lat, Lon float64 // deg
	At       int64   // µs
	Until    int64   // µs: not to be told of what begins then or later; 0 for no end
}

// StalePlace is the age, µs, from which a place says nothing of where something happened.
const StalePlace = 5 * second

// start makes a finding that begins at a time; its place is left open where the
// last one known is too old.
func (p Place) start(at int64, f Finding) Finding {
	f.Lat, f.Lon = p.Lat, p.Lon
	if at-p.At > StalePlace || p.Until != 0 && at >= p.Until {
		f.Lat, f.Lon = math.NaN(), math.NaN()
	}
	return f
}

// rule is what makes an episode an event.
type rule struct {
	shortest int64 // µs above the release level
	merge    int64 // µs: episodes closer than this are one
	release  float64
}

// episode is a stretch above a threshold, with hysteresis and merging. It sees
// intensity relative to the threshold: 1 is the threshold itself.
type episode struct {
	open, held bool
	peakRel    float64
	run        int64 // start of the present run above release
	longest    int64 // longest run
	last       int64 // last sample above release
	step       int64 // sample interval, counts once into a run
	f          Finding
}

// sample advances the episode. rel is intensity over threshold; value the signed
// acceleration; a finished event may be appended to out.
func (e *episode) sample(t *Thresholds, r rule, at, step int64, rel, value float64, start Finding, out *[]Finding) {
	if e.held && at-e.last >= r.merge {
		e.finish(t, r, out)
	}
	if (e.open && rel >= r.release) || rel >= 1 {
		if !e.held {
			e.held, e.peakRel, e.f = true, 0, start
			e.f.Start = at
		}
		if !e.open {
			e.run = at
		}
		e.open, e.last, e.step = true, at, step
		e.longest = max(e.longest, at-e.run+step)
		if rel > e.peakRel {
			e.peakRel, e.f.Peak, e.f.Estimator, e.f.RateHz = rel, value, start.Estimator, start.RateHz
		}
		return
	}
	e.open = false
}

// finish ends the episode and reports it if it was long enough.
func (e *episode) finish(t *Thresholds, r rule, out *[]Finding) {
	if e.held {
		e.f.Duration = e.last - e.f.Start + e.step
		if e.longest >= r.shortest {
			e.f.Level = t.bounds(e.f.Kind, e.f.Estimator).level(e.peakRel)
			*out = append(*out, e.f)
		}
	}
	*e = episode{}
}
