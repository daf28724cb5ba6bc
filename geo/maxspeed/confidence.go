package maxspeed

// How likely a limit is the one that stands at the road, by where it comes from. They
// are rounded from what was measured: docs/method/roads.md.
const (
	confidenceDirectional = 0.75 // somebody looked at each direction
	confidencePosted      = 0.7
	confidenceConditional = 0.7
	confidenceZone        = 0.7
	confidenceVariable    = 0.4 // a number is tagged, and signs that change as well
	confidenceSeveral     = 0.4 // several numbers without saying where each holds; the highest is taken

	doubted = 0.7 // times this, where a condition that cannot be judged may change the limit
)

// How likely a default is, by what is known of the road.
const (
	confidenceTagged   = 0.7  // a main road, and it is tagged whether it lies among houses
	confidenceLiving   = 0.6  // the sign of a living street is its limit
	confidenceMotorway = 0.6  // and an expressway
	confidenceMain     = 0.6  // secondary or more, and it is known whether it lies among houses
	confidenceTertiary = 0.45 // tertiary, and so it is
	confidenceStreet   = 0.4  // residential: many are in zones of less
	confidenceGuess    = 0.3  // the class says little, or the place is not known

	vagueness = 0.6 // times this, in countries where the table can but guess
)
