package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"milepost/outcome"
	"milepost/sinks"
)

const holdsOf = `SELECT count(*) FROM holds WHERE vehicle_id = ?`

// holdsOver are those on a collision's vehicle and time.
const holdsOver = `SELECT count(*) FROM holds AS h JOIN collisions AS c
	ON c.vehicle_id = h.vehicle_id AND c.at >= h.from_us AND c.at < h.to_us WHERE c.id = ?`

// countHolds adds the holds on a vehicle. A store of before there were any is read all
// the same.
func (s *Store) countHolds(ctx context.Context, whose sinks.Subject, rows sinks.Rows) error {
	if whose.Vehicle == "" {
		return nil
	}
	const known = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'holds'`
	there, err := query(ctx, s.reader, scanCount, known)
	if err != nil || there[0] == 0 {
		return err
	}
	counted, err := query(ctx, s.reader, scanCount, holdsOf, whose.Vehicle)
	if err != nil {
		return fmt.Errorf("count the holds of store %s: %w", s.path, err)
	}
	if counted[0] > 0 {
		rows[sinks.Hold] = counted[0]
	}
	return nil
}

// Held is sinks.ErrHeld where a hold on the vehicle stands, or one that keeps anything of
// the account or the collision: one that was released left no row.
func (s *Store) Held(ctx context.Context, whose sinks.Subject) error {
	if whose.Vehicle == "" {
		kinds, err := s.kinds(ctx)
		if err != nil || !slices.Contains(kinds, outcome.TypeCollision) { // it is older than holds
			return err
		}
		return standing(ctx, s.reader, whose, kinds)
	}
	rows := sinks.Rows{}
	if err := s.countHolds(ctx, whose, rows); err != nil {
		return err
	}
	return refuse(rows[sinks.Hold])
}

// standing is sinks.ErrHeld where a hold keeps what is to be erased.
func standing(ctx context.Context, db querier, whose sinks.Subject, kinds []outcome.Type) error {
	if whose.Account != "" {
		return standingOver(ctx, db, whose, kinds)
	}
	text, id := holdsOf, whose.Vehicle
	if whose.Collision != "" {
		text, id = holdsOver, whose.Collision
	}
	holds, err := query(ctx, db, scanCount, text, id)
	if err != nil {
		return fmt.Errorf("look for holds: %w", err)
	}
	return refuse(holds[0])
}

// standingOver asks each table for an account's rows under a hold. Months and factors may be
// under one of a time in which the account did not drive: it is on their sums.
func standingOver(ctx context.Context, db querier, whose sinks.Subject, kinds []outcome.Type) error {
	for _, kind := range kinds {
		where, args := belongsTo(kind, whose)
		text := fmt.Sprintf(`SELECT count(*) FROM holds AS h WHERE EXISTS (SELECT 1 FROM %[1]ss WHERE %[1]ss.vehicle_id = h.vehicle_id AND %[2]s AND %[3]s)`,
			kind, keptBy(kind), where)
		holds, err := query(ctx, db, scanCount, text, args...)
		if err != nil {
			return fmt.Errorf("look for holds over %ss: %w", kind, err)
		}
		if err := refuse(holds[0]); err != nil {
			return err
		}
	}
	return nil
}

// keptBy is the condition that the hold h keeps a row, as retention.Hold says. Months and
// factors begin, and factors end, at local midnights taken as UTC: within 14 h of it.
func keptBy(kind outcome.Type) string {
	const zones = int64(14 * time.Hour / time.Microsecond)
	switch kind {
	case outcome.TypeTrip, outcome.TypeCharge:
		return `ended_at >= h.from_us AND at < h.to_us`
	case outcome.TypeFactor:
		return fmt.Sprintf(`ends_at >= h.from_us - %[1]d AND at < h.to_us + %[1]d`, zones)
	case outcome.TypeMonth:
		return fmt.Sprintf(`at >= unixepoch((h.from_us - %[1]d) / 1000000, 'unixepoch', 'start of month') * 1000000 AND at < h.to_us + %[1]d`, zones)
	case outcome.TypeAddition: // it may come long after its collision
		return `at >= h.from_us`
	}
	return `at >= h.from_us AND at < h.to_us`
}

func refuse(holds int64) error {
	if holds > 0 {
		return fmt.Errorf("%d holds: %w", holds, sinks.ErrHeld)
	}
	return nil
}
