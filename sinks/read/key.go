package read

import "milepost/outcome"

// Key is a place in a list of facts: the event time that the identity is made of, and
// the id. The zero Key is the list's beginning, whichever way it runs.
type Key struct {
	At outcome.Time
	ID string // 32 hex digits
}

// Ref says which trip is meant. Vehicle and ID name it; the times make it quick to find
// where a store is ordered by vehicle and time, and may be left 0 where they are not
// known: then all of the vehicle's history is searched.
type Ref struct {
	VehicleID string
	ID        string
	At        outcome.Time // of the trip; exact, or cut to the millisecond
	From, To  outcome.Time // its start and end
}

// RefOf refers to a trip that is at hand.
func RefOf(t *outcome.Trip) Ref {
	return Ref{VehicleID: t.VehicleID, ID: t.ID, At: t.At, From: t.StartedAt, To: t.EndedAt}
}

// Box is a rectangle of places, in degrees, its borders included. Where West is greater
// than East it spans the 180th meridian.
type Box struct {
	South, West, North, East float64
}

// Range says which facts a stream gives. Zero fields leave open.
type Range struct {
	Vehicle string
	// Account limits the stream to the trips, charging sessions and collisions that the
	// account's holder had the vehicle for, and to what belongs to them. Months belong to a
	// vehicle and a driver, factors to a policy: none is given.
	Account  string
	From, To outcome.Time // of the facts' At: From <= At < To
}
