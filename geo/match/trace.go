package match

import (
	"math"
	"slices"

	"milepost/geo/roads"
)

// trace follows the best track back and appends its paths.
func (m *Matcher) trace(out []Path) []Path {
	m.chain = m.chain[:0]
	for i := m.steps[len(m.steps)-1].best; i >= 0; i = m.states[i].back {
		m.chain = append(m.chain, i)
	}
	slices.Reverse(m.chain)
	for from := 0; from < len(m.chain); {
		to := from + 1
		for to < len(m.chain) && !m.states[m.chain[to]].jumped {
			to++
		}
		if m.states[m.chain[from]].edge != roads.None && m.fits(from, to) {
			out = m.path(out, from, to)
		}
		from = to
	}
	return out
}

// path appends the path of the fixes from..to-1.
func (m *Matcher) path(out []Path, from, to int) []Path {
	out = extend(out)
	p := &out[len(out)-1]
	first := &m.states[m.chain[from]]
	p.Edges = append(p.Edges, first.edge)
	p.Start = first.along
	p.put(m, from, first.along-p.Start)
	before := -p.Start // where the last edge begins, m along the path
	for k := from + 1; k < to; k++ {
		s := &m.states[m.chain[k]]
		if s.branch >= 0 {
			before += m.append(p, s.branch)
		}
		p.put(m, k, math.Max(before+s.along, p.Fixes[len(p.Fixes)-1].Along))
	}
	p.End = p.Fixes[len(p.Fixes)-1].Along - before
	return out
}

// append adds the edges of a way, and gives how much further the last one begins.
func (m *Matcher) append(p *Path, branch int32) (further float64) {
	further = m.m.Length(p.Edges[len(p.Edges)-1]) + m.forest.branches[branch].length
	n := len(p.Edges)
	for b := branch; b >= 0; b = m.forest.branches[b].parent {
		p.Edges = append(p.Edges, m.forest.branches[b].edge)
	}
	slices.Reverse(p.Edges[n:])
	return further
}

func (p *Path) put(m *Matcher, k int, along float64) {
	i := m.chain[k]
	p.Fixes = append(p.Fixes, On{
		Fix: m.steps[k].fix, Edge: len(p.Edges) - 1, Along: along, Off: m.states[i].off,
		Confidence: m.confidence(&m.steps[k], i),
	})
}

// extend adds an empty path, with the buffers of one that was there before.
func extend(out []Path) []Path {
	if len(out) == cap(out) {
		return append(out, Path{})
	}
	out = out[:len(out)+1]
	p := &out[len(out)-1]
	*p = Path{Edges: p.Edges[:0], Fixes: p.Fixes[:0]}
	return out
}

const (
	leastFixes = 3
	leastLog   = -4.5 // the mean fix is three standard deviations off
)

// fits judges a path as a whole: what lies beside the map for long is not on it.
func (m *Matcher) fits(from, to int) bool {
	sum := 0.0
	for _, i := range m.chain[from:to] {
		sum += m.states[i].beside
	}
	return to-from >= leastFixes && sum >= leastLog*float64(to-from)
}
