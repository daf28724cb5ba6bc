package places

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/route"
)

// Detours ranks places by what a stop costs: a route.Router, or what stands in for one.
type Detours interface {
	// Detours is as that of a route.Router.
	Detours(here route.End, ahead *route.Path, places []route.End, n int, most float64) []route.Detour
}

// Question is what Nearest is asked.
type Question struct {
	Kinds Kinds     // any of these
	Here  route.End // with its At, also where it is Matched
	// Ahead is the way from Here that is driven anyway, and Line its shape; both are
	// nil where nothing is known of it: then one drives to the place and back.
	Ahead *route.Path
	Line  []orb.Point

	N       int               // most places
	ExtraS  float64           // most that a stop may cost, s at free flow
	ReachM  float64           // most to drive to the place, m; 0 is any: what is left of the range
	LeastKw float64           // of charging stations
	Private bool              // also where strangers may not stop
	Wanted  func(*Place) bool // what else a place must be; nil is nothing
}

// Stop is an answer: a place and what it costs to stop there.
type Stop struct {
	Place *Place
	route.Detour
}

// topSpeed is faster than any road is driven at free flow, m/s: no place further off by
// straight line can be reached in time.
const topSpeed = 150 / 3.6

// Nearest gives the places that cost the least detour, the least first. A straight line
// only rules out what no road could reach in time.
func (l *List) Nearest(by Detours, q Question) []Stop {
	var places []*Place
	var ends []route.End
	for _, i := range l.corridor(&q) {
		p := &l.places[i]
		if !q.Private && !p.Public() || q.LeastKw > 0 && p.Kinds&Charging != 0 && p.Kw() < q.LeastKw || q.Wanted != nil && !q.Wanted(p) {
			continue
		}
		places = append(places, p)
		ends = append(ends, route.End{At: p.At, Heading: math.NaN()})
	}
	n := q.N
	if q.ReachM > 0 {
		n = len(ends) // those too far off are dropped below
	}
	var stops []Stop
	for _, d := range by.Detours(q.Here, q.Ahead, ends, n, q.ExtraS) {
		if len(stops) < q.N && (q.ReachM <= 0 || d.ToM <= q.ReachM) {
			stops = append(stops, Stop{places[d.Place], d})
		}
	}
	return stops
}

// corridor are the places that could be reached in time, in the order of their ids.
func (l *List) corridor(q *Question) []int {
	reach := float64(q.ExtraS / 2 * topSpeed)
	line := q.Line
	if q.Ahead == nil || len(line) == 0 {
		line = []orb.Point{q.Here.At}
	}
	const everyM = 2_000
	seen := map[int]bool{}
	var found []int
	var last orb.Point
	for i, p := range line {
		if i > 0 && i < len(line)-1 && geo.Distance(last, p) < everyM {
			continue
		}
		steps := 1
		if i > 0 {
			steps = max(1, int(geo.Distance(last, p)/everyM))
		} else {
			last = p
		}
		for s := 1; s <= steps; s++ {
			share := float64(s) / float64(steps)
			at := orb.Point{last[0] + float64(share*(p[0]-last[0])), last[1] + float64(share*(p[1]-last[1]))}
			// Points of the line lie up to everyM from the nearest of those taken.
			for _, n := range l.Within(q.Kinds, at, reach+everyM+asideM) {
				if !seen[n] {
					seen[n] = true
					found = append(found, n)
				}
			}
		}
		last = p
	}
	slices.Sort(found)
	return found
}

// asideM is how far a place may lie from its road, m, and the vehicle from its own.
const asideM = 500
