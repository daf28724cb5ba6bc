package decode

// Loss says why a value of a record that was used was not.
type Loss uint8

// The losses. A value out of its signal's range is not among them: it is
// telemetry.Frame.Clean that drops and counts it.
const (
	LossUnknown    Loss = iota // of a signal or in a type that milepost does not know
	LossUnplaced               // of a signal that has no place in a frame
	LossInvalid                // said to be invalid, or empty
	LossUnreadable             // not of its signal's type
	LossClock                  // its own time is wild
	LossSpan                   // more than 30 min older than the newest of its record
	LossRedacted               // a place that its sender made vague
	LossColumn                 // a column not as long as its track
	LossTrack                  // a track whose times make no sense
	lossCount
)

// LossCount is the number of losses.
const LossCount = int(lossCount)

// String is the loss's name in metrics.
func (l Loss) String() string {
	return [...]string{"unknown", "unplaced", "invalid", "unreadable", "clock", "span", "redacted", "column", "track"}[l]
}

// Losses counts values by Loss; columns and tracks count once each.
type Losses [LossCount]int64
