package detectors

import "math"

// fullScalesG are the usual ranges of accelerometers, g.
var fullScalesG = [...]float64{2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 35, 37, 40, 50, 64, 70, 75, 100, 120, 128, 150, 200}

// fullScaleNear is how near, as a share, a clipped value is to the range.
const fullScaleNear = 0.003

// flatTops reports whether the sensor reached its limit within a pulse: an axis stays
// at its extreme for three samples, or for two at a usual range. It gives the longest
// time that a large value stayed the same.
func (w *wave) flatTops(t0, end int64) (saturated bool, longest int64) {
	for axis := range 2 {
		a, extreme := w.a[axis], w.largest(axis)
		run := 1
		for i := 1; i < len(a); i++ {
			if a[i] != a[i-1] || math.Abs(a[i]) < hotA || w.missing[i] {
				run = 1
				continue
			}
			run++
			longest = max(longest, w.t[i]-w.t[i-run+1])
			inside := w.t[i] >= t0 && w.t[i-run+1] <= end
			if inside && math.Abs(a[i]) >= 0.9*extreme && (run >= 3 || w.fullScale(axis, a[i]) && math.Abs(a[i]) >= 0.9*w.largest(1-axis)) {
				saturated = true
			}
		}
	}
	return saturated, longest
}

// largest is the largest acceleration of an axis: what a sensor passed is not its limit.
func (w *wave) largest(axis int) float64 {
	most := 0.0
	for _, a := range w.a[axis] {
		most = max(most, math.Abs(a))
	}
	return most
}

// fullScale reports whether an acceleration, its offset put back, is at a usual range.
func (w *wave) fullScale(axis int, a float64) bool {
	g := w.undone(axis, a) / gravity
	for _, scale := range fullScalesG {
		if math.Abs(g-scale) <= fullScaleNear*scale {
			return true
		}
	}
	return false
}

// What only a sensor draws.
const (
	allEnds = 0.5 // m/s²: how near three axes are to each other that all show the range
)

// glitch reports whether an event is drawn by a sensor that fails: all three axes at the
// end of the range in each of its samples, or one axis at one value from calm to calm,
// while the other horizontal one feels nothing. A short crash, clipped, may look like the
// latter.
func (w *wave) glitch(t0, end int64) (ends, square bool) {
	n, before := 0, 0
	ends, square = true, true
	for i, at := range w.t {
		if at < t0-rebound || at > end || w.h(i) < hotA || i == 0 {
			continue
		}
		if n++; at < t0 {
			before++
		}
		x, y, z := w.raw(0, i), w.raw(1, i), w.raw(2, i)
		ends = ends && w.known[2] && math.Abs(x-y) <= allEnds && math.Abs(x-z) <= allEnds
		x, y = math.Abs(w.a[0][i]), math.Abs(w.a[1][i])
		square = square && min(x, y) < calm && (w.a[0][i] == w.a[0][i-1] || w.a[1][i] == w.a[1][i-1] || w.h(i-1) < calm)
	}
	return n > 0 && ends, n-before > 1 && square && w.cliff(t0)
}

// cliff reports whether calm follows the limit from one sample to the next.
func (w *wave) cliff(after int64) bool {
	for i := 1; i < len(w.t); i++ {
		if w.t[i] > after && w.h(i-1) >= hotA && w.h(i) < calm {
			return true
		}
	}
	return false
}

// raw is what an axis showed at a sample, without its sign.
func (w *wave) raw(axis, i int) float64 { return w.undone(axis, w.a[axis][i]) }

// undone puts the offset back and gives the amount.
func (w *wave) undone(axis int, a float64) float64 {
	if axis < 2 && w.turned[axis] {
		a = -a
	}
	return math.Abs(a + w.offset[axis])
}
