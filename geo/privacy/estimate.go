package privacy

import "math"

// Gap is a hidden stretch of a trip as it is known from outside: by the last place that
// was shared before it and the first one after.
type Gap struct {
	Time     float64 // s between the two
	Straight float64 // m between them in a straight line
}

// Way is a route between the two ends of a gap that the map and the ends alone gave.
type Way struct {
	Length   float64 // m
	FreeFlow float64 // s that it takes where nothing holds a car up
}

// Bounds of an estimate. A gap longer than mostOfFreeFlow times the route's free-flow time
// held a stop or another way: nothing says which. One too short for the route's length at
// fastest was driven on a road that the map lacks; and so is likely a route longer than
// mostDetour times the straight line, with detourSlack m for rivers, motorways and one-way
// streets around ends that are near each other.
const (
	mostOfFreeFlow = 1.5
	fastest        = 70.0 // m/s, as between two fixes
	fastestSlack   = 30.0 // m: two fixes err
	mostDetour     = 3.0
	detourSlack    = 1000.0 // m
)

// Plausible reports whether a way may stand for what was driven in a gap. Where it may
// not, the stretch stays blank. It decides from what is disclosed and the map alone, so
// the answer tells nothing new.
func Plausible(g Gap, w Way) bool {
	for _, x := range [...]float64{g.Time, g.Straight, w.Length, w.FreeFlow} {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			return false
		}
	}
	return g.Time <= mostOfFreeFlow*w.FreeFlow &&
		w.Length <= float64(fastest*g.Time)+fastestSlack &&
		w.Length <= float64(mostDetour*g.Straight)+detourSlack
}
