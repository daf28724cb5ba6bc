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
	if w.turned[axis] {
		a = -a
	}
	g := math.Abs(a+w.offset[axis]) / gravity
	for _, scale := range fullScalesG {
		if math.Abs(g-scale) <= fullScaleNear*scale {
			return true
		}
	}
	return false
}

// Free fall: a sensor that falls shows no gravity, so that what is left of its vertical
// axis, offset taken off, is -1 g. A car's springs do not let it go for so long.
const (
	fallA    = -7.0 // m/s²
	fallSpan = 80 * millisecond
	fallGap  = 60 * millisecond // from the end of the fall to time zero
)

// fell reports whether the sensor fell freely right before a time.
func (w *wave) fell(t0 int64) bool {
	if !w.known[2] {
		return false
	}
	from := -1
	for i, at := range w.t {
		if at > t0 {
			break
		}
		if w.a[2][i] > fallA {
			from = -1
			continue
		}
		if from < 0 {
			from = i
		}
		if at-w.t[from] >= fallSpan && t0-at <= fallGap {
			return true
		}
	}
	return false
}
