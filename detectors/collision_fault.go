package detectors

import "math"

// A faulty sensor or bus shows an axis at its end, or all of them, while nothing else in
// the car moves. A blow that drives one axis to its end shakes the others.
const (
	stillA   = 1.5 // m/s²: what an axis shows of a smooth road
	sameEnds = 0.2 // m/s²: by which values at the end of ranges differ for rounding
)

// faulty reports whether all that makes a pulse is one axis that jumps to one value and
// back while the others are still, or three at the same distance from zero.
func (w *wave) faulty(t0, end int64) bool {
	if !w.known[2] {
		return false
	}
	var hot []int
	for i, at := range w.t {
		if at >= t0-w.step && at <= end+w.step && w.h(i) >= calm {
			hot = append(hot, i)
		}
	}
	return len(hot) >= 2 && (w.railed(0, hot) || w.railed(1, hot) || w.atEnds(hot))
}

// inner are samples without the first and last, which may be means of the fault and of
// what was before or after it.
func inner(hot []int) []int {
	if len(hot) < 4 {
		return hot
	}
	return hot[1 : len(hot)-1]
}

// railed reports whether an axis has one value while the others are still.
func (w *wave) railed(axis int, hot []int) bool {
	for _, i := range hot {
		if math.Abs(w.a[1-axis][i]) >= stillA || math.Abs(w.a[2][i]) >= stillA {
			return false
		}
	}
	same := inner(hot)
	for _, i := range same {
		if w.a[axis][i] != w.a[axis][same[0]] {
			return false
		}
	}
	return true
}

// atEnds reports whether all axes are at the same distance from zero.
func (w *wave) atEnds(hot []int) bool {
	for _, i := range inner(hot) {
		x, y, z := w.raw(0, i), w.raw(1, i), w.raw(2, i)
		if math.Abs(x-y) > sameEnds || math.Abs(x-z) > sameEnds {
			return false
		}
	}
	return true
}
