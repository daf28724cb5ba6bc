package pipeline

import "math"

// level is the altitude of a fix.
type level struct {
	run    int     // of fixes that nothing hidden lies between
	driven float64 // m into the trip
	height float64 // m
}

const (
	// slopeReach is how far, m, to each side altitudes tell of a slope: with the metre by
	// which fixes scatter in height, a line over 300 m is sure within half a percent.
	slopeReach = 150
	// slopeLeast is the fewest altitudes of a line, and slopeSpread how far, m, they must
	// scatter along the way.
	slopeLeast  = 4
	slopeSpread = 30
)

// slopes finds the grade around places of a drive, one after the other, by a straight line
// through the altitudes around each.
type slopes struct {
	levels           []level
	from, to         int // levels in the sums
	n                float64
	x, y, xx, xy     float64
	originX, originY float64
}

func newSlopes(levels []level) slopes {
	s := slopes{levels: levels}
	if len(levels) > 0 {
		s.originX, s.originY = levels[0].driven, levels[0].height
	}
	return s
}

// at gives the slope, m/m, so many metres into the trip: never less than the time before.
// It is NaN where altitudes do not tell.
func (s *slopes) at(driven float64) float64 {
	for s.to < len(s.levels) && s.levels[s.to].driven <= driven+slopeReach {
		s.count(s.to, 1)
		s.to++
	}
	for s.from < s.to && s.levels[s.from].driven < driven-slopeReach {
		s.count(s.from, -1)
		s.from++
	}
	// No line reaches over what was hidden: between its ends nothing is known.
	if s.to-s.from < slopeLeast || s.levels[s.from].run != s.levels[s.to-1].run {
		return math.NaN()
	}
	spread := s.xx - float64(s.x*s.x)/s.n
	if spread < slopeSpread*slopeSpread*s.n {
		return math.NaN()
	}
	return (s.xy - float64(s.x*s.y)/s.n) / spread
}

// count adds a level to the sums, or takes it out.
func (s *slopes) count(i int, sign float64) {
	x, y := s.levels[i].driven-s.originX, s.levels[i].height-s.originY
	s.n += sign
	s.x += float64(sign * x)
	s.y += float64(sign * y)
	s.xx += float64(sign * float64(x*x))
	s.xy += float64(sign * float64(x*y))
}
