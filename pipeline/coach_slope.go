package pipeline

import "math"

// level is the altitude of a fix.
type level struct {
	run      int     // of fixes that nothing hidden lies between
	at       int64   // µs
	driven   float64 // m into the trip
	height   float64 // m
	accuracy float64 // m, horizontal; NaN unknown
}

const (
	// slopeReach is how far, m, to each side altitudes tell of a slope.
	slopeReach = 150
	// slopeLeast is the fewest altitudes of a line, and slopeSpread how far, m, they must
	// scatter along the way.
	slopeLeast  = 4
	slopeSpread = 30
)

// grade is the slope around a place, and the variance of its error.
type grade struct{ slope, noise float64 }

var noGrade = grade{math.NaN(), math.NaN()}

// slopes finds the grade around places of a drive, one after the other, by a straight line
// through the altitudes around each.
type slopes struct {
	levels           []level
	from, to         int // levels in the sums
	n                float64
	x, y, xx, xy     float64
	originX, originY float64
	wander           float64 // m², variance of the error of altitudes
}

func newSlopes(levels []level) slopes {
	s := slopes{levels: levels, wander: wander(levels)}
	if len(levels) > 0 {
		s.originX, s.originY = levels[0].driven, levels[0].height
	}
	return s
}

// How altitudes err [defaults]: by a third more than positions do, wandering within a minute.
const (
	heightError   = 1.3
	heightMemory  = 60.0 // s
	usualAccuracy = 4.0  // m, where none is told
)

// wander is the variance of the error of altitudes, m².
func wander(levels []level) float64 {
	sum, n := 0.0, 0
	for i := range levels {
		if a := levels[i].accuracy; a == a {
			sum, n = sum+a, n+1
		}
	}
	off := usualAccuracy
	if n > 0 {
		off = sum / float64(n)
	}
	off *= heightError
	return float64(off * off)
}

// at gives the grade so many metres into the trip: never less than the time before. It is
// none where altitudes do not tell.
func (s *slopes) at(driven float64) grade {
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
		return noGrade
	}
	spread := s.xx - float64(s.x*s.x)/s.n
	if spread < slopeSpread*slopeSpread*s.n {
		return noGrade
	}
	first, last := &s.levels[s.from], &s.levels[s.to-1]
	long := last.driven - first.driven
	return grade{
		slope: (s.xy - float64(s.x*s.y)/s.n) / spread,
		noise: float64(s.wander*wandered(seconds(last.at-first.at)/heightMemory)) / float64(long*long),
	}
}

// wandered is the variance of the rise of a straight line through an error that wanders,
// per variance of that, over a time in its memories: 12/5 x where that is short, as of a
// random walk, and 24/x where it is long, as of errors that know nothing of each other.
func wandered(x float64) float64 {
	y := 1 + float64(0.316*x)
	return float64(2.4*x) / float64(y*y)
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

// believe takes out of grades what the error of altitudes adds to how they differ on this
// trip, so that those that stay differ as the road's do. In a flat country all is error.
func believe(grades []grade) {
	sum, weight := 0.0, 0.0
	for _, g := range grades {
		if g.noise > 0 {
			w := 1 / float64(g.noise*g.noise)
			sum += float64(w * (float64(g.slope*g.slope) - g.noise))
			weight += w
		}
	}
	if weight == 0 {
		return
	}
	hilly := max(0, sum/weight) // variance of the slopes themselves
	for i := range grades {
		if g := &grades[i]; g.noise > 0 {
			g.slope *= math.Sqrt(hilly / (hilly + g.noise))
		}
	}
}
