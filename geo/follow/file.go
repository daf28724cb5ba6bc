package follow

import (
	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/match"
	"milepost/geo/roads"
	"milepost/geo/route"
	"milepost/outcome"
)

// Method names the version of how ways and limits are found; docs/method/roads.md and
// docs/method/speeding.md describe it.
const Method = "route/1"

// File follows tracks on a map's file. It is not safe for concurrent use: each worker
// has one, with buffers of its own; the map is shared.
type File struct {
	roads   *roads.Map
	matcher *match.Matcher
	router  *route.Router
	paths   []match.Path
	shape   []orb.Point
}

// Options say how a map is used.
type Options struct {
	// Full makes use of every fix; else few of them are matched, in which nearly as much
	// lies, at a fraction of the time.
	Full bool
}

// New makes a follower of a map, which must stay open as long.
func New(m *roads.Map, o Options) *File {
	return &File{roads: m, matcher: match.New(m, match.Options{Thin: !o.Full}), router: route.New(m, route.Options{})}
}

// Receipt names the map.
func (f *File) Receipt() outcome.MapReceipt {
	return outcome.MapReceipt{Method: Method, Service: "file", Version: f.roads.Version()}
}

// Between gives the shortest way between two places. The error is route.ErrNoRoute or
// route.ErrTooFar where there is none.
func (f *File) Between(a, b route.End) (route.Stretch, error) { return f.router.Between(a, b) }

// Follow puts a track onto the roads. What fits none is in no line. It never fails.
func (f *File) Follow(t *match.Track, w *Way) error {
	w.Reset()
	f.paths = f.matcher.Match(t, f.paths[:0])
	for i := range f.paths {
		if p := &f.paths[i]; len(p.Edges) > 0 && len(p.Fixes) > 0 {
			f.lay(p, w.add())
		}
	}
	return nil
}

// lay writes a path as a line.
func (f *File) lay(p *match.Path, l *Line) {
	last := len(p.Edges) - 1
	begin := -p.Start // of the edge, m along the line
	end := begin
	for _, e := range p.Edges[:last] {
		end += f.roads.Length(e)
	}
	end = max(0, end+p.End)
	first, heading := f.roads.PointAt(p.Edges[0], p.Start)
	l.First = route.End{At: first, Heading: heading, Matched: true, Edge: p.Edges[0], Along: p.Start}
	final, heading := f.roads.PointAt(p.Edges[last], p.End)
	l.Last = route.End{At: final, Heading: heading, Matched: true, Edge: p.Edges[last], Along: p.End}
	l.Points, l.Along = append(l.Points, first), append(l.Along, 0)
	for _, e := range p.Edges {
		f.attributes(e, max(begin, 0), l)
		begin = f.edge(e, begin, end, l)
	}
	l.Points, l.Along = append(l.Points, final), append(l.Along, end)
	for _, on := range p.Fixes {
		l.Places = append(l.Places, Place{Fix: on.Fix, Along: min(max(on.Along, 0), end), Confidence: float64(on.Confidence)})
	}
}

// edge appends the points of an edge that lie within the line, and gives where it ends.
func (f *File) edge(e roads.Edge, begin, end float64, l *Line) float64 {
	f.shape = f.roads.Shape(e, f.shape[:0])
	whole := 0.0
	for i := 1; i < len(f.shape); i++ {
		whole += geo.Distance(f.shape[i-1], f.shape[i])
	}
	length, at := f.roads.Length(e), 0.0
	for i, p := range f.shape {
		if i > 0 {
			at += geo.Distance(f.shape[i-1], p)
		}
		along := begin
		if whole > 0 {
			along += float64(length * (at / whole))
		}
		if along > l.Along[len(l.Along)-1] && along < end {
			l.Points, l.Along = append(l.Points, p), append(l.Along, along)
		}
	}
	return begin + length
}

// attributes begins a stretch where something changes.
func (f *File) attributes(e roads.Edge, from float64, l *Line) {
	s := Stretch{From: from, Limits: f.roads.Limit(e), Motorway: f.roads.Class(e).Motorway(), Country: f.roads.Country(e)}
	l.Stretches = append(l.Stretches, s)
}
