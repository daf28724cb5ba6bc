package route

import (
	"math"

	"milepost/geo/roads"
)

// Measure is what a way shall have least of.
type Measure uint8

// The measures.
const (
	Length Measure = iota // m
	Time                  // at free flow
)

// cost is what driving so many mm of an edge costs: mm, or µs. Whole numbers make sums
// the same in any order and on any processor.
func (w Measure) cost(m *roads.Map, e roads.Edge, mm int64) int64 {
	if w == Length {
		return mm
	}
	return int64(math.Round(float64(mm) * 1000 / m.FreeFlow(e)))
}

// whole is what driving all of an edge costs. It is never nothing, so that ways through
// points that lie on each other have an end.
func (w Measure) whole(m *roads.Map, e roads.Edge) int64 { return max(1, w.cost(m, e, lengthMM(m, e))) }

// What it counts for to drive from a public road onto one that is only for those who
// have business there, m and s: nobody cuts through a yard to save less.
const (
	enterM = 1_000
	enterS = 60
)

// enter is that cost, or nothing.
func (w Measure) enter(m *roads.Map, from, into roads.Edge) int64 {
	switch {
	case !m.Destination(into) || m.Destination(from):
		return 0
	case w == Length:
		return enterM * 1_000
	}
	return enterS * 1_000_000
}

// bound is the most that a way of so many m may cost.
func (w Measure) bound(metres float64) int64 {
	const slowest = 5 // m/s, of a whole way
	if w == Length {
		return int64(min(metres*1000, math.MaxInt64/4))
	}
	return int64(min(metres/slowest*1e6, math.MaxInt64/4))
}

// least is what a straight line of so many m costs at least, where no road is faster than
// so many m/s. The map's lengths may be shorter than great circles by a little.
func (w Measure) least(metres, fastest float64) int64 {
	const margin = 0.998
	per := 1000.0
	if w == Time {
		per = 1e6 / max(fastest, 1)
	}
	return int64(max(0, metres) * margin * per)
}

const (
	asideM     = 3.0 // m
	asideSPerM = 0.3 // s
)

// of is what so many m off the road count for: a start or goal that is further from
// its road is the less likely one.
func (w Measure) of(offM float64) int64 {
	if w == Length {
		return int64(offM * asideM * 1e3)
	}
	return int64(offM * asideSPerM * 1e6)
}

func lengthMM(m *roads.Map, e roads.Edge) int64 { return int64(math.Round(m.Length(e) * 1000)) }
