package sinks

import (
	"context"
	"errors"

	"milepost/outcome"
)

// Subject is whose data something is about: a vehicle's, or those trips, charging sessions
// and collisions of any vehicle that an account held at the time, or one collision, by its id. One of the
// three is set.
type Subject struct{ Vehicle, Account, Collision string }

// Rows counts rows by type of outcome, and holds as Hold.
type Rows map[outcome.Type]int64

// Hold stands for the holds on a vehicle beside the types of outcome: they name it.
const Hold outcome.Type = "hold"

// ErrHeld is returned where facts are kept for a dispute: erasing them could not be undone.
var ErrHeld = errors.New("facts are held for a dispute: release them first")

// Total is their sum.
func (r Rows) Total() (n int64) {
	for _, k := range r {
		n += k
	}
	return n
}

// Eraser is a store from which someone's data can be taken for good.
//
// A vehicle's are all its facts, and the holds on it that were released. An account's are the trips that carry it, with their
// events, and the months, of vehicle and driver, in which such trips lie: their sums
// cannot be told apart. What is left of such a month is in its other trips. So are the
// factors whose periods have such a trip, for the same reason, and the charging sessions and
// collisions that carry it. A collision goes with its pulse and with what people added.
type Eraser interface {
	// Count gives the rows that a reader or a file may still hold, versions that others
	// have replaced included.
	Count(ctx context.Context, s Subject) (Rows, error)
	// Erase deletes them and returns when no reader sees them. It can be run again,
	// whatever stopped it before. ErrHeld: a hold on the vehicle stands, or one that keeps
	// anything of the account or the collision, a month's and a factor's sums among it.
	Erase(ctx context.Context, s Subject) error
	// Purge returns when what was erased is no longer in the store's files.
	Purge(ctx context.Context) error
}

// DrivenMonth is a driver's month with a vehicle.
type DrivenMonth struct {
	Vehicle string
	Month   string // YYYY-MM
	Driver  string // pseudonym; empty where unknown
}
