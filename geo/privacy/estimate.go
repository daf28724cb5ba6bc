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

// Bounds of an estimate. A gap longer than slowest times the route's free-flow time held a
// stop or another way: nothing says which. A route whose free-flow time is longer than
// quickest times the gap, and quickSlack, was not driven: nobody is so much faster than the
// road flows for long, and a road that the map lacks, or a block gone round that was not, is
// the likelier. Nor was a route much longer than the straight line: rivers, motorways and
// one-way streets may need mostSlack more, but not within a few seconds.
const (
	slowest    = 1.5
	quickest   = 1.3
	quickSlack = 3.0 // s: each end's place and time err by as much as a second's way or two
	mostDetour = 2.0
	detourPerS = 2.0   // m of slack for each s of the gap
	mostSlack  = 300.0 // m
	onePlace   = 30.0  // m: ends closer than that may be one place
)

// Plausible reports whether a way may stand for what was driven in a gap. Where it may
// not, the stretch stays blank. All of the bounds must hold. It decides from what is
// disclosed and the map alone, so the answer tells nothing new.
func Plausible(g Gap, w Way) bool {
	for _, x := range [...]float64{g.Time, g.Straight, w.Length, w.FreeFlow} {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			return false
		}
	}
	return g.Time <= slowest*w.FreeFlow && w.FreeFlow <= float64(quickest*g.Time)+quickSlack && w.Length <= longest(g)
}

// longest is the length, m, that a way through a gap may have. From a place to itself there
// is no shortest way to be told: such a gap is as good as straight, or blank.
func longest(g Gap) float64 {
	if g.Straight < onePlace {
		return g.Straight + onePlace
	}
	return float64(mostDetour*g.Straight) + min(mostSlack, float64(detourPerS*g.Time))
}
