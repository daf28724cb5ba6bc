package read

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"milepost/outcome"
)

// eventSlack is how far beyond its trip's start and end an event is looked for: a trip
// that was amended may have moved both, and its events' own times never move.
const eventSlack = outcome.Time(24 * time.Hour / time.Microsecond)

// Events lists a trip's events in the order of their identities' times.
func (m *Model) Events(ctx context.Context, trip Ref) ([]outcome.Event, error) {
	q := m.ask(m.as.whole[outcome.TypeEvent].columns, outcome.TypeEvent).when("vehicle_id = ?", trip.VehicleID)
	if trip.To != 0 {
		q.between(trip.From-eventSlack, trip.To+eventSlack)
	}
	if m.as.single {
		q.when("trip_id = ?", trip.ID)
	}
	events, err := facts[*outcome.Event](ctx, m, q.latest("at, id"), outcome.TypeEvent)
	if err != nil {
		return nil, fmt.Errorf("list events of trip %s: %w", trip.ID, err)
	}
	var out []outcome.Event
	for _, e := range events {
		if e.TripID == trip.ID {
			out = append(out, *e)
		}
	}
	return out, nil
}

// EventsIn lists up to limit events of all vehicles whose identities' times lie in
// from <= at < to and whose places lie in the box, the earliest first: those that follow
// the key after, or from the beginning where it is zero. An event without a place lies in
// no box.
func (m *Model) EventsIn(ctx context.Context, box Box, from, to outcome.Time, after Key, limit int) ([]outcome.Event, error) {
	var page []outcome.Event
	for len(page) < limit {
		asked := min(limit-len(page), candidateBatch)
		found, last, err := m.eventsIn(ctx, box, from, to, after, asked)
		if err != nil {
			return nil, fmt.Errorf("list events in a box: %w", err)
		}
		page = append(page, found...)
		if last == (Key{}) {
			break
		}
		after = last
	}
	return page, nil
}

// candidateBatch is how many events, of which some version lies in the box, are looked up
// at a time: their ids stand in the statement.
const candidateBatch = 500

// eventsIn looks at up to limit candidates after the key: those whose versions that
// count lie in the box, and the last candidate's key where there may be more.
func (m *Model) eventsIn(ctx context.Context, box Box, from, to outcome.Time, after Key, limit int) ([]outcome.Event, Key, error) {
	q := m.ask("vehicle_id, at, "+m.as.id, outcome.TypeEvent).between(from, to).after(after).inBox(box)
	candidates, err := all(ctx, m, q.latest("at, id").atMost(limit), scanIdentity)
	if err != nil || len(candidates) == 0 {
		return nil, Key{}, err
	}
	events, err := m.latestOf(ctx, candidates)
	if err != nil {
		return nil, Key{}, err
	}
	var found []outcome.Event
	for _, e := range events {
		if e.Lat != nil && e.Lon != nil && box.holds(*e.Lat, *e.Lon) {
			found = append(found, *e)
		}
	}
	var last Key
	if len(candidates) == limit {
		last = candidates[limit-1].Key
	}
	return found, last, nil
}

func scanIdentity(rows *sql.Rows) (c Identity, err error) {
	err = rows.Scan(&c.VehicleID, instant{&c.At}, &c.ID)
	return c, err
}

// inBox leaves events that may lie in the box. Unlike every other condition it rests on
// what may differ between versions: what it leaves are candidates.
func (q *statement) inBox(b Box) *statement {
	q.when("lat >= ? AND lat <= ?", b.South, b.North)
	if b.West > b.East {
		return q.when("(lon >= ? OR lon <= ?)", b.West, b.East)
	}
	return q.when("lon >= ? AND lon <= ?", b.West, b.East)
}

func (b Box) holds(lat, lon float64) bool {
	if lat < b.South || lat > b.North || math.IsNaN(lat) {
		return false
	}
	if b.West > b.East {
		return lon >= b.West || lon <= b.East
	}
	return lon >= b.West && lon <= b.East
}

// latestOf gives the candidates' versions that count, in the order of their keys.
func (m *Model) latestOf(ctx context.Context, candidates []Identity) ([]*outcome.Event, error) {
	ids := make([]string, len(candidates))
	for i, c := range candidates {
		ids[i] = c.ID
	}
	q := m.ask(m.as.whole[outcome.TypeEvent].columns, outcome.TypeEvent).keysOf(candidates).among("id", m.as.ident, ids)
	return facts[*outcome.Event](ctx, m, q.latest("at, id"), outcome.TypeEvent)
}
