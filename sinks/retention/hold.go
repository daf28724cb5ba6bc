package retention

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"milepost/outcome"
)

// Hold keeps a vehicle's facts of a time under dispute, whatever their age: trips and
// charging sessions that touch the time, events and collisions that began in it, months and
// factors' periods that it touches, and what was added to any collision of the vehicle since
// the time began.
type Hold struct {
	ID        string       `json:"id"` // 16 hex digits
	VehicleID string       `json:"vehicle_id"`
	From      outcome.Time `json:"from"`
	To        outcome.Time `json:"to"` // not included
	Reason    string       `json:"reason"`
	PlacedAt  outcome.Time `json:"placed_at"`
}

// ErrNoHold is returned where no hold has the id, or it was released.
var ErrNoHold = errors.New("there is no such hold")

// ErrTooManyHolds is returned where a store has as many holds as its rules can name.
var ErrTooManyHolds = errors.New("there are too many holds")

// NewHold makes a hold with an id of its own.
func NewHold(vehicle string, from, to time.Time, reason string, now time.Time) (Hold, error) {
	switch {
	case vehicle == "":
		return Hold{}, errors.New("a hold needs a vehicle")
	case reason == "":
		return Hold{}, errors.New("a hold needs a reason")
	case !from.Before(to):
		return Hold{}, fmt.Errorf("a hold from %s to %s holds nothing", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	id := make([]byte, 8)
	if _, err := rand.Read(id); err != nil {
		return Hold{}, fmt.Errorf("make the id of a hold: %w", err)
	}
	return Hold{ID: hex.EncodeToString(id), VehicleID: vehicle, From: outcome.Time(from.UnixMicro()),
		To: outcome.Time(to.UnixMicro()), Reason: reason, PlacedAt: outcome.Time(now.UnixMicro())}, nil
}

// span is what a hold means to a table: rows of the vehicle whose end is from or later
// and whose beginning is before to.
type span struct {
	end      string // the column that from is compared with
	from, to outcome.Time
}

// zones are how far a local midnight taken as UTC may be from the instants that a hold is
// made of.
const zones = 14 * time.Hour

// within gives the span of a table. Months begin at local midnights taken as UTC; factors
// also end at one.
func (h *Hold) within(table string) span {
	switch table {
	case trips, charges:
		return span{"ended_at", h.From, h.To}
	case factors:
		return span{"ends_at", outcome.Time(h.From.Std().Add(-zones).UnixMicro()), outcome.Time(h.To.Std().Add(zones).UnixMicro())}
	case months:
		first := h.From.Std().Add(-zones)
		first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
		return span{"at", outcome.Time(first.UnixMicro()), outcome.Time(h.To.Std().Add(zones).UnixMicro())}
	}
	if table == additions { // it may come long after its collision
		return span{"at", h.From, h.Always().To}
	}
	return span{"at", h.From, h.To}
}
