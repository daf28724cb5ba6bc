package remote

import (
	"math"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/match"
	"milepost/geo/roads"
)

// Path is one connected way on the service's roads, from its first fix to its last.
type Path struct {
	Shape   []orb.Point
	Edges   []Edge     // in the order driven; they cover Shape
	Fixes   []match.On // in order; Edge counts in Edges, Along from the path's begin
	LengthM float64
}

// Edge is a stretch of road as far as the path lies on it.
type Edge struct {
	From, To int // its points in Shape, inclusive
	LengthM  float64
	Name     string // "" unknown
	Class    roads.Class
	Tunnel   bool
	LimitKmh float64 // NaN unknown, +Inf where there is none
	Country  string  // ISO 3166-1 alpha-2, "" unknown
	WayID    int64   // OpenStreetMap's, 0 unknown
}

// window is what one answer is used for: fixes that were sent, in order, of which those
// below from and above to belong to the answers beside it.
type window struct {
	fixes    []int       // index in the track of each
	places   []orb.Point // of each, as the track has it
	accuracy []float64   // m, of each
	from, to int         // inclusive, counted in fixes
}

// paths are the connected ways of an answer.
func (m *matched) paths(w window, out []Path) []Path {
	first := -1 // of the run
	last := -1
	for i := w.from; i <= w.to; i++ {
		s := &m.points[i]
		if s.edge < 0 {
			// A break may be told at a fix that is on no road.
			if first >= 0 && (s.begin || s.end) {
				out = m.path(w, first, last, out)
				first = -1
			}
			continue
		}
		if first >= 0 && m.broken(last, i) {
			out = m.path(w, first, last, out)
			first = -1
		}
		if first < 0 {
			first = i
		} else if p := &m.points[last]; s.at < p.at {
			s.at, s.edge = p.at, p.edge // noise along the road is no driving back
		}
		last = i
	}
	if first >= 0 {
		out = m.path(w, first, last, out)
	}
	return out
}

// broken reports whether the way between two fixes is not known.
func (m *matched) broken(a, b int) bool {
	p, q := &m.points[a], &m.points[b]
	if p.begin || q.end || q.edge < p.edge {
		return true
	}
	for e := p.edge; e < q.edge; e++ {
		if m.edges[e].to != m.edges[e+1].from {
			return true
		}
	}
	return false
}

// path makes one of the fixes first..last, which lie on connected edges. One fix is none.
func (m *matched) path(w window, first, last int, out []Path) []Path {
	if first == last {
		return out
	}
	a, b := &m.points[first], &m.points[last]
	var p Path
	p.Shape = append(p.Shape, m.point(a.at, m.edges[a.edge].from, m.edges[a.edge].to))
	for e := a.edge; e <= b.edge; e++ {
		piece := m.edges[e]
		edge := piece.Edge
		edge.From = len(p.Shape) - 1
		begin, end := max(a.at, m.cum[piece.from]), min(b.at, m.cum[piece.to])
		for i := piece.from; i <= piece.to; i++ {
			if m.cum[i] > begin && m.cum[i] < end {
				p.Shape = append(p.Shape, m.shape[i])
			}
		}
		if end > begin || e == b.edge && len(p.Shape) == 1 {
			p.Shape = append(p.Shape, m.point(end, piece.from, piece.to))
		}
		edge.To, edge.LengthM = len(p.Shape)-1, max(0, end-begin)
		p.Edges = append(p.Edges, edge)
	}
	p.LengthM = b.at - a.at
	for i := first; i <= last; i++ {
		if s := &m.points[i]; s.edge >= 0 {
			off := geo.Distance(w.places[i], m.point(s.at, m.edges[s.edge].from, m.edges[s.edge].to))
			p.Fixes = append(p.Fixes, match.On{Fix: w.fixes[i], Edge: s.edge - a.edge, Along: s.at - a.at,
				Off: off, Confidence: confidence(off, w.accuracy[i], s.matched)})
		}
	}
	return append(out, p)
}

// confidence falls off with the distance from the road, measured in the fix's accuracy.
// The service gives none for a single fix. One placed between its neighbours is worth less.
func confidence(off, accuracy float64, itself bool) float32 {
	r := off / (2 * accuracy)
	c := math.Exp(-float64(r*r) / 2)
	if !itself {
		c *= 0.9
	}
	return float32(c)
}

const (
	joinM    = 5.0  // two answers that put a fix within this are one way
	joinWayM = 25.0 // the same where both have it on the same road
)

// join appends the paths of the next answer. Where both end and begin at the fix that
// the answers share, and agree on where it lies, they are one.
func join(all, next []Path, shared int) []Path {
	if len(all) == 0 || len(next) == 0 {
		return append(all, next...)
	}
	a, b := &all[len(all)-1], &next[0]
	end := a.Fixes[len(a.Fixes)-1]
	if end.Fix != shared || b.Fixes[0].Fix != shared {
		return append(all, next...)
	}
	apart := geo.Distance(a.Shape[len(a.Shape)-1], b.Shape[0])
	e, f := a.Edges[len(a.Edges)-1], b.Edges[0]
	same := e.WayID != 0 && e.WayID == f.WayID
	if apart > joinWayM || apart > joinM && !same {
		b.Fixes = b.Fixes[1:] // a fix is in one path
		if len(b.Fixes) == 0 {
			next = next[1:]
		}
		return append(all, next...)
	}
	extend(a, b, same)
	return append(all, next[1:]...)
}

// extend appends b to a, whose end is b's begin.
func extend(a, b *Path, same bool) {
	points, edges := len(a.Shape)-1, len(a.Edges)
	a.Shape = append(a.Shape, b.Shape[1:]...)
	rest := b.Edges
	if same {
		e := &a.Edges[edges-1]
		e.To, e.LengthM = points+rest[0].To, e.LengthM+rest[0].LengthM
		rest = rest[1:]
		edges--
	}
	for _, e := range rest {
		e.From, e.To = e.From+points, e.To+points
		a.Edges = append(a.Edges, e)
	}
	for _, f := range b.Fixes[1:] {
		f.Edge, f.Along = f.Edge+edges, f.Along+a.LengthM
		a.Fixes = append(a.Fixes, f)
	}
	a.LengthM += b.LengthM
}
