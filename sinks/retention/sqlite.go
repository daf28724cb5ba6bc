package retention

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"milepost/outcome"
)

// Embedded is what is needed of an embedded store; a *sqlite.Store.
type Embedded interface {
	Maintain(ctx context.Context, do func(*sql.Tx) error) error
}

// SQLite keeps an embedded store to a policy and to its holds.
type SQLite struct{ store Embedded }

// OpenSQLite does not close the store.
func OpenSQLite(store Embedded) *SQLite { return &SQLite{store} }

// batch is how many rows one transaction deletes: writers wait no longer than that takes.
const batch = 1000

// Retain deletes what is too old at now and under no hold. A tombstone says nothing of
// its fact's time: it goes when Retain has known it for as many days as facts are kept.
// With dry it only counts. It may be called at any time and again after any failure.
func (s *SQLite) Retain(ctx context.Context, p Policy, now time.Time, dry bool) ([]Report, error) {
	var out []Report
	for _, table := range tables {
		r := Report{Table: table, Days: p.days(table)}
		if r.Days > 0 {
			if err := s.retain(ctx, &r, now, dry); err != nil {
				return out, fmt.Errorf("keep table %s to %d days: %w", table, r.Days, err)
			}
		}
		if table == additions {
			if err := s.orphans(ctx, &r, now, dry); err != nil {
				return out, fmt.Errorf("delete what was added to collisions that are gone: %w", err)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *SQLite) retain(ctx context.Context, r *Report, now time.Time, dry bool) error {
	before := limit(now, r.Days)
	if err := s.count(ctx, r, before); err != nil || dry {
		return err
	}
	var err error
	if r.Deleted, err = s.inBatches(ctx, func(tx *sql.Tx) (sql.Result, error) {
		where, args, err := free(ctx, tx, r.Table, before)
		if err != nil {
			return nil, err
		}
		return tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %[1]s WHERE id IN (SELECT id FROM %[1]s WHERE %[2]s LIMIT %[3]d)",
			r.Table, where, batch), args...)
	}); err != nil {
		return err
	}
	r.Tombstones, err = s.tombstones(ctx, r.Table, before, now)
	return err
}

// orphans deletes what was added to collisions that are gone, and counts it.
func (s *SQLite) orphans(ctx context.Context, r *Report, now time.Time, dry bool) error {
	where := func(tx *sql.Tx) (string, []any, error) {
		text, args, err := free(ctx, tx, additions, outcome.Time(now.Add(-orphaned).UnixMicro()))
		return text + " AND collision_id NOT IN (SELECT id FROM collisions)", args, err
	}
	err := s.store.Maintain(ctx, func(tx *sql.Tx) error {
		text, args, err := where(tx)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM additions WHERE "+text, args...).Scan(&r.Orphans)
	})
	if err != nil || dry {
		return err
	}
	r.Orphans, err = s.inBatches(ctx, func(tx *sql.Tx) (sql.Result, error) {
		text, args, err := where(tx)
		if err != nil {
			return nil, err
		}
		return tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM additions WHERE id IN (SELECT id FROM additions WHERE %s LIMIT %d)", text, batch), args...)
	})
	return err
}

// count fills in what is due and what is held.
func (s *SQLite) count(ctx context.Context, r *Report, before outcome.Time) error {
	return s.store.Maintain(ctx, func(tx *sql.Tx) error {
		where, args, err := free(ctx, tx, r.Table, before)
		if err != nil {
			return err
		}
		var old int64
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM "+r.Table+" WHERE "+where, args...).Scan(&r.Due); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, "SELECT count(*) FROM "+r.Table+" WHERE vehicle_id IS NOT NULL AND at < ?", int64(before)).Scan(&old)
		r.Held = old - r.Due
		return err
	})
}

// inBatches deletes until a transaction finds less than it may delete.
func (s *SQLite) inBatches(ctx context.Context, deletes func(*sql.Tx) (sql.Result, error)) (deleted int64, err error) {
	for last := int64(batch); last >= batch; deleted += last {
		if err := ctx.Err(); err != nil {
			return deleted, context.Cause(ctx)
		}
		err := s.store.Maintain(ctx, func(tx *sql.Tx) error {
			done, err := deletes(tx)
			if err == nil {
				last, err = done.RowsAffected()
			}
			return err
		})
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

// free is the condition of being too old and under no hold.
func free(ctx context.Context, tx *sql.Tx, table string, before outcome.Time) (where string, args []any, err error) {
	holds, err := listHolds(ctx, tx, "")
	if err != nil {
		return "", nil, err
	}
	var text strings.Builder
	text.WriteString("vehicle_id IS NOT NULL AND at < ?")
	args = append(args, int64(before))
	for i := range holds {
		s := holds[i].within(table)
		text.WriteString(" AND NOT (vehicle_id = ? AND " + s.end + " >= ? AND at < ?)")
		args = append(args, holds[i].VehicleID, int64(s.from), int64(s.to))
	}
	return text.String(), args, nil
}

// tombstones forgets notes of facts that came back, deletes the tombstones that were
// noted before a time, and notes the new ones.
func (s *SQLite) tombstones(ctx context.Context, table string, before outcome.Time, now time.Time) (deleted int64, err error) {
	err = s.store.Maintain(ctx, func(tx *sql.Tx) error {
		gone := fmt.Sprintf("DELETE FROM tombstones WHERE kind = ? AND id NOT IN (SELECT id FROM %s WHERE vehicle_id IS NULL)", table)
		if _, err := tx.ExecContext(ctx, gone, table); err != nil {
			return err
		}
		found := fmt.Sprintf("INSERT OR IGNORE INTO tombstones SELECT ?, id, ? FROM %s WHERE vehicle_id IS NULL", table)
		_, err := tx.ExecContext(ctx, found, table, now.UnixMicro())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("note tombstones: %w", err)
	}
	return s.inBatches(ctx, func(tx *sql.Tx) (sql.Result, error) {
		const old = "SELECT id FROM tombstones WHERE kind = ? AND noted_us < ? ORDER BY id LIMIT ?"
		done, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE vehicle_id IS NULL AND id IN (%s)", table, old), table, int64(before), batch)
		if err != nil {
			return nil, err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM tombstones WHERE kind = ? AND id IN ("+old+")", table, table, int64(before), batch)
		return done, err
	})
}

// Holds lists the holds on a vehicle, or all of them where it is empty, the oldest first.
func (s *SQLite) Holds(ctx context.Context, vehicle string) (out []Hold, err error) {
	err = s.store.Maintain(ctx, func(tx *sql.Tx) error {
		out, err = listHolds(ctx, tx, vehicle)
		return err
	})
	return out, err
}

func listHolds(ctx context.Context, tx *sql.Tx, vehicle string) (_ []Hold, err error) {
	const listed = `SELECT id, vehicle_id, from_us, to_us, reason, placed_us FROM holds
		WHERE vehicle_id = ?1 OR ?1 = '' ORDER BY placed_us, id`
	rows, err := tx.QueryContext(ctx, listed, vehicle)
	if err != nil {
		return nil, fmt.Errorf("list holds: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []Hold
	for rows.Next() {
		var h Hold
		if err := rows.Scan(&h.ID, &h.VehicleID, &h.From, &h.To, &h.Reason, &h.PlacedAt); err != nil {
			return nil, fmt.Errorf("list holds: %w", err)
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// Place puts a hold in force, for what is stored and for what is yet to come.
func (s *SQLite) Place(ctx context.Context, h Hold) error {
	err := s.store.Maintain(ctx, func(tx *sql.Tx) error {
		standing, err := listHolds(ctx, tx, "")
		if err != nil {
			return err
		}
		if len(standing) >= maxHolds {
			return fmt.Errorf("%w: %d", ErrTooManyHolds, len(standing))
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?)`,
			h.ID, h.VehicleID, int64(h.From), int64(h.To), h.Reason, int64(h.PlacedAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("place hold %s: %w", h.ID, err)
	}
	return nil
}

// Release ends a hold. ErrNoHold: none has that id.
func (s *SQLite) Release(ctx context.Context, id string) error {
	err := s.store.Maintain(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM holds WHERE id = ?`, id)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoHold
		}
		// Its bytes are in the store's files until they are written anew: an erasure of the
		// vehicle, which may be the next to come, finds no row any more.
		_, err = tx.ExecContext(ctx, `INSERT INTO about VALUES ('purging', 'erased') ON CONFLICT (name) DO NOTHING`)
		return err
	})
	if err != nil {
		return fmt.Errorf("release hold %s: %w", id, err)
	}
	return nil
}
