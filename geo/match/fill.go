package match

import "math"

// stayed is how far a car may have come, m, to be still where it was matched.
const stayed = apart / 2

// Fill appends the fixes of a path to out, in order: those it was made from, those
// between them that were passed over, where the distance driven puts them, and those
// beside its ends while the car stood. What was passed over has no Off.
func (m *Matcher) Fill(t *Track, p *Path, out []On) []On {
	if len(p.Fixes) == 0 {
		return out
	}
	first, last := p.Fixes[0], p.Fixes[len(p.Fixes)-1]
	begin := first.Fix
	for begin > 0 && !t.Break[begin] && t.moved(begin-1, first.Fix) < stayed {
		begin--
	}
	for i := begin; i < first.Fix; i++ {
		out = append(out, first.passed(i))
	}
	out = m.between(t, p, out)
	for i := last.Fix + 1; i < t.Len() && !t.Break[i] && t.moved(last.Fix, i) < stayed; i++ {
		out = append(out, last.passed(i))
	}
	return out
}

// passed is the place for a fix that was passed over there.
func (o On) passed(fix int) On {
	o.Fix, o.Off = fix, math.NaN()
	return o
}

// between appends the fixes from the path's first to its last.
func (m *Matcher) between(t *Track, p *Path, out []On) []On {
	w := walker{m: m, p: p, end: m.m.Length(p.Edges[0]) - p.Start}
	for k, b := range p.Fixes[1:] {
		a := p.Fixes[k]
		out = append(out, a)
		way, gone := t.way(a.Fix, b.Fix), 0.0
		for i := a.Fix + 1; i < b.Fix; i++ {
			gone += t.moved(i-1, i)
			on := a.passed(i)
			on.Confidence = min(a.Confidence, b.Confidence)
			if way > 0 {
				on.Along += float64((b.Along - a.Along) * math.Min(gone/way, 1))
			}
			on.Edge = w.to(on.Along, a.Edge, b.Edge)
			out = append(out, on)
		}
	}
	return append(out, p.Fixes[len(p.Fixes)-1])
}

// way is how far a car came from fix to fix, m.
func (t *Track) way(i, j int) (sum float64) {
	for k := i + 1; k <= j; k++ {
		sum += t.moved(k-1, k)
	}
	return sum
}

// walker follows a path's edges forwards.
type walker struct {
	m    *Matcher
	p    *Path
	edge int
	end  float64 // of the edge, m along the path
}

// to gives the index of the edge at so many m along the path, between two others.
func (w *walker) to(along float64, least, most int) int {
	for w.edge < least || w.edge < most && along > w.end {
		w.edge++
		w.end += w.m.m.Length(w.p.Edges[w.edge])
	}
	return w.edge
}
