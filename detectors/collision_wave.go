package detectors

import (
	"math"
	"slices"
	"sort"
)

// wave is a stretch of motion unpacked, with the sensor's offset taken off, spikes and
// short holes bridged, and the change of velocity summed up.
type wave struct {
	*mounted
	t       []int64
	a       [axes][]float64 // m/s², 0 where nothing is known
	v       [2][]float64    // m/s gathered since the first sample, forward and to the left
	known   [axes]bool      // the axis was reported at all
	missing []bool          // a sample is missing at or before this one
	step    int64           // median, µs
	reach   int64           // the longest hole that is bridged, µs
}

// bridged is the shortest hole that is never bridged over, at any rate: the longest
// that hides little of a pulse of 60 ms.
const bridged = 50 * millisecond

// reachOver is the longest hole that is bridged: two samples at 50 Hz, one more for jitter.
func reachOver(step int64) int64 { return max(bridged, step*16/5) }

// mounted is how an accelerometer is mounted.
type mounted struct {
	offset [axes]float64 // m/s², of the raw axes
	turned [2]bool       // the axis points the wrong way
}

// unroll makes the wave of samples of which the newest is of a time.
func unroll(s []ringSample, at int64, m *mounted) *wave {
	w := &wave{mounted: m, t: make([]int64, len(s)), missing: make([]bool, len(s))}
	for i := len(s) - 1; i >= 0; i-- {
		w.t[i] = at
		at -= int64(s[i].step)
	}
	w.step = medianStep(s)
	w.reach = reachOver(w.step)
	for axis := range w.a {
		w.a[axis] = make([]float64, len(s))
		for i := range s {
			a := unpack(s[i].a[axis]) - m.offset[axis]
			if axis < 2 && m.turned[axis] {
				a = -a
			}
			w.a[axis][i] = a
			w.known[axis] = w.known[axis] || a == a
		}
	}
	w.despike()
	for axis := range w.a {
		w.fill(axis)
	}
	w.sum()
	return w
}

func medianStep(s []ringSample) int64 {
	steps := make([]uint16, 0, len(s))
	for i := 1; i < len(s); i++ {
		if s[i].step != longStep {
			steps = append(steps, s[i].step)
		}
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return int64(steps[len(steps)/2])
}

// hypot of two axes of which one may be unknown.
func resultant(x, y float64) float64 {
	if x != x {
		x = 0
	}
	if y != y {
		y = 0
	}
	return math.Sqrt(float64(x*x) + float64(y*y))
}

// Spikes are single samples among calm ones: no car stops and starts again within 20 ms.
const (
	calm      = 8.0 // m/s²: less than a trigger needs by half
	calmShare = 0.1 // of the spike, for what a filter leaves of it
)

// despike makes single samples among calm ones unknown. Slower sensors than 47 Hz may
// show a whole pulse in one sample.
func (w *wave) despike() {
	if w.step > slowStep {
		return
	}
	for i := 1; i+1 < len(w.t); i++ {
		if w.spike(i) {
			w.a[0][i], w.a[1][i] = math.NaN(), math.NaN()
		}
	}
}

// spike reports whether a sample stands alone: both its neighbours are calm, and at 50 Hz,
// where a stage of a pulse may be one sample, those next to them.
func (w *wave) spike(i int) bool {
	h := w.h(i)
	if h < hotA {
		return false
	}
	for k := max(0, i-reachOfCalm(w.step)); k <= min(len(w.t)-1, i+reachOfCalm(w.step)); k++ {
		if k != i && w.h(k) >= max(calm, calmShare*h) {
			return false
		}
	}
	return w.t[i+1]-w.t[i-1] <= 3*w.step
}

// reachOfCalm is the number of calm samples on both sides of a spike.
func reachOfCalm(step int64) int {
	if step > 12_500 {
		return 2
	}
	return 1
}

// fill bridges unknown values of an axis that is known on both sides.
func (w *wave) fill(axis int) {
	a, last := w.a[axis], -1
	for i := range a {
		if a[i] != a[i] {
			w.missing[i] = w.missing[i] || axis < 2 && w.known[axis]
			continue
		}
		if last >= 0 && i > last+1 && w.t[i]-w.t[last] <= w.reach {
			span := float64(w.t[i] - w.t[last])
			for k := last + 1; k < i; k++ {
				a[k] = a[last] + float64(float64(w.t[k]-w.t[last])/span*(a[i]-a[last]))
			}
		}
		last = i
	}
	for i := range a {
		if a[i] != a[i] {
			a[i] = 0
		}
	}
}

// sum integrates by trapezoid over the samples' own times; nothing is gathered over a
// hole too long to bridge.
func (w *wave) sum() {
	for axis := range w.v {
		w.v[axis] = make([]float64, len(w.t))
	}
	for i := 1; i < len(w.t); i++ {
		dt := w.t[i] - w.t[i-1]
		w.missing[i] = w.missing[i] || dt*5 > w.step*9
		for axis := range w.v {
			add := 0.0
			if dt <= w.reach {
				add = (w.a[axis][i-1] + w.a[axis][i]) / 2 * (float64(dt) / second)
			}
			w.v[axis][i] = w.v[axis][i-1] + float64(add)
		}
	}
}

// velocity is what was gathered up to a time, with acceleration taken as a straight
// line between samples.
func (w *wave) velocity(axis int, at int64) float64 {
	i := w.index(at)
	switch {
	case i < 0:
		return w.v[axis][0]
	case i == len(w.t)-1:
		return w.v[axis][i]
	}
	dt := w.t[i+1] - w.t[i]
	if dt > w.reach {
		return w.v[axis][i]
	}
	tau := float64(at-w.t[i]) / second
	slope := (w.a[axis][i+1] - w.a[axis][i]) / (float64(dt) / second)
	return w.v[axis][i] + float64(tau*(w.a[axis][i]+float64(float64(slope*tau)/2)))
}

// index is that of the newest sample not after a time, -1 for none.
func (w *wave) index(at int64) int {
	return sort.Search(len(w.t), func(i int) bool { return w.t[i] > at }) - 1
}

// change is the resultant change of velocity between two times.
func (w *wave) change(from, to int64) float64 {
	return resultant(w.velocity(0, to)-w.velocity(0, from), w.velocity(1, to)-w.velocity(1, from))
}

// h is the horizontal acceleration at a sample.
func (w *wave) h(i int) float64 { return resultant(w.a[0][i], w.a[1][i]) }

// newest is the time of the last sample.
func (w *wave) newest() int64 { return w.t[len(w.t)-1] }
