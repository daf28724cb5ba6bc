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

// topSpeed is the fastest that any road is taken to flow, m/s: 140 km/h.
const topSpeed = 140 / 3.6

// cost is what driving so many mm of an edge costs: mm, or µs. Whole numbers make sums
// the same in any order and on any processor.
func (w Measure) cost(m *roads.Map, e roads.Edge, mm int64) int64 {
	if w == Length {
		return mm
	}
	return int64(math.Round(float64(mm) * 1000 / speed(m, e)))
}

func speed(m *roads.Map, e roads.Edge) float64 { return min(m.FreeFlow(e), topSpeed) }

// whole is what driving all of an edge costs. It is never nothing, so that ways through
// points that lie on each other have an end.
func (w Measure) whole(m *roads.Map, e roads.Edge) int64 { return max(1, w.cost(m, e, lengthMM(m, e))) }

// bound is the most that a way of so many m may cost.
func (w Measure) bound(metres float64) int64 {
	const slowest = 5 // m/s, of a whole way
	if w == Length {
		return int64(min(metres*1000, math.MaxInt64/4))
	}
	return int64(min(metres/slowest*1e6, math.MaxInt64/4))
}

// least is what a straight line of so many m costs at least. The map's lengths may be
// shorter than great circles by a little.
func (w Measure) least(metres float64) int64 {
	const margin = 0.998
	per := 1000.0
	if w == Time {
		per = 1e6 / topSpeed
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
