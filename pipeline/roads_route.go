package pipeline

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/follow"
	"milepost/geo/privacy"
	"milepost/geo/route"
	"milepost/outcome"
)

// routing draws a drive's route: the lines of the roads, between them the fixes as they
// came, and what was not shared.
type routing struct {
	p         *paving
	roads     Roads // nil without a map
	line      line
	step      int // of the newest fix
	buf       []orb.Point
	estimated float64 // m
	hidden    int     // stretches that were not shared
	blank     int     // those left blank
	unreached bool    // the map could not be asked about one
}

// draw gives the route of the whole track.
func (r *routing) draw() *outcome.Route {
	from, last := 0, (*follow.Line)(nil)
	for i := range r.p.way.Lines {
		l := &r.p.way.Lines[i]
		r.raw(from, l.Places[0].Fix, last, l)
		r.matched(i)
		from, last = l.Places[len(l.Places)-1].Fix, l
	}
	if n := r.p.track.Len(); n > 0 {
		r.raw(from, n-1, last, nil)
	}
	return r.line.route()
}

// matched adds a line of the roads, in parts where the steps on it change.
func (r *routing) matched(i int) {
	l := &r.p.way.Lines[i]
	from, before, on := 0.0, 0.0, outcome.RoutePart{Source: outcome.PartMatched}
	begun := false
	cut := func(to float64) {
		if to > from {
			r.buf = l.Cut(from, to, r.buf[:0])
			r.line.smooth(r.buf, on)
			from = to
		}
	}
	for k := range r.p.steps {
		q := &r.p.steps[k]
		if q.line != i {
			continue
		}
		if now := q.flags(outcome.PartMatched); now != on {
			if begun {
				cut(max(from, (before+q.along)/2))
			}
			on = now
		}
		before, begun = q.along, true
	}
	cut(l.Length())
}

// at is the place of a fix, as a point.
func (r *routing) at(i int) orb.Point { return orb.Point{r.p.track.Lon[i], r.p.track.Lat[i]} }

// raw adds the fixes from one to another as they came, thinned. The first is the end of a
// line before, where there is one, and the last the beginning of the next.
func (r *routing) raw(from, to int, before, after *follow.Line) {
	point := func(i int) orb.Point {
		switch {
		case i == from && before != nil:
			return before.Last.At
		case i == to && after != nil:
			return after.First.At
		}
		return r.at(i)
	}
	t := &r.p.track
	var thin geo.Trace
	r.buf = append(r.buf[:0], point(from))
	run := r.buf
	as := outcome.RoutePart{Source: outcome.PartRaw}
	thin.Add(t.At[from], run[0].Lat(), run[0].Lon())
	for i := from + 1; i <= to; i++ {
		here := point(i)
		r.step = r.p.stepAt(t.At[i], r.step)
		now := r.flags()
		switch {
		case t.Break[i]:
			r.line.add(upTo(run, point(i-1)), as)
			r.gap(i, before, after, from, to)
			run, as = append(run[:0], here), now
			thin.Reset()
			thin.Add(t.At[i], here.Lat(), here.Lon())
			continue
		case unknownBetween(t.At[i]-t.At[i-1], point(i-1), here):
			r.line.add(upTo(run, point(i-1)), as)
			run = run[:0]
		case now != as && len(run) > 0:
			r.line.add(upTo(run, point(i-1)), as)
			run = append(run[:0], point(i-1))
		}
		as = now
		kept := thin.Len()
		if thin.Add(t.At[i], here.Lat(), here.Lon()); thin.Len() > kept || i == to || len(run) == 0 {
			run = append(run, here)
		}
	}
	r.line.add(run, as)
	r.buf = run[:0]
}

// upTo ends a run at its last fix, which thinning may have left out.
func upTo(run []orb.Point, last orb.Point) []orb.Point {
	if len(run) > 0 && run[len(run)-1] != last {
		run = append(run, last)
	}
	return run
}

func (r *routing) flags() outcome.RoutePart {
	if len(r.p.steps) == 0 {
		return outcome.RoutePart{Source: outcome.PartRaw}
	}
	return r.p.steps[r.step].flags(outcome.PartRaw)
}

// unknownBetween reports whether nothing is known of the line between two fixes, so many
// µs apart: the rule of geo.Trace.
func unknownBetween(lapse int64, a, b orb.Point) bool {
	return lapse > geo.TraceGap && geo.Distance(a, b) >= geo.TraceGapM
}

// gap adds what stands for a stretch that was not shared, before a fix.
func (r *routing) gap(i int, before, after *follow.Line, from, to int) {
	t := &r.p.track
	r.hidden++
	end := func(i int) route.End {
		e := route.End{At: r.at(i), Heading: float64(t.Heading[i])}
		switch {
		case i == from && before != nil:
			e = before.Last
		case i == to && after != nil:
			e = after.First
		}
		return e
	}
	a, b := end(i-1), end(i)
	// What was driven in doubt counts already.
	if r.roads != nil && !slices.Contains(r.p.doubts, i) {
		s, err := r.roads.Between(a, b)
		r.unreached = r.unreached || err != nil && !errors.Is(err, route.ErrNoRoute) && !errors.Is(err, route.ErrTooFar)
		gap := privacy.Gap{Time: seconds(t.At[i] - t.At[i-1]), Straight: geo.Distance(r.at(i-1), r.at(i))}
		if err == nil && len(s.Shape) > 1 && privacy.Plausible(gap, privacy.Way{Length: s.LengthM, FreeFlow: s.FreeFlowS}) {
			r.estimate(i, s.LengthM)
			r.join(a.At, s.Shape, b.At)
			return
		}
	}
	r.blank++
	r.line.add([]orb.Point{a.At, b.At}, outcome.RoutePart{Source: outcome.PartHidden})
}

// join adds a plausible way between two disclosed points.
func (r *routing) join(a orb.Point, shape []orb.Point, b orb.Point) {
	points := append(make([]orb.Point, 0, len(shape)+2), a)
	for _, p := range shape {
		if p != points[len(points)-1] {
			points = append(points, p)
		}
	}
	if points[len(points)-1] != b {
		points = append(points, b)
	}
	r.line.smooth(points, outcome.RoutePart{Source: outcome.PartEstimated})
}
