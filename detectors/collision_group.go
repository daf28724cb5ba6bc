package detectors

import "math"

// group gathers samples of one instant of a fast sensor.
type group struct {
	first, sum int64 // time of the first; sum of the times after it
	n          int32
	a          [axes]int32 // sums, packed
	unknown    [axes]int32
}

// add averages a fast sensor's samples; it gives the time and mean of the group before
// where this sample begins a new one, else time 0.
func (g *group) add(at int64, x, y, z int16) (mid int64, mx, my, mz int16) {
	if g.n > 0 && (at-g.first >= fineStep || at < g.first) {
		mid = g.first + g.sum/int64(g.n)
		mx, my, mz = g.mean(0), g.mean(1), g.mean(2)
		*g = group{}
	}
	if g.n == 0 {
		g.first = at
	}
	g.n++
	g.sum += at - g.first
	g.put(0, x)
	g.put(1, y)
	g.put(2, z)
	return mid, mx, my, mz
}

func (g *group) put(axis int, a int16) {
	if a == unknownA {
		g.unknown[axis]++
		return
	}
	g.a[axis] += int32(a)
}

// mean of the packed values of an axis, halves rounded up.
func (g *group) mean(axis int) int16 {
	sum, n := g.a[axis], g.n-g.unknown[axis]
	switch n {
	case 0:
		return unknownA
	case 1:
		return int16(sum)
	case 2:
		return int16((sum + 1) >> 1)
	}
	return int16(math.Floor(float64(sum)/float64(n) + 0.5))
}
