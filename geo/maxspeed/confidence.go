package maxspeed

// How likely a limit is the one that stands at the road, by where it comes from. What
// they rest on: docs/method/roads.md.
const (
	confidenceConditional = 0.85
	confidenceDirectional = 0.9
	confidencePosted      = 0.9
	confidenceZone        = 0.85
	confidenceVariable    = 0.5 // a number is tagged, and signs that change as well
	confidenceSeveral     = 0.5 // several numbers without saying where each holds; the highest is taken

	confidenceTagged      = 0.7 // a default, and it is tagged whether the road lies among houses
	confidenceLiving      = 0.8 // the sign of a living street is its limit
	confidenceMotorway    = 0.6
	confidenceResidential = 0.5 // many are in zones of less
	confidencePlaced      = 0.5 // a default where it is known whether the road lies among houses
	confidenceGuess       = 0.3 // where it is not, or the class says little

	vagueness = 0.6 // times this, in countries where the table can but guess

	doubted = 0.7 // times this, where a condition that cannot be judged may change the limit
)
