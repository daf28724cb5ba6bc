package main

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// streetJudge counts how often a matched street is the one that a file names.
//
// The set's column was made by joining points with a corridor of 10 m on each side of
// every street's axis. Where a point lies in one corridor alone the column tells the
// street, and is clear; at junctions it lies in several, and the column names one of
// them, whichever street the car was on.
type streetJudge struct {
	m                                                                         *roads.Map
	near                                                                      []roads.Near
	named, raw, right, crossing, clear, clearRaw, clearRight, sure, sureRight int
	wrong                                                                     map[[2]string]int
}

const (
	corridorM   = 10.05 // half the width of a street in the column, and rounding
	junctionM   = 15.0  // from a matched place to the axis of a street that crosses there
	crossingDeg = 30.0  // a street at a smaller angle runs beside, and does not cross
	sureFrom    = 0.8   // confidence
)

// matchedAt is where a fix was matched; the zero value: nowhere.
type matchedAt struct {
	on         bool
	edge       roads.Edge
	along      float64 // m along the edge
	confidence float32
}

// spread gives each fix of a track its place.
func spread(matcher *match.Matcher, m *roads.Map, t *match.Track, paths []match.Path) []matchedAt {
	at := make([]matchedAt, t.Len())
	var on []match.On
	for i := range paths {
		p := &paths[i]
		on = matcher.Fill(t, p, on[:0])
		edge, begin := 0, -p.Start // where the edge begins, m along the path
		for _, o := range on {
			for edge < o.Edge {
				begin += m.Length(p.Edges[edge])
				edge++
			}
			at[o.Fix] = matchedAt{true, p.Edges[o.Edge], o.Along - begin, o.Confidence}
		}
	}
	return at
}

// judge counts one named point of a drive.
func (j *streetJudge) judge(d *streetDrive, n namedPoint, at matchedAt) {
	j.named++
	name := ""
	if at.on {
		name = j.m.Name(at.edge)
	} else {
		j.raw++
	}
	right := at.on && plainStreet(name) == n.street
	if right {
		j.right++
	} else {
		j.wrong[[2]string{n.street, name}]++
	}
	if right || at.on && j.crosses(at, n.street) {
		j.crossing++
	}
	if j.streets(d.point(n)) == 1 {
		j.clear++
		j.clearRaw += oneIf(!at.on)
		j.clearRight += oneIf(right)
	}
	if at.on && at.confidence >= sureFrom {
		j.sure++
		j.sureRight += oneIf(right)
	}
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// crosses tells whether the street crosses, or ends at, the matched place: the point
// is in that junction.
func (j *streetJudge) crosses(at matchedAt, street string) bool {
	p, bearing := j.m.PointAt(at.edge, at.along)
	j.near = j.m.Near(p, junctionM, j.near[:0])
	for _, n := range j.near {
		_, other := j.m.PointAt(n.Edge, n.Along)
		if math.Abs(math.Remainder(bearing-other, 180)) > crossingDeg && plainStreet(j.m.Name(n.Edge)) == street {
			return true
		}
	}
	return false
}

// streets is in how many streets' corridors a point lies.
func (j *streetJudge) streets(p orb.Point) (n int) {
	j.near = j.m.Near(p, corridorM, j.near[:0])
	for i := range j.near {
		n += oneIf(!slices.ContainsFunc(j.near[:i], func(o roads.Near) bool {
			return plainStreet(j.m.Name(o.Edge)) == plainStreet(j.m.Name(j.near[i].Edge))
		}))
	}
	return n
}

// measureMatch matches the drives, compares, and then measures the time.
func measureMatch(m *roads.Map, drives []streetDrive, o match.Options) matchFigures {
	j := streetJudge{m: m, wrong: map[[2]string]int{}}
	f := matchFigures{}
	matcher := match.New(m, o)
	var paths []match.Path
	for i := range drives {
		d := &drives[i]
		paths = matcher.Match(&d.track, paths[:0])
		f.Paths += len(paths)
		for k := range paths {
			f.Looked += len(paths[k].Fixes)
		}
		at := spread(matcher, m, &d.track, paths)
		for _, n := range d.named {
			j.judge(d, n, at[n.fix])
		}
	}
	f.Share, f.Raw, f.Matched = share(j.right, j.named), share(j.raw, j.named), share(j.right, j.named-j.raw)
	f.Junction, f.JunctionMatched = share(j.crossing, j.named), share(j.crossing, j.named-j.raw)
	f.Clear, f.ClearMatched = share(j.clearRight, j.clear), share(j.clearRight, j.clear-j.clearRaw)
	f.Sure, f.SureOK, f.wrong = share(j.sure, j.named-j.raw), share(j.sureRight, j.sure), j.wrong
	f.time(matcher, drives)
	return f
}
