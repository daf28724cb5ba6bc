package detectors

import (
	"math"

	"milepost/outcome"
)

// Thresholds say from where a manoeuvre is harsh. They are data: an operator may bring
// its own (scoring/events reads them), and a trip's receipt names those that found its
// events. A value in use never changes.
type Thresholds struct {
	Name         string  // name/version
	Braking      Bounds  //
	Acceleration Bounds  //
	Cornering    Bounds  //
	Peaks        Bounds  // of sensors that hold each second's peaks, on either axis
	Taper        Taper   // of acceleration: engines give less at speed, so less is harsh
	Window       int64   // µs that the accelerometer and the yaw rate are averaged over
	Shortest     int64   // µs above the release level that make an event
	Merge        int64   // µs: events of a kind closer than this are one
	Release      float64 // share of the threshold below which an event ends
}

// Bounds are the peaks, in g, from which the three levels begin, and the speed, m/s,
// below which the manoeuvre is parking, not driving.
type Bounds struct {
	Levels [3]float64
	Gate   float64
}

// Taper lets a threshold fall with speed: levels hold up to From, m/s, and are scaled so
// that the first is Least, g, from To on.
type Taper struct{ From, To, Least float64 }

// The longest and shortest Window that can be asked for, µs.
const (
	LongestWindow  = 600 * millisecond
	ShortestWindow = 200 * millisecond
)

// DefaultThresholds are within the range of the published ones: Simons-Morton 2012
// 0.35/0.45/0.50, Tesla 0.30/0.40, Scope 0.25/0.40/0.45 g for
// acceleration/braking/cornering. Peaks are judged as naturalistic-driving studies do.
func DefaultThresholds() *Thresholds { return &defaults }

var defaults = Thresholds{
	Name:         "default/1",
	Braking:      Bounds{Levels: [3]float64{0.30, 0.45, 0.60}, Gate: 10 / 3.6},
	Acceleration: Bounds{Levels: [3]float64{0.30, 0.42, 0.54}, Gate: 10 / 3.6},
	Cornering:    Bounds{Levels: [3]float64{0.35, 0.50, 0.65}, Gate: 30 / 3.6},
	Peaks:        Bounds{Levels: [3]float64{0.35, 0.45, 0.60}},
	Taper:        Taper{From: 30 / 3.6, To: 100 / 3.6, Least: 0.20},
	Window:       500 * millisecond,
	Shortest:     400 * millisecond,
	Merge:        2 * second,
	Release:      0.8,
}

// level of a peak relative to the first threshold.
func (b *Bounds) level(rel float64) int {
	switch {
	case rel >= b.Levels[2]/b.Levels[0]:
		return 3
	case rel >= b.Levels[1]/b.Levels[0]:
		return 2
	}
	return 1
}

// bounds gives what judges a kind of event that an estimator has seen.
func (t *Thresholds) bounds(kind outcome.EventKind, e Estimator) *Bounds {
	switch {
	case e == MotionPeak:
		return &t.Peaks
	case kind == outcome.HarshAcceleration:
		return &t.Acceleration
	case kind == outcome.HarshCornering:
		return &t.Cornering
	}
	return &t.Braking
}

// acceleration is its threshold in m/s² at a speed in m/s.
func (t *Thresholds) acceleration(v float64) float64 {
	share := min(max((v-t.Taper.From)/(t.Taper.To-t.Taper.From), 0), 1)
	slow := t.Acceleration.Levels[0]
	return gravity * (slow + float64(share*(t.Taper.Least-slow)))
}

// AccelerationG is the threshold of acceleration, g, at a speed in m/s.
func (t *Thresholds) AccelerationG(v float64) float64 { return t.acceleration(v) / gravity }

// rule is what makes an episode an event.
func (t *Thresholds) rule() rule {
	return rule{shortest: t.Shortest, merge: t.Merge, release: t.Release}
}

// MostExcess bounds what one event adds to a score: a peak of two and a half times its
// threshold.
const MostExcess = 1.5

// Excess is how far a finding's peak is beyond its threshold, as a multiple of that: 0.5
// for a brake of 0.45 g where 0.30 is harsh. It is within 0 and MostExcess. Unlike the
// level it does not leap: what one sensor sees just above the threshold and another just
// below it counts for nearly nothing with both.
func (t *Thresholds) Excess(f *Finding) float64 {
	threshold := gravity * t.bounds(f.Kind, f.Estimator).Levels[0]
	if f.Kind == outcome.HarshAcceleration && f.Estimator != MotionPeak && !math.IsNaN(f.Speed) {
		threshold = t.acceleration(f.Speed)
	}
	rate := rate10Hz
	if f.RateHz == rate1Hz.hertz() {
		rate = rate1Hz
	}
	return min(max(math.Abs(f.Peak)/(threshold*shown(f.Estimator, rate))-1, 0), MostExcess)
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

// Receipt lists the numbers for receipts, in g, km/h and s.
func (t *Thresholds) Receipt() map[string]float64 {
	m := map[string]float64{
		"harsh_acceleration_taper_from_kmh": kmh(t.Taper.From),
		"harsh_acceleration_taper_to_kmh":   kmh(t.Taper.To),
		"harsh_acceleration_fast_g":         t.Taper.Least,
		"motion_window_s":                   float64(t.Window) / second,
		"shortest_s":                        float64(t.Shortest) / second,
		"merge_s":                           float64(t.Merge) / second,
		"release_share":                     t.Release,
	}
	add := func(kind, first string, b *Bounds) {
		m[first] = b.Levels[0]
		m[kind+"_level_2_g"], m[kind+"_level_3_g"] = b.Levels[1], b.Levels[2]
		if b.Gate > 0 {
			m[kind+"_from_kmh"] = kmh(b.Gate)
		}
	}
	add("harsh_braking", "harsh_braking_g", &t.Braking)
	add("harsh_acceleration", "harsh_acceleration_slow_g", &t.Acceleration)
	add("harsh_cornering", "harsh_cornering_g", &t.Cornering)
	add("peak_held", "peak_held_g", &t.Peaks)
	return m
}

// kmh is a speed in km/h as a table gives it: what m/s round off is taken back.
func kmh(v float64) float64 { return math.Round(float64(v*3.6)*1e9) / 1e9 }
