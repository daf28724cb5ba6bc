package read

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"milepost/outcome"
)

// Trips lists up to limit trips, the latest first: those that follow the key before, or
// from the list's beginning where it is zero. An empty vehicle means all of them, which
// a store ordered by vehicle has to search for.
func (m *Model) Trips(ctx context.Context, vehicle string, before Key, limit int) ([]TripRow, error) {
	var page []TripRow
	for _, from := range m.windows(vehicle, before, limit) {
		for len(page) < limit {
			asked := limit - len(page)
			rows, err := m.tripsSince(ctx, vehicle, from, before, asked)
			if err != nil {
				return nil, fmt.Errorf("list trips of vehicle %q: %w", vehicle, err)
			}
			page = appendLive(page, rows)
			if len(rows) < asked {
				break
			}
			before = rows[len(rows)-1].Key()
		}
		before = Key{At: from}
	}
	return page, nil
}

func (m *Model) tripsSince(ctx context.Context, vehicle string, from outcome.Time, before Key, limit int) ([]TripRow, error) {
	q := m.ask(m.as.tripRow, outcome.TypeTrip)
	if vehicle != "" {
		q.when("vehicle_id = ?", vehicle)
	}
	q.between(from, 0).before(before)
	return all(ctx, m, q.latest("at DESC, id DESC").atMost(limit), scanTripRow)
}

// windows gives, for a list from the latest to the earliest, the times from which on to
// look, one after the other: 0 is everything. They begin as long as so many trips may
// take, so that a store in parts by time reads the parts of those, and grow. Where the
// list begins at its beginning, the clock says how late that may be; a list is the same
// wherever it begins to look.
func (m *Model) windows(vehicle string, before Key, limit int) []outcome.Time {
	if m.as.single {
		return []outcome.Time{0}
	}
	latest := before.At
	if before == (Key{}) {
		latest = outcome.Time(m.now().UnixMicro())
	}
	length := fleetWindow
	if vehicle != "" {
		length = min(max(time.Duration(min(limit, 1000))*vehiclePace, fleetWindow), longestWindow)
	}
	var out []outcome.Time
	for ; length <= longestWindow; length *= 4 {
		if from := latest - outcome.Time(length/time.Microsecond); from > 0 {
			out = append(out, from)
		}
	}
	return append(out, 0)
}

const (
	vehiclePace   = 12 * time.Hour // between two trips of a vehicle that is in use
	fleetWindow   = 24 * time.Hour
	longestWindow = 2000 * 24 * time.Hour
)

// appendLive leaves out what was withdrawn.
func appendLive(page, rows []TripRow) []TripRow {
	for i := range rows {
		if rows[i].State != outcome.Withdrawn {
			page = append(page, rows[i])
		}
	}
	return page
}

func scanTripRow(rows *sql.Rows) (r TripRow, err error) {
	err = rows.Scan(&r.ID, &r.VehicleID, instant{&r.At}, &r.DriverID, &r.Revision, &r.State, instant{&r.StartedAt},
		instant{&r.EndedAt}, &r.Zone, &r.LocalDate, &r.DistanceM, &r.DurationS, optional{&r.EVDistanceM}, optional{&r.Score},
		&r.LowConfidence, &r.Partial, &r.HarshBraking, &r.HarshAcceleration, &r.HarshCornering,
		&r.Speeding, optional{&r.OverspeedM}, optional{&r.LimitKnownM}, optional{&r.LPer100Km}, optional{&r.KwhPer100Km}, &r.Advice)
	return r, err
}

// Trip gives one whole trip; ErrNotFound where there is none or it was withdrawn.
func (m *Model) Trip(ctx context.Context, ref Ref) (*outcome.Trip, error) {
	trips, err := m.trip(ctx, ref)
	if err == nil && len(trips) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read trip %s of vehicle %s: %w", ref.ID, ref.VehicleID, err)
	}
	return trips[0], nil
}

// cut is by how much a time that was read from outside may be too early, in µs.
const cut = 1000

func (m *Model) trip(ctx context.Context, ref Ref) ([]*outcome.Trip, error) {
	if !isID(ref.ID) {
		return nil, nil
	}
	q := m.ask(m.as.whole[outcome.TypeTrip].columns, outcome.TypeTrip).when("vehicle_id = ?", ref.VehicleID)
	if ref.At != 0 {
		q.between(ref.At, ref.At+cut)
	}
	q.when("id = "+m.as.ident, ref.ID).latest("at, id")
	return facts[*outcome.Trip](ctx, m, q, outcome.TypeTrip)
}

// isID reports whether there can be a fact of that id: 32 hex digits.
func isID(id string) bool {
	if len(id) != len(noID) {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
