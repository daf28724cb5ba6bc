package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"milepost/outcome"
	"milepost/sinks"
)

// Count implements sinks.Eraser. What was withdrawn has left a tombstone without
// vehicle and account, and is not counted.
func (s *Store) Count(ctx context.Context, whose sinks.Subject) (sinks.Rows, error) {
	rows := sinks.Rows{}
	kinds, err := s.kinds(ctx)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		where, args := belongsTo(kind, whose)
		counted, err := query(ctx, s.reader, scanCount, fmt.Sprintf(`SELECT count(*) FROM %ss WHERE %s`, kind, where), args...)
		if err != nil {
			return nil, fmt.Errorf("count what store %s holds of someone: %w", s.path, err)
		}
		if counted[0] > 0 {
			rows[kind] = counted[0]
		}
	}
	return rows, s.countHolds(ctx, whose, rows)
}

// kinds are those of which the store has a table, in the order in which they are erased:
// what else is someone's is known by their collisions and trips. A store from before there
// were all of them is read all the same.
func (s *Store) kinds(ctx context.Context) ([]outcome.Type, error) {
	there, err := query(ctx, s.reader, scanText, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		return nil, fmt.Errorf("look for the tables of store %s: %w", s.path, err)
	}
	return slices.DeleteFunc(slices.Clone(erasingOrder), func(kind outcome.Type) bool {
		return !slices.Contains(there, string(kind)+"s")
	}), nil
}

const accountsTrips = `FROM trips AS t WHERE t.vehicle_id IS NOT NULL AND t.account_id <> '' AND t.account_id = ?`

const accountsCollisions = `SELECT c.id FROM collisions AS c WHERE c.vehicle_id IS NOT NULL AND c.account_id <> '' AND c.account_id = ?`

// belongsTo is the condition for someone's rows of a table.
func belongsTo(kind outcome.Type, whose sinks.Subject) (where string, args []any) {
	switch {
	case whose.Vehicle != "":
		return `vehicle_id = ?`, []any{whose.Vehicle}
	case whose.Collision != "":
		return ofCollision(kind), []any{whose.Collision}
	}
	switch kind {
	case outcome.TypeTrip:
		where = `id IN (SELECT t.id ` + accountsTrips + `)`
	case outcome.TypeMonth:
		where = `(vehicle_id, month, driver_id) IN (SELECT t.vehicle_id, substr(t.local_date, 1, 7), t.driver_id ` + accountsTrips + `)`
	case outcome.TypeCollision:
		where = `id IN (` + accountsCollisions + `)`
	case outcome.TypeAddition:
		where = `collision_id IN (` + accountsCollisions + `)`
	case outcome.TypeCharge:
		where = `vehicle_id IS NOT NULL AND account_id <> '' AND account_id = ?`
	case outcome.TypeFactor:
		where = `EXISTS (SELECT 1 ` + accountsTrips + ` AND t.vehicle_id = factors.vehicle_id
			AND t.local_date >= factors.from_date AND t.local_date < factors.to_date)`
	default:
		where = `trip_id IN (SELECT t.id ` + accountsTrips + `)`
	}
	return where, []any{whose.Account}
}

// ofCollision is the condition for what is stored of one collision. A tombstone of it is
// nobody's.
func ofCollision(kind outcome.Type) string {
	switch kind {
	case outcome.TypeCollision:
		return `vehicle_id IS NOT NULL AND id = ?`
	case outcome.TypeAddition:
		return `collision_id = ?`
	}
	return `id = ? AND 0`
}

// MonthsOf gives the months that an account's trips lie in: those that Erase deletes.
func (s *Store) MonthsOf(ctx context.Context, account string) ([]sinks.DrivenMonth, error) {
	months, err := query(ctx, s.reader, func(rows *sql.Rows) (m sinks.DrivenMonth, err error) {
		err = rows.Scan(&m.Vehicle, &m.Month, &m.Driver)
		return m, err
	}, `SELECT DISTINCT vehicle_id, substr(local_date, 1, 7), driver_id `+accountsTrips, account)
	if err != nil {
		return nil, fmt.Errorf("look in store %s for an account's months: %w", s.path, err)
	}
	return months, nil
}

// purging is noted in the store while its files may hold what was erased.
const purging = `INSERT INTO about VALUES ('purging', 'erased') ON CONFLICT (name) DO NOTHING`

// Erase implements sinks.Eraser.
func (s *Store) Erase(ctx context.Context, whose sinks.Subject) error {
	err := s.inTransaction(ctx, func(tx *transaction) error {
		if err := standing(ctx, tx, whose, erasingOrder); err != nil {
			return err
		}
		changed := int64(0)
		for _, kind := range erasingOrder {
			where, args := belongsTo(kind, whose)
			done, err := tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %ss WHERE %s`, kind, where), args...)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, purging)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase from store %s: %w", s.path, err)
	}
	return nil
}

var erasingOrder = []outcome.Type{outcome.TypeEvent, outcome.TypeMonth, outcome.TypeFactor, outcome.TypeCharge, outcome.TypeAddition,
	outcome.TypeCollision, outcome.TypeTrip}

// Purge implements sinks.Eraser: the file is written anew and its log emptied, if
// anything was erased since that was done last. Readers may go on; it takes the time and
// the room of a copy, and fails as retryable while someone reads for long.
func (s *Store) Purge(ctx context.Context) error {
	if s.writer == nil {
		return fmt.Errorf("purge store %s: %w", s.path, errReading)
	}
	const asked = `SELECT value FROM about WHERE name = 'purging'`
	due, err := query(ctx, s.writer, scanText, asked)
	if err == nil && len(due) > 0 {
		err = s.purge(ctx)
	}
	if err != nil {
		return fmt.Errorf("purge store %s: %w", s.path, err)
	}
	return nil
}

func (s *Store) purge(ctx context.Context) error {
	// What secure_delete has not overwritten, as bytes that moved between pages, a new
	// file does not have.
	if _, err := s.writer.ExecContext(ctx, "VACUUM"); err != nil {
		return fmt.Errorf("write the file anew: %w", classify(err))
	}
	if err := s.emptyLog(ctx); err != nil {
		return err
	}
	if _, err := s.writer.ExecContext(ctx, `DELETE FROM about WHERE name = 'purging'`); err != nil {
		return classify(err)
	}
	return nil
}

// patience is how long readers may keep the log from being emptied.
const patience = time.Minute

// emptyLog moves the log into the file and cuts it to nothing, once no one reads in it.
func (s *Store) emptyLog(ctx context.Context) error {
	backoff := sinks.Backoff{Max: 5 * time.Second}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("others have read in it for a minute"))
	defer cancel()
	for failures := 1; ; failures++ {
		var busy, log, moved int
		err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
		if err == nil && busy == 0 {
			return nil
		}
		if err != nil && !sinks.Retryable(classify(err)) {
			return fmt.Errorf("empty the write-ahead log: %w", err)
		}
		if err := backoff.Wait(ctx, failures); err != nil {
			return &sinks.RetryableError{Err: fmt.Errorf("empty the write-ahead log: %w", err)}
		}
	}
}

func scanCount(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}
