package route

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// spot is a place on an edge, in its direction, that a way may begin or end at.
type spot struct {
	edge roads.Edge
	mm   int64 // along the edge
	off  float64
	cost int64 // for being further from the road than the nearest
	goal int32 // which of several goals it is of
}

const (
	mostStretches = 4    // that a place may lie on
	beyondM       = 30.0 // further than the nearest: not taken
	headingDeg    = 60.0 // a road that runs otherwise is not driven
)

// spots appends the places on the map that an end may stand for: on the nearest
// stretches, in each direction that may be driven and fits the heading.
func (r *Router) spots(e *End, goal int32, to []spot) []spot {
	if e.Matched {
		if int(e.Edge) >= r.m.Edges() || !r.m.Drivable(e.Edge) {
			return to
		}
		return append(to, spot{edge: e.Edge, mm: r.clamp(e.Edge, e.Along), goal: goal})
	}
	begin := len(to)
	to = r.around(e.At, goal, to)
	fits := to[begin:begin]
	for _, s := range to[begin:] {
		if r.fits(&s, e.Heading) {
			fits = append(fits, s)
		}
	}
	if len(fits) > 0 {
		return to[:begin+len(fits)]
	}
	if math.IsNaN(e.Heading) {
		return to[:begin]
	}
	return r.around(e.At, goal, to[:begin])
}

// around appends both directions of the nearest stretches that may be driven.
func (r *Router) around(p orb.Point, goal int32, to []spot) []spot {
	r.near = r.m.Near(p, r.o.RadiusM, r.near[:0])
	slices.SortFunc(r.near, func(a, b roads.Near) int { return cmp.Or(cmp.Compare(a.Off, b.Off), cmp.Compare(a.Edge, b.Edge)) })
	stretches, nearest := 0, 0.0
	for _, n := range r.near {
		forth, back := r.m.Drivable(n.Edge), r.m.Drivable(n.Edge^1)
		if !forth && !back {
			continue
		}
		if stretches == 0 {
			nearest = n.Off
		}
		if stretches == mostStretches || n.Off > nearest+beyondM {
			break
		}
		stretches++
		mm, cost := r.clamp(n.Edge, n.Along), r.w.of(n.Off-nearest)
		if forth {
			to = append(to, spot{n.Edge, mm, n.Off, cost, goal})
		}
		if back {
			to = append(to, spot{n.Edge ^ 1, lengthMM(r.m, n.Edge) - mm, n.Off, cost, goal})
		}
	}
	return to
}

func (r *Router) fits(s *spot, heading float64) bool {
	if math.IsNaN(heading) {
		return true
	}
	_, bearing := r.m.PointAt(s.edge, float64(s.mm)/1000)
	return math.Abs(math.Remainder(bearing-heading, 360)) <= headingDeg
}

func (r *Router) clamp(e roads.Edge, along float64) int64 {
	return min(max(int64(math.Round(along*1000)), 0), lengthMM(r.m, e))
}

func (r *Router) at(s *spot) orb.Point {
	p, _ := r.m.PointAt(s.edge, float64(s.mm)/1000)
	return p
}
