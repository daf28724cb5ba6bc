package detectors

import "math"

// swing is how the yaw rate changed from what it was before a pulse.
type swing struct {
	from, most float32 // deg/s
}

// Yaw evidence: a rate that changes faster than steering does.
const (
	yawChange = 30.0  // deg/s
	yawWild   = 400.0 // deg/s: cars spin more slowly, what falls does not
	yawSpan   = 500 * millisecond
	yawSpeed  = 5.0 // m/s: below, the wheel can be turned as fast
)

func (s *swing) add(yaw float32) {
	if c := yaw - s.from; max(c, -c) > max(s.most, -s.most) {
		s.most = c
	}
}

// turned follows the yaw rate, of one sample.
func (w *watch) turned(rate []float32) {
	w.sums.turn(rate)
	if w.yawNow = rate[0]; w.pulse != nil && w.yawNow == w.yawNow {
		w.pulse.add(w.yawNow)
	}
}

// rollAngle integrates the roll rate while the vehicle rolls; a sensor's offset and
// what bends and slopes do leak away.
type rollAngle struct {
	angle float32 // deg
	over  bool
}

const (
	rollRate  = 15.0 // deg/s: bends and bumps roll a car more slowly, or briefly
	rollLeak  = 2.0  // s
	rolledDeg = 60.0 // beyond it no car comes back by itself
)

func (r *rollAngle) add(step int64, rate float32) {
	slow := rate < rollRate && rate > -rollRate
	if rate != rate || slow && r.angle == 0 || step > second/4 {
		return
	}
	dt := float32(step) / second
	if slow {
		r.angle -= float32(r.angle * dt / rollLeak)
		if r.angle < 1 && r.angle > -1 {
			r.angle = 0
		}
	} else {
		r.angle += float32(rate * dt)
	}
	r.over = r.over || math.Abs(float64(r.angle)) > rolledDeg
}

// Gravity, where the sensor shows it, tells that the vehicle lies on its side or roof.
const (
	uprightZ = 0.5 * gravity // mean over a second
	lyingFor = 2             // s in a row
)
