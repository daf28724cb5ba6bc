package route

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/roads"
)

// reached is the cheapest way to a goal so far.
type reached struct {
	found bool
	cost  int64
	goal  int32      // which spot
	prev  roads.Edge // the edge before the goal's, or None: the way begins on it
	start int32      // where prev is None: which spot
}

// better reports whether a goes before b: the cheaper, else by numbers, so that the
// order of the search does not matter.
func (a *reached) better(b *reached) bool {
	if !b.found || a.cost != b.cost {
		return !b.found || a.cost < b.cost
	}
	return cmp.Or(cmp.Compare(a.goal, b.goal), cmp.Compare(a.prev, b.prev), cmp.Compare(a.start, b.start)) < 0
}

// search finds the cheapest way from one end to each of the others that costs no more
// than the bound. With one goal it is A*, with several Dijkstra's. It is over edges, not
// nodes: what may be turned into depends on where one comes from. With several goals
// there is no error where one of them was reached.
func (r *Router) search(from End, goals []End, least Measure, bound int64) error {
	r.w, r.bound = least, bound
	r.table.clear()
	r.heap, r.goals, r.best = r.heap[:0], r.goals[:0], r.best[:0]
	r.starts = r.spots(&from, 0, r.starts[:0])
	r.open = 0
	for i := range goals {
		before := len(r.goals)
		r.goals = r.spots(&goals[i], int32(i), r.goals)
		r.best = append(r.best, reached{})
		if len(r.goals) > before {
			r.open++
		}
	}
	if len(r.starts) == 0 || len(r.goals) == 0 {
		return ErrNoRoute
	}
	r.aim(len(goals) == 1)
	all := r.open
	r.begin()
	exhausted := r.run()
	switch {
	case r.open < all:
		return nil
	case exhausted:
		return ErrNoRoute
	}
	return ErrTooFar
}

// aim makes ready what tells how far the goal is at least, where there is one.
func (r *Router) aim(one bool) {
	slices.SortFunc(r.goals, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.edge, b.edge), cmp.Compare(a.goal, b.goal), cmp.Compare(a.mm, b.mm))
	})
	r.aimed, r.spread = one, 0
	if !one {
		return
	}
	r.target = r.at(&r.goals[0])
	for i := range r.goals {
		r.spread = max(r.spread, geo.Distance(r.target, r.at(&r.goals[i])))
	}
}

func (r *Router) ahead(p orb.Point) int64 {
	if !r.aimed {
		return 0
	}
	return r.w.least(geo.Distance(p, r.target)-r.spread, r.fastest)
}

// backM is how far behind a start a goal on the same edge may lie, m, and count as
// reached: places are not known better, and no car drives round the block for that.
const backM = 20

// begin puts the starts in, and takes goals that lie ahead of one on the same edge.
func (r *Router) begin() {
	for i := range r.starts {
		s := &r.starts[i]
		from, to := r.goalsOn(s.edge)
		for g := from; g < to; g++ {
			if goal := &r.goals[g]; goal.mm >= s.mm-backM*1000 {
				way := r.w.cost(r.m, s.edge, max(0, goal.mm-s.mm))
				r.offer(reached{true, s.cost + way + goal.cost, int32(g), roads.None, int32(i)})
			}
		}
		cost := s.cost + max(1, r.w.cost(r.m, s.edge, lengthMM(r.m, s.edge)-s.mm))
		r.reach(s.edge, roads.None, int32(i), cost)
	}
}

// run looks at edge after edge until nothing cheaper can come, and reports whether there
// is no edge left.
func (r *Router) run() (exhausted bool) {
	for looked := 0; len(r.heap) > 0; {
		top := r.heap.pop()
		s, _ := r.table.of(top.edge)
		if top.key != s.cost+s.ahead {
			continue // a cheaper way was found since
		}
		if top.key > r.worst() {
			return false
		}
		if looked++; top.key > r.bound || looked > r.o.MaxEdges {
			return false
		}
		r.expand(top.edge, s.cost)
	}
	return true
}

// worst is the cost of the goal that is the dearest to reach, once all are.
func (r *Router) worst() int64 {
	if r.open > 0 {
		return math.MaxInt64
	}
	worst := int64(0)
	for i := range r.best {
		if r.best[i].found {
			worst = max(worst, r.best[i].cost)
		}
	}
	return worst
}

// expand goes on from an edge into those that may be turned into. A car turns round
// only where nothing else can be done.
func (r *Router) expand(e roads.Edge, cost int64) {
	on, back := false, false
	for _, next := range r.m.Leaving(r.m.To(e)) {
		switch {
		case next == e^1:
			back = true
		case r.m.Allowed(e, next):
			on = true
			r.into(e, next, cost)
		}
	}
	if back && !on {
		r.into(e, e^1, cost)
	}
}

// into goes from one edge into the next.
func (r *Router) into(e, next roads.Edge, cost int64) {
	cost += r.w.enter(r.m, e, next)
	from, to := r.goalsOn(next)
	for g := from; g < to; g++ {
		goal := &r.goals[g]
		r.offer(reached{true, cost + r.w.cost(r.m, next, goal.mm) + goal.cost, int32(g), e, 0})
	}
	r.reach(next, e, 0, cost+r.w.whole(r.m, next))
}

// reach tells of a way to an edge's end.
func (r *Router) reach(e, prev roads.Edge, from int32, cost int64) {
	s, known := r.table.of(e)
	switch {
	case !known:
		s.ahead = r.ahead(r.m.Point(r.m.To(e)))
	case cost > s.cost:
		return
	case cost == s.cost:
		if prev < s.prev && s.prev != roads.None {
			s.prev = prev // of equal ways always the same, whichever was found first
		}
		return
	}
	s.cost, s.prev, s.from = cost, prev, from
	r.heap.push(entry{cost + s.ahead, e})
}

// offer tells of a way to a goal.
func (r *Router) offer(c reached) {
	best := &r.best[r.goals[c.goal].goal]
	if c.cost > r.bound || !c.better(best) {
		return
	}
	if !best.found {
		r.open--
	}
	*best = c
}

// goalsOn are the goals from..to that lie on an edge.
func (r *Router) goalsOn(e roads.Edge) (from, to int) {
	from, _ = slices.BinarySearchFunc(r.goals, e, func(s spot, e roads.Edge) int { return cmp.Compare(s.edge, e) })
	for to = from; to < len(r.goals) && r.goals[to].edge == e; to++ {
	}
	return from, to
}
