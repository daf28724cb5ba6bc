package geo

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// meanRadius is the earth's mean radius in m (IUGG). orb takes the equator's, with
// which ways come out 0.11 % too long.
const meanRadius = 6_371_008.8

// Distance is the great-circle distance between two points, m.
func Distance(a, b orb.Point) float64 {
	return float64(geo.DistanceHaversine(a, b) * (meanRadius / orb.EarthRadius))
}
