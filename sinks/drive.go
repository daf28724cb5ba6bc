package sinks

import "milepost/outcome"

// Drive is a trip as one run over its data last gave it, with all events that the
// run found on it. Trip is nil where a run gave events and no trip.
type Drive struct {
	Trip   *outcome.Trip
	Events []*outcome.Event
}

// Outcomes is how many outcomes the drive has.
func (d *Drive) Outcomes() int {
	if d.Trip == nil {
		return len(d.Events)
	}
	return 1 + len(d.Events)
}
