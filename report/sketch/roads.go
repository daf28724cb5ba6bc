package sketch

import (
	"math"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"milepost/geo/roads"
)

// Road is a stretch of road beneath the route.
type Road struct {
	Line   orb.LineString // longitude, latitude
	Class  roads.Class
	Name   string
	Tunnel bool
}

// Around gives the roads of a map that a picture of the trip shows. Of a long trip these
// are the larger ones.
func (s *Sketch) Around(m *roads.Map) ([]Road, error) {
	parts, err := s.parts()
	if err != nil {
		return nil, err
	}
	f := newFrame(parts)
	return Near(m, orb.Point{f.lon, f.lat}, math.Hypot(f.wide, f.high)/2/f.scale), nil
}

// Near gives the roads of a map within so many metres of a place; of a wide radius the
// larger ones. Where the map tells no classes, which are larger is not known: there it
// gives those of unknown class.
func Near(m *roads.Map, place orb.Point, radius float64) []Road {
	near, least := m.Near(place, radius, nil), smallest(radius)
	all := chosen(m, near, func(c roads.Class) bool { return rank(c) >= least })
	if len(all) == 0 {
		all = chosen(m, near, func(c roads.Class) bool { return c == roads.ClassUnknown })
	}
	return all
}

func chosen(m *roads.Map, near []roads.Near, wanted func(roads.Class) bool) (all []Road) {
	var last roads.Edge = math.MaxUint32
	for _, n := range near {
		c := m.Class(n.Edge)
		if n.Edge == last || c == roads.Ferry || !wanted(c) {
			continue
		}
		last = n.Edge
		all = append(all, Road{Line: m.Shape(n.Edge, nil), Class: c, Name: m.Name(n.Edge), Tunnel: m.Tunnel(n.Edge)})
	}
	return all
}

// smallest is the rank of the least roads that still tell something where so many metres
// are shown.
func smallest(radius float64) int {
	switch {
	case radius < 4_000:
		return 0
	case radius < 10_000:
		return 1
	case radius < 30_000:
		return 2
	case radius < 80_000:
		return 3
	}
	return 4
}

// rank orders the classes of roads by how far they are seen.
func rank(c roads.Class) int {
	switch c {
	case roads.Motorway, roads.Trunk:
		return 5
	case roads.MotorwayLink, roads.TrunkLink, roads.Primary:
		return 4
	case roads.PrimaryLink, roads.Secondary:
		return 3
	case roads.SecondaryLink, roads.Tertiary, roads.TertiaryLink:
		return 2
	case roads.Service, roads.Track:
		return 0
	}
	return 1
}

// bound is what a trip's parts cover.
func bound(parts []part) orb.Bound {
	b := parts[0].line.Bound()
	for _, p := range parts[1:] {
		b = b.Union(p.line.Bound())
	}
	return b
}

// metres is how wide and high a bound is.
func metres(b orb.Bound) (wide, high float64) {
	return orbgeo.BoundWidth(b), orbgeo.BoundHeight(b)
}
