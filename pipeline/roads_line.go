package pipeline

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
	"github.com/twpayne/go-polyline"

	"milepost/outcome"
)

// simplifyDeg is how far, deg, a part's line may be from that of the roads: 1.5 m, and
// less from west to east.
const simplifyDeg = 1.35e-5

// line gathers a route's points and parts.
type line struct {
	points []orb.Point
	parts  []outcome.RoutePart
}

// add appends a run of points, of which the first is that of the run before where it
// goes on there. One without a length is left out.
func (l *line) add(points []orb.Point, as outcome.RoutePart) {
	if len(points) < 2 || len(points) == 2 && points[0] == points[1] {
		return
	}
	if n := len(l.points); n > 0 && l.points[n-1] == points[0] {
		points = points[1:]
		as.From = n - 1
	} else {
		as.From = n
	}
	l.points = append(l.points, points...)
	as.To = len(l.points) - 1
	if n := len(l.parts); n > 0 && l.parts[n-1].To == as.From && sameKind(l.parts[n-1], as) {
		l.parts[n-1].To = as.To
		return
	}
	l.parts = append(l.parts, as)
}

// sameKind reports whether two runs that share a point may be one. Each hidden stretch
// stands for itself.
func sameKind(a, b outcome.RoutePart) bool {
	return a.Source == b.Source && a.Overspeed == b.Overspeed && a.Highway == b.Highway && a.Mode == b.Mode && a.IsEV == b.IsEV &&
		(a.Source == outcome.PartRaw || a.Source == outcome.PartMatched)
}

// smooth appends a run without the points that add nothing to its line.
func (l *line) smooth(points []orb.Point, as outcome.RoutePart) {
	l.add(simplify.DouglasPeucker(simplifyDeg).LineString(points), as)
}

// route is the line as an outcome has it; nil where there is none.
func (l *line) route() *outcome.Route {
	if len(l.parts) == 0 {
		return nil
	}
	coords, flat := make([][]float64, len(l.points)), make([]float64, 2*len(l.points))
	for i, p := range l.points {
		coords[i] = flat[2*i : 2*i+2]
		coords[i][0], coords[i][1] = p.Lat(), p.Lon()
	}
	return &outcome.Route{Polyline: string(polyline.EncodeCoords(coords)), Parts: l.parts}
}

// marksLeast is the shortest time, µs, that a part of its own says of speeding or of which
// drove, modeLeast of modes, which change more often: a moment does not cut the line into
// pieces.
const (
	marksLeast = 3_000_000
	modeLeast  = 6_000_000
)

// steady takes moments out of what steps say, so that parts are few.
func (p *paving) steady() {
	for _, flicker := range [...]bool{false, true} {
		calm(p.steps, marksLeast, func(q *step) *bool { return &q.over }, func(over bool) bool { return over == flicker })
	}
	calm(p.steps, marksLeast, func(q *step) **bool { return &q.ev }, func(*bool) bool { return true })
	calm(p.steps, modeLeast, func(q *step) *outcome.Mode { return &q.mode }, func(outcome.Mode) bool { return true })
}

// calm makes runs of a mark, that are shorter than least, µs, and may be taken for what lies before them,
// like that.
func calm[T comparable](steps []step, least int64, mark func(*step) *T, may func(T) bool) {
	for i := 0; i < len(steps); {
		from, span, is := i, int64(0), *mark(&steps[i])
		for ; i < len(steps) && *mark(&steps[i]) == is; i++ {
			span += steps[i].span
		}
		if span < least && from > 0 && i < len(steps) && may(is) {
			for k := from; k < i; k++ {
				*mark(&steps[k]) = *mark(&steps[from-1])
			}
			i = max(from, 1) // what follows may go on what lies before
			for i < len(steps) && *mark(&steps[i]) == *mark(&steps[from-1]) {
				i++
			}
		}
	}
}

// alike gives the flags that all steps have; false where they differ.
func (p *paving) alike() (as outcome.RoutePart, ok bool) {
	for i := range p.steps {
		switch now := p.steps[i].flags(outcome.PartRaw); {
		case i == 0:
			as = now
		case now != as:
			return as, false
		}
	}
	return as, true
}

// stepAt gives the index of the step that a time, µs, lies in, from a step before it on.
func (p *paving) stepAt(at int64, from int) int {
	for from+1 < len(p.steps) && p.steps[from].at < at {
		from++
	}
	return from
}

// flags are what a part says of a step.
func (q *step) flags(source outcome.PartSource) outcome.RoutePart {
	return outcome.RoutePart{Source: source, IsEV: q.ev, Mode: q.mode, Overspeed: q.over, Highway: q.highway && source == outcome.PartMatched}
}
