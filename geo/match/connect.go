package match

import (
	"math"

	"milepost/geo/roads"
)

// targets finds the states of a step by their edge.
type targets struct {
	first [256]int32 // by the edge's low bits: a state's index from 1; 0 none
	next  [2*most + 1]int32
	lo    int32
	all   []state
}

func slotOf(e roads.Edge) uint8 { return uint8(e) ^ uint8(e>>8) }

func (g *targets) set(states []state, lo, hi int32) {
	g.lo, g.all = lo, states
	for i := hi - 1; i >= lo; i-- {
		k := slotOf(states[i].edge)
		g.next[i-lo] = g.first[k]
		g.first[k] = i + 1
	}
}

func (g *targets) clear(states []state, lo, hi int32) {
	for i := lo; i < hi; i++ {
		g.first[slotOf(states[i].edge)] = 0
	}
}

func (g *targets) has(e roads.Edge) bool {
	for j := g.first[slotOf(e)]; j > 0; j = g.next[j-1-g.lo] {
		if g.all[j-1].edge == e {
			return true
		}
	}
	return false
}

// connect finds the best way to each state of the newest step from those of the one
// before.
func (m *Matcher) connect(h hop) {
	base := int32(len(m.forest.branches))
	k := len(m.steps) - 1
	prev, cur := &m.steps[k-1], &m.steps[k]
	on := cur.hi - 1 // the last state is off the map
	for i := cur.lo; i < cur.hi; i++ {
		m.states[i].score = math.Inf(-1)
	}
	m.targets.set(m.states, cur.lo, on)
	limit := prev.limit
	if h.far {
		limit += beam - farBeam
	}
	for i := prev.lo; i < prev.hi; i++ {
		if m.states[i].score < limit {
			continue
		}
		if m.states[i].edge == roads.None {
			for j := cur.lo; j < on; j++ {
				m.link(i, j, -offExit, -1)
			}
			m.link(i, on, 0, -1)
			continue
		}
		m.link(i, on, -offEnter, -1)
		m.reach(i, &h)
	}
	m.targets.clear(m.states, cur.lo, on)
	m.leap(prev, cur)
	if h.far {
		m.keepWays(cur, base)
	}
	cur.linkHi = int32(len(m.links))
	m.rank()
}

// leap lets a path begin anew where that is likelier than any way.
func (m *Matcher) leap(prev, cur *step) {
	from := m.states[prev.best].score - jump
	for i := cur.lo; i < cur.hi-1; i++ {
		s := &m.states[i]
		if score := from + s.emit; score > s.score {
			s.score, s.back, s.branch, s.jumped = score, prev.best, -1, true
		}
	}
}

// keepWays drops of the branches from base on those that lie on no best way to one of
// the step's states. Trees of fixes that are far apart serve one hop alone, and each may
// be as large as a city.
func (m *Matcher) keepWays(s *step, base int32) {
	kept := m.kept[:0]
	for i := s.lo; i < s.hi; i++ {
		at := m.states[i].branch
		if at < base {
			continue
		}
		m.states[i].branch = base + int32(len(kept))
		for at >= 0 {
			b := m.forest.branches[at]
			if at = b.parent; at >= 0 {
				b.parent = base + int32(len(kept)) + 1
			}
			kept = append(kept, b)
		}
	}
	m.forest.branches = append(m.forest.branches[:base], kept...)
	m.kept = kept
}

// link offers a way from a state to one of the next fix.
func (m *Matcher) link(from, to int32, log float64, branch int32) {
	m.links = append(m.links, link{from, to, log})
	s := &m.states[to]
	if score := m.states[from].score + log + s.emit; score > s.score {
		s.score, s.back, s.branch, s.jumped = score, from, branch, s.edge == roads.None || m.states[from].edge == roads.None
	}
}

// reach links a state on the map with those of the next fix that a way leads to.
func (m *Matcher) reach(from int32, h *hop) {
	s := &m.states[from]
	for j := m.targets.first[slotOf(s.edge)]; j > 0; j = m.targets.next[j-1-m.targets.lo] {
		if to := &m.states[j-1]; to.edge == s.edge && to.along >= s.along-backSlack-float64(2*h.slack) {
			m.link(from, j-1, sameLog(to.along-s.along, h), -1)
		}
	}
	left := m.m.Length(s.edge) - s.along
	if left > h.bound {
		return
	}
	var t tree
	if h.far {
		t = m.forest.far(s.edge, left, h, &m.targets)
	} else {
		t = m.forest.from(s.edge, h.bound-left)
	}
	for b := t.lo; b < t.hi; b++ {
		e := m.forest.branches[b].edge
		for j := m.targets.first[slotOf(e)]; j > 0; j = m.targets.next[j-1-m.targets.lo] {
			if to := &m.states[j-1]; to.edge == e {
				m.arrive(from, j-1, b, left, h)
			}
		}
	}
}

// arrive links two states by the way that ends in a branch.
func (m *Matcher) arrive(from, to, at int32, left float64, h *hop) {
	b := &m.forest.branches[at]
	length := left + b.length + m.states[to].along
	log, extra := -math.Abs(length-h.want)/h.beta, b.cost-b.length
	if h.far {
		log -= float64(farPrice * extra)
		extra = 0
	} else {
		log -= float64(wayPrice * extra)
	}
	if length+extra <= h.bound {
		m.link(from, to, log, at)
	}
}

// sameLog is the likelihood of having moved so many m on one edge; a little back is
// noise.
func sameLog(moved float64, h *hop) float64 {
	return -(math.Abs(math.Max(moved, 0)-h.want) + math.Max(-moved, 0)) / h.beta
}
