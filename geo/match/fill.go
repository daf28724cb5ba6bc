package match

import "math"

// Fill appends every fix from the path's first to its last to out: those it was made
// from, and between them those that were passed over, where the distance driven puts
// them. These have no Off.
func (m *Matcher) Fill(t *Track, p *Path, out []On) []On {
	if len(p.Fixes) == 0 {
		return out
	}
	w := walker{m: m, p: p, end: m.m.Length(p.Edges[0]) - p.Start}
	for k, a := range p.Fixes[1:] {
		b := p.Fixes[k]
		out = append(out, b)
		way := t.way(b.Fix, a.Fix)
		gone := 0.0
		for i := b.Fix + 1; i < a.Fix; i++ {
			gone += t.moved(i-1, i)
			on := On{Fix: i, Along: b.Along, Off: math.NaN(), Confidence: min(a.Confidence, b.Confidence)}
			if way > 0 {
				on.Along += float64((a.Along - b.Along) * math.Min(gone/way, 1))
			}
			on.Edge = w.to(on.Along, b.Edge, a.Edge)
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
