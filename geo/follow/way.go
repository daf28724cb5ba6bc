package follow

import (
	"sort"

	"github.com/paulmach/orb"

	"milepost/geo/maxspeed"
	"milepost/geo/route"
)

// Way is where a track went on the roads. It may be reused.
type Way struct {
	Lines []Line // in the order driven; nothing is known of the road between two
}

// Line is one connected way, from the first matched fix to the last.
type Line struct {
	Points      []orb.Point // of the roads
	Along       []float64   // of each point, m from the line's beginning
	Stretches   []Stretch   // by where they begin, the first at 0
	Places      []Place     // of fixes, in order
	First, Last route.End   // its ends, for ways to them
}

// Stretch is a part of a line along which the same holds, up to the next.
type Stretch struct {
	From     float64 // m from the line's beginning
	Limits   maxspeed.Limits
	Motorway bool
	Country  string // ISO 3166-1 alpha-2; empty where unknown
}

// Place is that of a fix on a line.
type Place struct {
	Fix        int     // its index in the track
	Along      float64 // m from the line's beginning; never falls
	Confidence float64 // 0 to 1: how likely it is that this road was driven, and no other
}

// Reset empties the way and keeps its buffers.
func (w *Way) Reset() { w.Lines = w.Lines[:0] }

// add gives an empty line at the end.
func (w *Way) add() *Line {
	if n := len(w.Lines); n < cap(w.Lines) {
		w.Lines = w.Lines[:n+1]
		l := &w.Lines[n]
		*l = Line{Points: l.Points[:0], Along: l.Along[:0], Stretches: l.Stretches[:0], Places: l.Places[:0]}
		return l
	}
	w.Lines = append(w.Lines, Line{})
	return &w.Lines[len(w.Lines)-1]
}

// Length is that of the line, m.
func (l *Line) Length() float64 { return l.Along[len(l.Along)-1] }

// At gives the stretch at a distance from the line's beginning, m.
func (l *Line) At(along float64) *Stretch {
	i := sort.Search(len(l.Stretches), func(i int) bool { return l.Stretches[i].From > along })
	return &l.Stretches[max(i-1, 0)]
}

// Cut appends the line from one distance to another, m from its beginning, both ends
// included.
func (l *Line) Cut(from, to float64, out []orb.Point) []orb.Point {
	out = append(out, l.point(from))
	for i := sort.SearchFloat64s(l.Along, from); i < len(l.Along) && l.Along[i] < to; i++ {
		if l.Along[i] > from {
			out = append(out, l.Points[i])
		}
	}
	return append(out, l.point(to))
}

// point is the place at a distance from the line's beginning.
func (l *Line) point(along float64) orb.Point {
	i := sort.SearchFloat64s(l.Along, along)
	switch {
	case i == 0:
		return l.Points[0]
	case i == len(l.Along):
		return l.Points[i-1]
	}
	a, b, from := l.Points[i-1], l.Points[i], l.Along[i-1]
	share := (along - from) / (l.Along[i] - from)
	return orb.Point{a[0] + float64(share*(b[0]-a[0])), a[1] + float64(share*(b[1]-a[1]))}
}
