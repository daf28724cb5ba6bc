package detectors

import (
	"math"

	"milepost/telemetry"
)

// course estimates lateral acceleration from the change of the receiver's Doppler
// course over the two steps around a fix: a = -v·dψ/dt, as heading is clockwise and
// ISO 8855's y points left. A course is too noisy for a fit of higher degree.
type course struct {
	at      [3]int64
	heading [3]float32 // deg
	v       [3]float64
	n       int
}

// push adds a fix and gives the estimate for the one before it.
func (s *course) push(at int64, heading float32, v float64) (estimate, bool) {
	if s.n > 0 && classOf(at-s.at[s.n-1]) == noRate {
		s.n = 0
	}
	if s.n == len(s.at) {
		copy(s.at[:], s.at[1:])
		copy(s.heading[:], s.heading[1:])
		copy(s.v[:], s.v[1:])
		s.n--
	}
	s.at[s.n], s.heading[s.n], s.v[s.n] = at, heading, v
	s.n++
	if s.n < len(s.at) {
		return estimate{}, false
	}
	turn := math.Remainder(float64(s.heading[2])-float64(s.heading[0]), 360) * radians
	dt := float64(s.at[2]-s.at[0]) / second
	return estimate{at: s.at[1], a: -s.v[1] * turn / dt, v: s.v[1], rate: rate1Hz}, true
}

// onFix runs one fix through the course, at about 1 Hz, where no motion track is.
func (e *Estimators) onFix(p *telemetry.Position, start int64, i int, k *Kinematics) {
	heading := telemetry.At(p.Heading, i)
	at := start + int64(p.At[i])
	v, ok := e.speed.get(at)
	before := e.course.newest()
	if e.lastMotion != 0 || !ok || !telemetry.Known(heading) || at-before < 800*millisecond {
		return
	}
	if est, ok := e.course.push(at, heading, v); ok {
		k.Lateral = append(k.Lateral, Sample{At: est.at, Step: at - before, A: est.a, V: est.v, Estimator: CourseSpeed, Rate: est.rate})
	}
}

func (s *course) newest() int64 {
	if s.n == 0 {
		return 0
	}
	return s.at[s.n-1]
}
