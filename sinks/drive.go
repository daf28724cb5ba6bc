package sinks

import "milepost/outcome"

// Drive is a trip as one run over its data last gave it, with all events that the
// run found on it. Trip is nil where a run gave events and no trip.
type Drive struct {
	Trip   *outcome.Trip
	Events []*outcome.Event
	// More says that the run passed the drive on before: Events are those that came
	// after, and the others stay.
	More bool
}

// Outcomes is how many outcomes the drive has.
func (d *Drive) Outcomes() int {
	if d.Trip == nil {
		return len(d.Events)
	}
	return 1 + len(d.Events)
}
