package match

import (
	"math"

	"milepost/geo/roads"
)

// backward finds how well the track goes on from each state, the last first.
func (m *Matcher) backward() {
	for k := len(m.steps) - 1; k > 0; k-- {
		prev, cur := &m.steps[k-1], &m.steps[k]
		leapt := math.Inf(-1)
		for i := cur.lo; i < cur.hi-1; i++ {
			leapt = math.Max(leapt, m.states[i].emit+m.states[i].rest-jump)
		}
		for i := prev.lo; i < prev.hi; i++ {
			m.states[i].rest = leapt
		}
		for _, l := range m.links[cur.linkLo:cur.linkHi] {
			from, to := &m.states[l.from], &m.states[l.to]
			from.rest = math.Max(from.rest, l.log+to.emit+to.rest)
		}
	}
}

// confidence is how sure a state of a step is against every other street, and against
// being off the map: from the best track by way of each.
func (m *Matcher) confidence(s *step, chosen int32) float32 {
	own := &m.states[chosen]
	margin := beam
	for i := s.lo; i < s.hi; i++ {
		o := &m.states[i]
		if d := own.score + own.rest - o.score - o.rest; d < margin && !m.sameStreet(own.edge, o.edge) {
			margin = math.Max(d, 0)
		}
	}
	return trust(margin)
}

// sameStreet tells whether two edges are one street to whoever asks for its name and
// limit. Roads without name and number are one where they meet and are of one class.
func (m *Matcher) sameStreet(a, b roads.Edge) bool {
	if a>>1 == b>>1 {
		return true
	}
	if a == roads.None || b == roads.None || m.m.Name(a) != m.m.Name(b) || m.m.Ref(a) != m.m.Ref(b) {
		return false
	}
	return m.m.Name(a) != "" || m.m.Ref(a) != "" || m.m.Class(a) == m.m.Class(b) && m.meet(a, b)
}

func (m *Matcher) meet(a, b roads.Edge) bool {
	for _, n := range [2]roads.Node{m.m.From(a), m.m.To(a)} {
		if n == m.m.From(b) || n == m.m.To(b) {
			return true
		}
	}
	return false
}

const evenMargin = 2.0 // a lead of so much is right in three of four cases

// trust turns a lead over the next best street into a confidence: 0.5 to 1.
func trust(margin float64) float32 {
	return float32(1 - 0.5*evenMargin/(evenMargin+margin))
}
