package match

import (
	"cmp"
	"math"
	"slices"

	"milepost/geo/roads"
)

// state is a hypothesis of one fix: on an edge, or off the map.
type state struct {
	edge   roads.Edge // roads.None: off the map
	along  float64    // m along the edge
	off    float64    // m beside it
	beside float64    // likelihood of the place alone
	emit   float64    // likelihood of place, heading and speed
	score  float64    // of the best way here, with emit
	rest   float64    // of the best way on from here
	back   int32      // the state before on the best way; -1 none
	branch int32      // the last branch of the way from there; -1: on the same edge
	jumped bool       // no way leads here from back: a path begins
}

// step is the states of one fix; the last is the one off the map.
type step struct {
	fix    int
	lo, hi int32
	linkLo int32 // links that end here
	linkHi int32
	best   int32   // the state of the highest score
	limit  float64 // states with a lower score are not followed
}

// link is a way from a state to one of the next fix.
type link struct {
	from, to int32
	log      float64
}

const most = 12 // stretches a fix

// begin adds a fix with its states, as if a path began there.
func (m *Matcher) begin(t *Track, fix int) {
	s := step{fix: fix, lo: int32(len(m.states)), linkLo: int32(len(m.links)), linkHi: int32(len(m.links))}
	sd := sigma(t.Accuracy[fix])
	m.near = m.m.Near(t.point(fix), float64(radiusOf*sd), m.near[:0])
	if len(m.near) > most {
		slices.SortFunc(m.near, func(a, b roads.Near) int {
			return cmp.Or(cmp.Compare(a.Off, b.Off), cmp.Compare(a.Edge, b.Edge))
		})
		m.near = m.near[:most]
	}
	for _, n := range m.near {
		m.consider(t, fix, n, besideLog(n.Off/sd))
	}
	m.states = append(m.states, state{edge: roads.None, off: math.NaN(), beside: offMap, emit: offMap, score: offMap, back: -1, branch: -1})
	s.hi = int32(len(m.states))
	m.steps = append(m.steps, s)
	m.rank()
}

// consider adds both directions of a stretch, as far as they are likely at all.
func (m *Matcher) consider(t *Track, fix int, n roads.Near, beside float64) {
	speed, heading := float64(t.Speed[fix]), float64(t.Heading[fix])
	bearing, turned := 0.0, speed >= headingFrom && speed <= 100 && math.Abs(heading) <= 360
	if turned {
		_, bearing = m.m.PointAt(n.Edge, n.Along)
	}
	for _, e := range [2]roads.Edge{n.Edge, n.Edge ^ 1} {
		if !m.m.Drivable(e) {
			bearing += 180
			continue
		}
		s := state{edge: e, along: n.Along, off: n.Off, beside: beside, emit: beside, back: -1, branch: -1}
		if e&1 == 1 {
			s.along = m.m.Length(e) - n.Along
		}
		if turned {
			s.emit += headingLog(heading, bearing, speed)
		}
		if m.m.Class(e) != roads.ClassUnknown {
			s.emit += speedLog(speed, m.m.FreeFlow(e))
		}
		if s.score = s.emit; s.emit >= hopeless {
			m.states = append(m.states, s)
		}
		bearing += 180
	}
}

// rank finds the newest step's best state.
func (m *Matcher) rank() {
	s := &m.steps[len(m.steps)-1]
	s.best = s.lo
	for i := s.lo + 1; i < s.hi; i++ {
		if m.states[i].score > m.states[s.best].score {
			s.best = i
		}
	}
	s.limit = m.states[s.best].score - beam
}
