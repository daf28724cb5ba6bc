package remote

import (
	"math"

	"github.com/paulmach/orb"
)

// nearest is how far along the line, in m, the place lies that is nearest to p on the
// points from..to.
func (m *matched) nearest(p orb.Point, from, to int) float64 {
	best, at := math.Inf(1), m.cum[from]
	cos := math.Cos(p[1] * math.Pi / 180)
	for i := from; i < to; i++ {
		a, b := m.shape[i], m.shape[i+1]
		share, square := project(p, a, b, cos)
		if square < best {
			best, at = square, m.cum[i]+float64(share*(m.cum[i+1]-m.cum[i]))
		}
	}
	return at
}

// project gives where on a..b the place nearest to p lies, 0..1, and the square of how
// far that is, in degrees of latitude.
func project(p, a, b orb.Point, cos float64) (share, square float64) {
	ax, ay := float64((a[0]-p[0])*cos), a[1]-p[1]
	dx, dy := float64((b[0]-a[0])*cos), b[1]-a[1]
	if length := float64(dx*dx) + float64(dy*dy); length > 0 {
		share = min(max(-(float64(ax*dx)+float64(ay*dy))/length, 0), 1)
	}
	x, y := ax+float64(share*dx), ay+float64(share*dy)
	return share, float64(x*x) + float64(y*y)
}

// point is the place at so many m along the line, between the points from..to.
func (m *matched) point(at float64, from, to int) orb.Point {
	for i := from; i < to; i++ {
		if at <= m.cum[i+1] {
			return between(m.shape[i], m.shape[i+1], at-m.cum[i], m.cum[i+1]-m.cum[i])
		}
	}
	return m.shape[to]
}

func between(a, b orb.Point, part, whole float64) orb.Point {
	if !(whole > 0) {
		return a
	}
	share := part / whole
	return orb.Point{a[0] + float64(share*(b[0]-a[0])), a[1] + float64(share*(b[1]-a[1]))}
}
