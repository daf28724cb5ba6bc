package measure

import (
	"cmp"
	"math"
	"slices"
)

// Pairs count events against the truth: each true one is met by at most one event of its
// kind, and no event meets two.
type Pairs struct {
	Truth    int     `json:"truth"`
	Found    int     `json:"found"`   // less those that met a true one which does not count
	Matched  int     `json:"matched"` //
	LevelsOK int     `json:"levels_right,omitempty"`
	F1       float64 `json:"f1"`
}

// mark is an event, true or found, of a drive.
type mark struct {
	drive    int
	kind     string
	from, to float64 // s
	level    int
	counts   bool // false: meeting it is neither right nor wrong
}

// pair matches found marks with true ones of the same drive and kind that overlap within
// a slack, s, the closest first; those that count go before those that do not.
func pair(truth, found []mark, slack float64) (p Pairs) {
	type link struct {
		t, f int
		off  float64
	}
	var links []link
	for t, a := range truth {
		for f, b := range found {
			if a.drive == b.drive && a.kind == b.kind && b.from <= a.to+slack && b.to >= a.from-slack {
				links = append(links, link{t, f, math.Abs((a.from + a.to - b.from - b.to) / 2)})
			}
		}
	}
	slices.SortStableFunc(links, func(a, b link) int {
		if x, y := truth[a.t].counts, truth[b.t].counts; x != y {
			if x {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.off, b.off)
	})
	met, used := make([]bool, len(truth)), make([]bool, len(found))
	p.Found = len(found)
	for _, l := range links {
		if met[l.t] || used[l.f] {
			continue
		}
		met[l.t], used[l.f] = true, true
		switch {
		case !truth[l.t].counts:
			p.Found--
		default:
			p.Matched++
			if truth[l.t].level == found[l.f].level {
				p.LevelsOK++
			}
		}
	}
	for _, t := range truth {
		if t.counts {
			p.Truth++
		}
	}
	if n := p.Truth + p.Found; n > 0 {
		p.F1 = 2 * float64(p.Matched) / float64(n)
	}
	return p
}

// auc is the chance that one of the first group is above one of the second; NaN without
// any.
func auc(above, below []float64) float64 {
	n := 0.0
	for _, a := range above {
		for _, b := range below {
			switch {
			case a > b:
				n++
			case a == b:
				n += 0.5
			}
		}
	}
	return n / float64(len(above)*len(below))
}
