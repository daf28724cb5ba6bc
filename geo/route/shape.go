package route

import (
	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/roads"
)

// Shape appends the line of a path, from its start to its end: two points or more.
func (r *Router) Shape(p *Path, to []orb.Point) []orb.Point {
	begin := len(to)
	for i, e := range p.Edges {
		lo, hi := 0.0, r.m.Length(e)
		if i == 0 {
			lo = p.Start
		}
		if i == len(p.Edges)-1 {
			hi = p.End
		}
		r.shape = r.part(e, lo, hi, r.shape[:0])
		for _, point := range r.shape {
			if len(to) == begin || to[len(to)-1] != point {
				to = append(to, point)
			}
		}
	}
	if len(to) == begin+1 {
		to = append(to, to[begin])
	}
	return to
}

// part appends an edge's line between two distances along it, m.
func (r *Router) part(e roads.Edge, lo, hi float64, to []orb.Point) []orb.Point {
	length := r.m.Length(e)
	if lo <= 0 && hi >= length {
		return r.m.Shape(e, to)
	}
	r.whole = r.m.Shape(e, r.whole[:0])
	sum := 0.0
	for i := 1; i < len(r.whole); i++ {
		sum += geo.Distance(r.whole[i-1], r.whole[i])
	}
	first, _ := r.m.PointAt(e, lo)
	last, _ := r.m.PointAt(e, hi)
	to = append(to, first)
	// The map's own measure differs a little from great circles.
	along, scale := 0.0, length/max(sum, 1e-9)
	for i := 1; i+1 < len(r.whole); i++ {
		along += float64(geo.Distance(r.whole[i-1], r.whole[i]) * scale)
		if along > lo && along < hi {
			to = append(to, r.whole[i])
		}
	}
	return append(to, last)
}
