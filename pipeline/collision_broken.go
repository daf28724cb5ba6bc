package pipeline

import (
	"math"

	"milepost/outcome"
)

// brokenAfter is how long, in µs of arrival time, the rest of a pulse is waited for
// before it is told of by what there is: a crash may take the uplink with it.
const brokenAfter = 3 * 1_000_000

// brokenAt is the arrival time at which a pulse of which no more came is told of, the
// largest int64 for none.
func (v *Vehicle) brokenAt() int64 {
	if v.collisions.broken == 0 {
		return math.MaxInt64
	}
	return v.collisions.broken
}

// breakOff tells of a pulse by what there is of it. The detector goes on as if nothing had
// been: the rest may be on its way.
func (v *Vehicle) breakOff(s *Scratch) {
	x := v.collisions
	x.broken = 0
	part := cloneDetector(&x.detector)
	s.crashes = part.Broken(s.crashes[:0])
	v.guess(s)
}

// guess takes what was found in part of the samples, as it seems that no more come.
func (v *Vehicle) guess(s *Scratch) {
	x := v.collisions
	for i := range s.crashes {
		c := &s.crashes[i]
		v.take(c, x.arrived, s)
		if k := x.belongs(c); k != nil && !x.detector.Knows(c.At) {
			k.guess = c.At
		}
	}
}

// decided ends a frame: waits for the rest of a pulse that is under way, or takes back what
// was guessed of one that the rest showed to be none.
func (v *Vehicle) decided(s *Scratch) {
	x := v.collisions
	if x.detector.Undecided() {
		if x.broken == 0 {
			x.broken = x.arrived + brokenAfter
		}
		return
	}
	x.broken = 0
	for _, k := range x.known {
		for i := range k.live {
			if c := &k.live[i]; k.guess != 0 && c.At == k.guess {
				c.Confidence, c.Open = outcome.Possible, false
			}
		}
		if k.guess != 0 {
			k.guess = 0
			v.tell(k, x.arrived, s)
		}
	}
}
