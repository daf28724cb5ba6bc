package route

import (
	"cmp"
	"math"
	"slices"
)

// Detour is what a stop at a place costs.
type Detour struct {
	Place          int     // which of those asked about
	ToM, ToS       float64 // from here to there, at free flow
	ExtraM, ExtraS float64 // more than going on without the stop; there and back where nothing is ahead
}

// Detours gives the n places with the least extra time, none above most s, in that
// order. ahead is the way from here that will be driven otherwise; where it is nil, one
// drives to the place and back. A place may be left in the direction that it was not come
// from. Places that cannot be reached so are left out.
func (r *Router) Detours(here End, ahead *Path, places []End, n int, most float64) []Detour {
	if n < 1 {
		return nil
	}
	base, back := Path{}, here
	if ahead != nil && len(ahead.Edges) > 0 {
		base = *ahead
		back = End{Matched: true, Edge: ahead.Edges[len(ahead.Edges)-1], Along: ahead.End}
	}
	var found []Detour
	for _, d := range r.reachable(here, places, base.FreeFlowS+most) {
		limit := most
		if len(found) == n {
			limit = found[n-1].ExtraS
		}
		if !r.extra(&d, places[d.Place], back, &base, limit) {
			continue
		}
		i, _ := slices.BinarySearchFunc(found, d, compareDetours)
		found = slices.Insert(found, i, d)
		found = found[:min(len(found), n)]
	}
	return found
}

func compareDetours(a, b Detour) int {
	return cmp.Or(cmp.Compare(a.ExtraS, b.ExtraS), cmp.Compare(a.ToS, b.ToS), cmp.Compare(a.Place, b.Place))
}

// reachable are the places within so many s, the nearest first.
func (r *Router) reachable(here End, places []End, within float64) (to []Detour) {
	if len(places) == 0 || r.search(here, places, Time, int64((within+notDriven)*1e6)) != nil {
		return nil
	}
	p := Path{Edges: r.edges}
	for i := range r.best {
		if r.best[i].found {
			r.trace(&r.best[i], &p)
			to = append(to, Detour{Place: i, ToM: p.LengthM, ToS: p.FreeFlowS})
		}
	}
	r.edges = p.Edges
	slices.SortFunc(to, func(a, b Detour) int { return cmp.Or(cmp.Compare(a.ToS, b.ToS), cmp.Compare(a.Place, b.Place)) })
	return to
}

// extra fills in what a stop costs more, and reports whether that is not above limit s.
func (r *Router) extra(d *Detour, place, back End, base *Path, limit float64) bool {
	r.ends = append(r.ends[:0], back)
	place.Heading = math.NaN()
	rest := base.FreeFlowS + limit - d.ToS
	if rest < 0 || r.search(place, r.ends, Time, int64((rest+notDriven)*1e6)) != nil {
		return false
	}
	p := Path{Edges: r.edges}
	r.trace(&r.best[0], &p)
	r.edges = p.Edges
	d.ExtraM = d.ToM + p.LengthM - base.LengthM
	d.ExtraS = max(0, d.ToS+p.FreeFlowS-base.FreeFlowS)
	return d.ExtraS <= limit
}

// notDriven is more than what a way costs beside its time, s: for its ends' being off
// their roads, and for entering grounds.
const notDriven = 2*beyondM*asideSPerM + 4*enterS
