package route

import (
	"github.com/paulmach/orb"

	"milepost/geo/roads"
)

// Options bound a search. What is zero has the value of Defaults.
type Options struct {
	MaxM     float64 // longest way, m
	MaxEdges int     // edges looked at in one search
	RadiusM  float64 // within which a place is looked for on the roads, m
}

// Defaults allow a way across a country's region.
func Defaults() Options { return Options{MaxM: 300_000, MaxEdges: 2_000_000, RadiusM: 100} }

// Router finds ways on one map. It keeps its buffers and is not for concurrent use; the
// map is shared.
type Router struct {
	m       *roads.Map
	o       Options
	w       Measure // of the search under way
	fastest float64 // that any road is driven, m/s

	table  table
	heap   heap
	starts []spot
	goals  []spot
	best   []reached
	near   []roads.Near
	open   int       // goals not reached yet
	bound  int64     // no way costs more
	target orb.Point // of the search's one goal
	spread float64   // m, how far its spots are from there
	aimed  bool      // there is one goal

	ends  []End
	edges []roads.Edge
	shape []orb.Point
	whole []orb.Point
}

// New gives a router for a map.
func New(m *roads.Map, o Options) *Router {
	d := Defaults()
	if o.MaxM == 0 {
		o.MaxM = d.MaxM
	}
	if o.MaxEdges == 0 {
		o.MaxEdges = d.MaxEdges
	}
	if o.RadiusM == 0 {
		o.RadiusM = d.RadiusM
	}
	return &Router{m: m, o: o, fastest: m.Fastest()}
}

// Path is a way on the map.
type Path struct {
	Edges     []roads.Edge // each may be turned into from the one before
	Start     float64      // where it begins, m along the first edge
	End       float64      // where it ends, m along the last edge
	LengthM   float64
	FreeFlowS float64
}

// Way finds the path from one end to another that has least of a measure, into p, whose
// buffer is kept. Of equals it is always the same. A car turns round within a stretch
// only where the road ends. Errors are ErrNoRoute and ErrTooFar; p is then empty.
func (r *Router) Way(from, to End, least Measure, p *Path) error {
	*p = Path{Edges: p.Edges[:0]}
	r.ends = append(r.ends[:0], to)
	if err := r.search(from, r.ends, least, least.bound(r.o.MaxM)); err != nil {
		return err
	}
	r.trace(&r.best[0], p)
	return nil
}

// Between finds the shortest way between two ends. Its shape is a copy. Errors are
// those of Way.
func (r *Router) Between(a, b End) (Stretch, error) {
	if at, same := r.behind(&a, &b); same {
		return Stretch{Shape: []orb.Point{at, at}}, nil
	}
	p := Path{Edges: r.edges}
	err := r.Way(a, b, Length, &p)
	r.edges = p.Edges
	if err != nil {
		return Stretch{}, err
	}
	return Stretch{LengthM: p.LengthM, FreeFlowS: p.FreeFlowS, Shape: r.Shape(&p, nil)}, nil
}

// behind reports whether the second place is the first one as far as can be known: less than
// backM behind it, where the stretch before ends. On one stretch the search sees to it.
func (r *Router) behind(a, b *End) (at orb.Point, same bool) {
	r.starts, r.goals = r.spots(a, 0, r.starts[:0]), r.spots(b, 0, r.goals[:0])
	for i := range r.starts {
		s := &r.starts[i]
		for j := range r.goals {
			g := &r.goals[j]
			on := g.edge != s.edge^1 && r.m.To(g.edge) == r.m.From(s.edge) && r.m.Allowed(g.edge, s.edge)
			if on && lengthMM(r.m, g.edge)-g.mm+s.mm <= backM*1000 {
				return r.at(s), true
			}
		}
	}
	return at, false
}

// trace follows a way back to its start.
func (r *Router) trace(best *reached, p *Path) {
	goal := &r.goals[best.goal]
	start := best.start
	p.Edges = append(p.Edges[:0], goal.edge)
	for e := best.prev; e != roads.None; {
		p.Edges = append(p.Edges, e)
		s, _ := r.table.of(e)
		e, start = s.prev, s.from
	}
	for i, j := 0, len(p.Edges)-1; i < j; i, j = i+1, j-1 {
		p.Edges[i], p.Edges[j] = p.Edges[j], p.Edges[i]
	}
	begin, end := r.starts[start].mm, goal.mm
	if len(p.Edges) == 1 {
		end = max(end, begin)
	}
	p.Start, p.End = float64(begin)/1000, float64(end)/1000
	var mm, us int64
	for i, e := range p.Edges {
		lo, hi := int64(0), lengthMM(r.m, e)
		if i == 0 {
			lo = begin
		}
		if i == len(p.Edges)-1 {
			hi = end
		}
		mm += hi - lo
		us += Time.cost(r.m, e, hi-lo)
	}
	p.LengthM, p.FreeFlowS = float64(mm)/1000, float64(us)/1e6
}
