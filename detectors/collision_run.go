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
	i = w.glide(m, start, i, end, until, mt)
	last, pace := w.last-start, w.step
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
		w.ring.deep(z)
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
	felt := len(m.Longitudinal) > 0 && len(m.Lateral) > 0
	first, at, pace := i, w.last, w.step
	for ; i < end; i++ {
		now := start + int64(m.At[i])
		step := now - at
		if now > until || step >= second {
			break
		}
		if uint64(step-pace+evenly) > 2*evenly {
			next := pace + (step-pace)/16
			if step < pace*3/4 || step > pace*5/4 || next <= waveLimit {
				break
			}
			pace = next
		}
		at = now
		if !felt || !calmly(m.Longitudinal[i], m.Lateral[i]) {
			w.drop.felt(at, m, i)
		}
	}
	if i > first {
		w.last, w.step, w.odd, w.drop.heard = at, pace, 0, at
	}
	return i
}

// calmly reports whether both axes are known and show no jolt.
func calmly(x, y float32) bool { return float32(x*x)+float32(y*y) < jolt*jolt }

// turns follows the yaw and roll rates of samples that were run through, the one before
// them at an offset.
func (w *watch) turns(m *telemetry.Motion, from, to int, before int64) {
	if len(m.YawRate) > 0 {
		w.sums.turn(m.YawRate[from:to])
		w.yawNow = m.YawRate[to-1]
	}
	if len(m.RollRate) == 0 || w.roll.angle == 0 && steady(m.RollRate[from:to]) {
		return
	}
	for i, rate := range m.RollRate[from:to] {
		off := int64(m.At[from+i])
		w.roll.add(off-before, rate)
		before = off
	}
}
