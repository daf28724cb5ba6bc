package roads

import (
	"math"

	"github.com/paulmach/orb"
)

const (
	unitsPerDegree = 1e7         // coordinates are whole units of 1e-7 deg, about 1 cm
	earthRadius    = 6_371_008.8 // m, mean (IUGG)
	metresPerUnit  = earthRadius * math.Pi / 180 / unitsPerDegree
)

// point is a place in units of 1e-7 deg.
type point struct{ lat, lon int32 }

func pointOf(p orb.Point) point {
	return point{int32(math.Round(p[1] * unitsPerDegree)), int32(math.Round(p[0] * unitsPerDegree))}
}

func (p point) orb() orb.Point {
	return orb.Point{float64(p.lon) / unitsPerDegree, float64(p.lat) / unitsPerDegree}
}

// scale turns differences of coordinates near a place into metres. Products are
// rounded one by one, so that every processor gives the same.
type scale struct {
	lat      float64 // units
	cos, sin float64 // of the latitude; sin is that of one unit's arc
}

func scaleAt(lat float64) scale {
	const radiansPerUnit = math.Pi / 180 / unitsPerDegree
	rad := lat * radiansPerUnit
	c := cosine(rad)
	s := math.Sqrt(math.Max(0, 1-float64(c*c)))
	return scale{lat, c, math.Copysign(s, rad) * radiansPerUnit}
}

// east is what a unit of longitude is in m, at a latitude near the scale's.
func (s scale) east(lat float64) float64 {
	return float64(s.cos-float64(s.sin*(lat-s.lat))) * metresPerUnit
}

// apart gives the way from a to b in m: east and north.
func (s scale) apart(a, b point) (x, y float64) {
	lat := float64(float64(int64(a.lat)+int64(b.lat)) / 2)
	return float64(float64(int64(b.lon)-int64(a.lon)) * s.east(lat)), float64(float64(int64(b.lat)-int64(a.lat)) * metresPerUnit)
}

// distance is that way's length in m.
func (s scale) distance(a, b point) float64 {
	x, y := s.apart(a, b)
	return math.Sqrt(float64(x*x) + float64(y*y))
}

// cosines are the terms of the cosine's Taylor series, of x^20 first: what is left out
// is less than 2e-17 within a quarter turn.
var cosines = [...]float64{
	1. / 2432902008176640000, -1. / 6402373705728000, 1. / 20922789888000, -1. / 87178291200, 1. / 479001600,
	-1. / 3628800, 1. / 40320, -1. / 720, 1. / 24, -1. / 2, 1,
}

// cosine is that of an angle within a quarter turn. The library's may differ in the last
// bit between processors, and the file's lengths must not.
func cosine(rad float64) (sum float64) {
	x2 := float64(rad * rad)
	for _, c := range &cosines {
		sum = float64(sum*x2) + c
	}
	return sum
}
