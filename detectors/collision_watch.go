package detectors

import (
	"math"

	"milepost/telemetry"
)

// Steps between samples at which the method changes, µs. 6 % of room, as clocks and
// jitter go.
const (
	slowStep  = 21_300 // 47 Hz: below "50 Hz" confidence is capped at probable
	waveLimit = 42_500 // 23.5 Hz: below "25 Hz" there is no pulse to be seen
	fineStep  = 7_500  // 133 Hz: samples faster than that are averaged to about 100 Hz
)

const (
	triggerWindow = 150 * millisecond
	hotA          = 14.0 // m/s²: 8 km/h in 150 ms is 14.8 on average, so that some sample is above
	hot2          = hotA * hotA * perUnit * perUnit
)

// watch is what is remembered of a vehicle that is awake.
type watch struct {
	speeds speedPast
	drop   wheelDrop

	ring   ring
	last   int64 // time of the newest motion sample, µs
	step   int64 // usual step between samples, µs; 0 before the second sample
	odd    uint8 // steps in a row that are unlike it
	group  group // samples being averaged
	sums   secondSums
	roll   rollAngle
	yaw    float32 // deg/s, of the last tenths of a second
	yawNow float32 // the newest one

	hotUntil int64 // a window that may trigger may still end
	after    int64 // windows begin then or later: what lies before has been judged
	pulse    *hit
}

// group gathers samples of one instant of a fast sensor.
type group struct {
	first, sum int64 // time of the first; sum of the times after it
	n          int32
	a          [axes]int32 // sums, packed
	k          [axes]int32 // known
}

// take adds a motion sample, and reports whether the ring has a new sample that may be
// part of a collision.
func (w *watch) take(m *telemetry.Motion, at int64, i int, mt *mounting) bool {
	step := at - w.last
	w.last = at
	if step != w.step {
		w.pace(step)
	}
	if w.ring.s == nil {
		if w.step == 0 || w.step > waveLimit || w.odd > 0 {
			w.drop.felt(at, m, i)
			return false
		}
		w.ring.size(w.step)
	}
	a := [axes]int16{pack(telemetry.At(m.Longitudinal, i)), pack(telemetry.At(m.Lateral, i)), pack(telemetry.At(m.Vertical, i))}
	if len(m.YawRate) > 0 {
		w.turned(m.YawRate[i])
	}
	if len(m.RollRate) > 0 {
		w.roll.add(step, m.RollRate[i])
	}
	w.sums.add(a)
	if w.step < fineStep {
		if at, a, _ = w.gather(at, a); at == 0 {
			return false
		}
	}
	w.ring.push(at, a)
	return w.warm(at, a, mt)
}

// warm reports whether a sample may be part of a window that triggers.
func (w *watch) warm(at int64, a [axes]int16, mt *mounting) bool {
	x, y := int64(a[0])-int64(mt.packed[0]), int64(a[1])-int64(mt.packed[1])
	if a[0] == unknownA {
		x = 0
	}
	if a[1] == unknownA {
		y = 0
	}
	if x*x+y*y >= hot2 {
		w.hotUntil = at + triggerWindow
	}
	return at <= w.hotUntil
}

// pace follows the usual step: small changes slowly, a new rate after 8 samples of it.
func (w *watch) pace(step int64) {
	switch {
	case step >= second:
	case w.step == 0:
		w.step = step
	case step*2 > w.step*3 || step*3 < w.step*2:
		if w.odd++; w.odd >= 8 {
			w.step, w.odd, w.ring = step, 0, ring{}
		}
		return
	default:
		w.step += (step - w.step) / 16
	}
	w.odd = 0
}

// gather averages a fast sensor's samples; it gives the group before where this sample
// begins a new one, else time 0.
func (w *watch) gather(at int64, a [axes]int16) (int64, [axes]int16, bool) {
	g := &w.group
	var out [axes]int16
	outAt := int64(0)
	if g.n > 0 && (at-g.first >= fineStep || at < g.first) {
		outAt = g.first + g.sum/int64(g.n)
		for axis := range out {
			out[axis] = unknownA
			if g.k[axis] > 0 {
				out[axis] = int16(math.Round(float64(g.a[axis]) / float64(g.k[axis])))
			}
		}
		*g = group{}
	}
	if g.n == 0 {
		g.first = at
	}
	g.n++
	g.sum += at - g.first
	for axis := range a {
		if a[axis] != unknownA {
			g.a[axis] += int32(a[axis])
			g.k[axis]++
		}
	}
	return outAt, out, outAt != 0
}

// rate is that of the samples, Hz.
func (w *watch) rate() float64 {
	if w.step == 0 {
		return 0
	}
	return float64(second) / float64(w.step)
}
