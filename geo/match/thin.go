package match

import (
	"math"

	"milepost/geo"
)

const (
	apart     = 8.0  // m at least between fixes that are looked at: closer ones only tell noise,
	apartOf   = 1.5  // or so many standard deviations
	standing  = 0.3  // m/s
	driftMost = 60.0 // m
)

// moved is how far a car came between two fixes, m: by its wheels where they tell. A
// standing car's fixes wander; it does not. Where fixes of a car that says it moves go
// further than driftMost, and the wheels count nothing, the wheels do not tell.
func (t *Track) moved(i, j int) float64 {
	d := t.driven(i, j)
	if d >= apart {
		return d
	}
	if float64(t.Speed[j]) < standing && float64(t.Speed[i]) < standing {
		if math.IsNaN(d) {
			return 0
		}
		return d
	}
	if straight := geo.Distance(t.point(i), t.point(j)); math.IsNaN(d) || straight > driftMost {
		return straight
	}
	return d
}

// apart is how far a fix must be from the one before to be looked at, m.
func (t *Track) apart(i int) float64 {
	return math.Max(apart, float64(apartOf*sigma(t.Accuracy[i])))
}

// moving appends the indexes of the fixes that a track is matched by: those of a car
// that moved on, and the first and last of each stretch.
func moving(t *Track, idx []int) []int {
	return choose(t, idx, func(last, i int) bool { return t.moved(last, i) >= t.apart(i) })
}

// choose appends the first and last placed fix of each stretch between breaks, and
// those between that are wanted after the last chosen one.
func choose(t *Track, idx []int, wanted func(last, i int) bool) []int {
	last, before := -1, -1 // chosen; seen
	broken := false
	for i := range t.At {
		broken = broken || t.Break[i]
		if !t.placed(i) {
			continue
		}
		if broken && before > last {
			idx = append(idx, before)
		}
		if last < 0 || broken || wanted(last, i) {
			idx = append(idx, i)
			last = i
		}
		before, broken = i, false
	}
	if before > last {
		idx = append(idx, before)
	}
	return idx
}

const (
	thinEvery = 10_000_000 // µs
	thinM     = 25.0
	thinTurn  = 8.0 // deg
)

// Thin appends to idx the indexes of the fixes that tell a track's way in few: one
// every 10 s or 25 m, where it turns, and the first and last of each stretch between
// breaks. A standing car's fixes are passed over.
func Thin(t *Track, idx []int) []int {
	return choose(t, idx, func(last, i int) bool {
		d := t.moved(last, i)
		if d < t.apart(i) {
			return false
		}
		return d >= thinM || t.At[i]-t.At[last] >= thinEvery || t.turned(last, i) >= thinTurn
	})
}

// turned is by how much the heading changed between two fixes, deg; 0 if unknown.
func (t *Track) turned(i, j int) float64 {
	if !(t.Speed[i] >= headingFrom) || !(t.Speed[j] >= headingFrom) {
		return 0
	}
	d := math.Abs(math.Remainder(float64(t.Heading[i])-float64(t.Heading[j]), 360))
	if math.IsNaN(d) {
		return 0
	}
	return d
}
