package detectors

import (
	"math"

	"milepost/telemetry"
)

// run does what take does for samples from index i on, before another index and up to a
// time, as long as nothing is out of the ordinary. It gives the index of the first that
// is left to take, and whether the one before it may be part of a collision.
func (w *watch) run(m *telemetry.Motion, start int64, i, end int, until int64, mt *mounting) (int, bool) {
	if w.ring.s == nil && w.step > waveLimit {
		return w.amble(m, start, i, end, until), false
	}
	if w.ring.s == nil || w.ring.n == 0 || len(m.Longitudinal) == 0 || len(m.Lateral) == 0 || len(m.Vertical) == 0 {
		return i, false
	}
	until = min(until-start, math.MaxInt32)
	offsets, xs, ys, zs := m.At[:end], m.Longitudinal[:end], m.Lateral[:end], m.Vertical[:end]
	first, before, hot := i, w.last-start, false
	last, pace := before, w.step
	for ; i < end && !hot; i++ {
		off := int64(offsets[i])
		step := off - last
		if off > until || step < pace*3/4 || step > min(pace*5/4, longStep) {
			break
		}
		pace += (step - pace) / 16
		last = off
		at, x, y, z := start+off, pack(xs[i]), pack(ys[i]), pack(zs[i])
		w.sums.add(x, y, z)
		if pace < fineStep {
			if at, x, y, z = w.group.add(at, x, y, z); at == 0 {
				continue
			}
		}
		// Field by field: a copy of the whole would wait for its parts to be written.
		s := w.ring.next()
		s.step, s.a[0], s.a[1], s.a[2] = uint16(at-w.ring.at), x, y, z
		w.ring.at = at
		hot = w.warm(at, x, y, mt)
	}
	if i > first {
		w.turns(m, first, i, before)
		w.last, w.step, w.odd = start+last, pace, 0
	}
	return i, hot
}

// amble is run for a motion track too slow for a waveform.
func (w *watch) amble(m *telemetry.Motion, start int64, i, end int, until int64) int {
	for ; i < end; i++ {
		at := start + int64(m.At[i])
		step := at - w.last
		if at > until || step < w.step*3/4 || step > w.step*5/4 || step >= second {
			break
		}
		pace := w.step + (step-w.step)/16
		if pace <= waveLimit {
			break
		}
		w.last, w.step, w.odd = at, pace, 0
		w.drop.felt(at, m, i)
	}
	return i
}

// turns follows the yaw and roll rates of samples that were run through, the one before
// them at an offset.
func (w *watch) turns(m *telemetry.Motion, from, to int, before int64) {
	if len(m.YawRate) > 0 {
		w.sums.turn(m.YawRate[from:to])
		w.yawNow = m.YawRate[to-1]
	}
	if len(m.RollRate) == 0 {
		return
	}
	for i, rate := range m.RollRate[from:to] {
		off := int64(m.At[from+i])
		w.roll.add(off-before, rate)
		before = off
	}
}
