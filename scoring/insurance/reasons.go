package insurance

import (
	"cmp"
	"math"
	"slices"

	"milepost/outcome"
	"milepost/scoring/tables"
)

// lacks says why there is no factor; empty where there is one.
func lacks(f *outcome.Factor, t *tables.Table) []string {
	codes := []string{}
	if f.Exposure.DistanceM < 1000*t.Minimum.DistanceKm {
		codes = append(codes, "distance_too_short")
	}
	if f.Exposure.Days < t.Minimum.Days {
		codes = append(codes, "days_too_few")
	}
	if _, ok := total(f.Components); !ok {
		codes = append(codes, "nothing_observed")
	}
	return codes
}

// reason is a code and how far what it names moves the factor.
type reason struct {
	code  string
	moves float64
}

// reasons are what moved the factor, the strongest first, then what could not be told.
func reasons(f *outcome.Factor, x terms) []string {
	all := slices.Concat(x.ofComponents(*f.Factor), x.ofParts(*f.Factor))
	if a := f.Adjustment; a != nil {
		all = append(all, sided("adjusted_up", "adjusted_down", *a))
	}
	whole := *f.Factor
	if f.Adjustment != nil {
		whole = round(whole+*f.Adjustment, 4)
	}
	all = append(all, reason{"bounded", *f.Applied - whole})
	slices.SortStableFunc(all, func(a, b reason) int { return cmp.Compare(math.Abs(b.moves), math.Abs(a.moves)) })
	codes := []string{}
	for _, r := range all {
		if math.Abs(r.moves) >= 0.00005 {
			codes = append(codes, r.code)
		}
	}
	return append(codes, x.unknown()...)
}

// ofComponents says how far each component's score, instead of the median driver's 75,
// moves the factor.
func (x terms) ofComponents(factor float64) (all []reason) {
	for i, c := range x.components {
		if c.Score == nil {
			continue
		}
		median := 100 * medianScore
		other := x
		other.components = slices.Clone(x.components)
		other.components[i].Score = &median
		other.score, _ = total(other.components)
		all = append(all, sided(c.Name+"_worse", c.Name+"_better", factor-other.factor()))
	}
	return all
}

// ofParts says what each way of electric driving earned, or lacked, and what safety took.
func (x terms) ofParts(factor float64) (all []reason) {
	if x.electric == nil {
		return nil
	}
	full, none := 1.0, 0.0
	for i, w := range x.ways() {
		if w.part == nil || w.weight == 0 {
			continue
		}
		earns, lacks := factor-x.with(i, &none), factor-x.with(i, &full)
		if math.Abs(earns) >= math.Abs(lacks) {
			all = append(all, reason{w.name + "_earns", earns})
		} else {
			all = append(all, reason{w.name + "_lacks", lacks})
		}
	}
	electric := 0.0
	if p := x.electric.ElectricPart; p != nil {
		electric = *p
	}
	return append(all, reason{"safety_lacks", factor - x.discounted(1, electric)})
}

// with is the factor if a way had earned another part.
func (x terms) with(i int, p *float64) float64 {
	ways := x.ways()
	ways[i].part = p
	return x.discounted(*x.electric.SafetyPart, *part(ways))
}

func sided(up, down string, moves float64) reason {
	if moves > 0 {
		return reason{up, moves}
	}
	return reason{down, moves}
}

// unknown names what the table weighs and nothing told.
func (x terms) unknown() (codes []string) {
	for _, c := range x.components {
		if c.Score == nil {
			codes = append(codes, c.Name+"_unknown")
		}
	}
	for _, w := range x.ways() {
		if w.part == nil && w.weight > 0 {
			codes = append(codes, w.name+"_unknown")
		}
	}
	return codes
}
