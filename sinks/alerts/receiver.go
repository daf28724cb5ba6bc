package alerts

import (
	"time"

	"milepost/outcome"
)

// Receiver is one of those that are told of collisions.
type Receiver string

// The receivers.
const (
	Vehicle Receiver = "vehicle" // its display asks whether all is well
	App     Receiver = "app"
	Care    Receiver = "care" // a care centre, with its consent
)

// Receivers are all that there are.
func Receivers() []Receiver { return []Receiver{Vehicle, App, Care} }

// Expiry is how long after a collision its vehicle is asked. Later, nobody may be in it.
const Expiry = 5 * time.Minute

// terms are what decides about a receiver.
type terms struct {
	least   outcome.Confidence // that it is told of
	consent string             // that it needs; empty for none
	late    bool               // told of what the vehicle sent late
	expiry  time.Duration      // after the collision, 0 for none
	// sees are the parts of the record that the message shows.
	sees []outcome.Part
}

func termsOf(r Receiver) (terms, bool) {
	known := outcome.PartConfidence
	switch r {
	case Vehicle:
		return terms{least: outcome.Possible, expiry: Expiry, sees: []outcome.Part{known, outcome.PartSeverity}}, true
	case App:
		return terms{least: outcome.Probable, late: true, sees: []outcome.Part{known, outcome.PartSeverity, outcome.PartPosition}}, true
	case Care:
		return terms{least: outcome.Probable, late: true, consent: outcome.ConsentAssistance, sees: []outcome.Part{known, outcome.PartSeverity,
			outcome.PartState, outcome.PartMotion, outcome.PartEvidence, outcome.PartPosition, outcome.PartPeople}}, true
	}
	return terms{}, false
}
