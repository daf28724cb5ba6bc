package detectors

import "milepost/telemetry"

// Steps between samples at which the method changes, µs. 6 % of room, as clocks and
// jitter go.
const (
	slowStep  = 21_300 // 47 Hz: below "50 Hz" confidence is capped at probable
	waveLimit = 42_500 // 23.5 Hz: below "25 Hz" there is no pulse to be seen
	fineStep  = 7_500  // 133 Hz: samples faster than that are averaged to about 100 Hz
)

// The trigger of 49 CFR 563.5 is 8 km/h in 150 ms. What samples show of such a pulse may
// be a tenth less, and braking at 1.3 g gives 1.9 m/s.
const (
	triggerWindow = 150 * millisecond
	leastDelta    = 2.0      // m/s, 7.2 km/h
	probableDelta = 13 / 3.6 // m/s: what may be seen at 50 Hz of the 15 km/h that make a collision probable
	hotA          = 13.0     // m/s²: 2 m/s in 150 ms are 13.3 on average, so that some sample is above
	hot2          = hotA * hotA * perUnit * perUnit
)

// watch is what is remembered of a vehicle that is awake.
type watch struct {
	// First what each second needs: another vehicle's turn finds none of it at hand.
	pulse    *hit
	airbag   int64 // when one was deployed while a pulse may be on its way, 0 for never
	step     int64 // usual step between samples, µs; 0 before the second sample
	last     int64 // time of the newest motion sample, µs
	ring     ring
	hotUntil int64 // a window that may trigger may still end
	roll     rollAngle
	yawNow   float32 // the newest one
	odd      uint8   // steps in a row that are unlike the usual one
	drop     wheelDrop
	sums     secondSums
	speeds   speedPast

	group group // samples being averaged
	loose int64 // the sensor fell: what it shows up to then is not the car's motion
	after int64 // windows begin then or later: what lies before has been judged
}

// take adds a motion sample, and reports whether the ring has a new sample that may be
// part of a collision.
func (w *watch) take(m *telemetry.Motion, at int64, i int, mt *mounting) bool {
	step := at - w.last
	w.last = at
	if step != w.step {
		w.pace(step)
	} else {
		w.odd = 0
	}
	if w.ring.s == nil {
		if w.step == 0 || w.step > waveLimit || w.odd > 0 {
			w.drop.felt(at, m, i)
			return false
		}
		w.ring.size(w.step)
	}
	if len(m.YawRate) > 0 {
		w.turned(m.YawRate[i : i+1])
	}
	if len(m.RollRate) > 0 {
		w.roll.add(step, m.RollRate[i])
	}
	x, y, z := pack(telemetry.At(m.Longitudinal, i)), pack(telemetry.At(m.Lateral, i)), pack(telemetry.At(m.Vertical, i))
	w.sums.add(x, y, z)
	if w.step < fineStep {
		if at, x, y, z = w.group.add(at, x, y, z); at == 0 {
			return false
		}
	}
	w.ring.push(at, [axes]int16{x, y, z})
	return w.warm(at, x, y, mt)
}

// warm reports whether a sample may be part of a window that triggers.
func (w *watch) warm(at int64, x, y int16, mt *mounting) bool {
	dx, dy := int64(x)-int64(mt.packed[0]), int64(y)-int64(mt.packed[1])
	if x == unknownA {
		dx = 0
	}
	if y == unknownA {
		dy = 0
	}
	if dx*dx+dy*dy >= hot2 {
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

// rate is that of the samples, Hz.
func (w *watch) rate() float64 {
	if w.step == 0 {
		return 0
	}
	return float64(second) / float64(w.step)
}
