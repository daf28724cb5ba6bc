package detectors

import (
	"math"

	"github.com/paulmach/orb"

	"milepost/geo"
)

// Fixes judges which positions are believed: those whose accuracy is not too poor
// and that a car could have reached from the last one believed. What is not believed
// stands nowhere: not in the trip's distance, its line, its tunnels, nor as the place
// of an event.
type Fixes struct {
	seen   int64 // of the newest fix believed
	anchor orb.Point
	ok     bool
	rival  orb.Point // newest fix not believed for its place
	at     int64     // its time
	agree  int       // how many of those in a row agree with each other
	Bad    int       // fixes not believed
}

const (
	// fastest is the highest speed believed between two readings, m/s.
	fastest     = 70.0
	worstFix    = 100.0 // m of accuracy: what cells and stale fixes give
	chordSlackM = 30.0  // m
	rivals      = 5     // so many that agree are right, and the one believed was wrong
)

// Believe judges the next fix: time in µs, accuracy in m, NaN where not reported.
func (j *Fixes) Believe(at int64, here orb.Point, accuracy float32) bool {
	if accuracy > worstFix {
		j.Bad++
		return false
	}
	if j.ok && !reachable(j.anchor, here, at-j.seen) {
		j.Bad++
		if j.agree > 0 && reachable(j.rival, here, at-j.at) {
			j.agree++
		} else {
			j.agree = 1
		}
		j.rival, j.at = here, at
		if j.agree < rivals {
			return false
		}
	}
	j.seen, j.anchor, j.ok, j.agree = at, here, true, 0
	return true
}

// Farthest is the longest way, m, that is believed of so many seconds.
func Farthest(seconds float64) float64 { return fastest * seconds }

// reachable reports whether a car can be at b so long, µs, after it was at a.
func reachable(a, b orb.Point, step int64) bool {
	most := float64(fastest*(float64(step)/second)) + chordSlackM
	// Along a meridian and a parallel as long as the equator the way is longer, and soon known.
	if (math.Abs(a[0]-b[0])+math.Abs(a[1]-b[1]))*longestDegree < most {
		return true
	}
	return geo.Distance(a, b) <= most
}

// longestDegree is more than the way, m, of a degree on any of the earth's great circles.
const longestDegree = 111_700
