package retention

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// held is a hold as statements name it: by a hash of its vehicle, so that no vehicle's
// id stands in a table's definition or in the server's log.
type held struct {
	Hold
	hash uint64
}

// maxHolds is what fits into a statement: servers take 256 KiB by default, and a hold
// needs up to 150 bytes.
const maxHolds = 1000

// Holds lists the holds on a vehicle, or all of them where it is empty, the oldest first.
func (c *ClickHouse) Holds(ctx context.Context, vehicle string) ([]Hold, error) {
	found, err := c.holds(ctx, vehicle)
	if err != nil {
		return nil, err
	}
	out := make([]Hold, len(found))
	for i := range found {
		out[i] = found[i].Hold
	}
	return out, nil
}

// A hold is a row, and its end another one with a higher revision.
func (c *ClickHouse) holds(ctx context.Context, vehicle string) (_ []held, err error) {
	const latest = `SELECT id, vehicle_id, from_us, to_us, reason, placed_us, hash FROM
		(SELECT id, vehicle_id, from_us, to_us, reason, placed_us, released, cityHash64(vehicle_id) AS hash
			FROM holds ORDER BY id, revision DESC LIMIT 1 BY id)
		WHERE released = 0 AND (vehicle_id = ? OR ? = '') ORDER BY placed_us, id`
	rows, err := c.db.QueryContext(ctx, latest, vehicle, vehicle)
	if err != nil {
		return nil, fmt.Errorf("list holds: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []held
	for rows.Next() {
		var h held
		if err := rows.Scan(&h.ID, &h.VehicleID, (*int64)(&h.From), (*int64)(&h.To), &h.Reason, (*int64)(&h.PlacedAt), &h.hash); err != nil {
			return nil, fmt.Errorf("list holds: %w", err)
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// Place puts a hold in force, for what is stored and for what is yet to come. What its
// time holds and was deleted before is gone.
func (c *ClickHouse) Place(ctx context.Context, h Hold) error {
	standing, err := c.holds(ctx, "")
	if err != nil {
		return err
	}
	if len(standing) >= maxHolds {
		return fmt.Errorf("place hold %s: %w: %d", h.ID, ErrTooManyHolds, len(standing))
	}
	placed, err := c.write(ctx, h, 1, 0)
	if err != nil {
		return fmt.Errorf("place hold %s: %w", h.ID, err)
	}
	if err := c.enforce(ctx, append(standing, placed), false); err != nil {
		return fmt.Errorf("put hold %s in force: %w", h.ID, err)
	}
	return nil
}

// Release ends a hold: what it kept beyond its time goes with the next merges or, where
// the server has no TTL, with the next Retain. ErrNoHold: none has that id.
func (c *ClickHouse) Release(ctx context.Context, id string) error {
	standing, err := c.holds(ctx, "")
	if err != nil {
		return err
	}
	for i := range standing {
		if standing[i].ID != id {
			continue
		}
		if _, err := c.write(ctx, standing[i].Hold, 2, 1); err != nil {
			return fmt.Errorf("release hold %s: %w", id, err)
		}
		if err := c.enforce(ctx, slices.Delete(standing, i, i+1), true); err != nil {
			return fmt.Errorf("free what hold %s kept: %w", id, err)
		}
		return nil
	}
	return fmt.Errorf("release hold %s: %w", id, ErrNoHold)
}

// write adds a version of a hold.
func (c *ClickHouse) write(ctx context.Context, h Hold, revision, released int) (held, error) {
	out := held{Hold: h}
	if err := c.db.QueryRowContext(ctx, "SELECT cityHash64(?)", h.VehicleID).Scan(&out.hash); err != nil {
		return out, err
	}
	// A SELECT, since an INSERT with values would wait for blocks of data. A cluster's
	// shard must have the row before anyone relies on it.
	ctx = ch.Context(ctx, ch.WithSettings(ch.Settings{"insert_distributed_sync": 1}))
	const text = `INSERT INTO holds (id, vehicle_id, from_us, to_us, reason, placed_us, revision, released)
		SELECT ?, ?, toInt64(?), toInt64(?), ?, toInt64(?), toUInt32(?), toUInt8(?)`
	_, err := c.db.ExecContext(ctx, text, h.ID, h.VehicleID, int64(h.From), int64(h.To), h.Reason, int64(h.PlacedAt), revision, released)
	return out, err
}

// enforce makes the tables follow holds. More of them go into the rule first, so that
// nothing that arrives from now on is missed, and then into the rows; where there are
// fewer, the rows must be free before the server looks at them again.
func (c *ClickHouse) enforce(ctx context.Context, holds []held, fewer bool) error {
	steps := []func(context.Context, string, []held) error{c.widenRule, c.mark}
	if fewer {
		steps = []func(context.Context, string, []held) error{c.mark, c.narrowRule}
	}
	for _, table := range tables {
		for _, step := range steps {
			if err := step(ctx, table, holds); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
	}
	return nil
}

// mark sets held on the rows under a hold, and takes it from all others.
func (c *ClickHouse) mark(ctx context.Context, table string, holds []held) error {
	under := c.under(table, holds)
	for value, where := range map[int]string{1: "held = 0 AND " + under, 0: "held = 1 AND NOT " + under} {
		var found uint64
		if err := c.db.QueryRowContext(ctx, fmt.Sprintf("SELECT count() FROM %s WHERE %s", table, where)).Scan(&found); err != nil {
			return fmt.Errorf("count rows under a hold: %w", err)
		}
		if found == 0 {
			continue
		}
		command := fmt.Sprintf("UPDATE held = %d WHERE %s", value, where)
		if err := clickhouse.Mutate(ctx, c.db, c.layout, table, command); err != nil {
			return fmt.Errorf("mark rows under a hold: %w", err)
		}
	}
	return nil
}

// under is the condition of being under one of the holds.
func (c *ClickHouse) under(table string, holds []held) string {
	if len(holds) == 0 {
		return "(1 = 0)"
	}
	parts := make([]string, len(holds))
	for i := range holds {
		s := holds[i].within(table)
		parts[i] = fmt.Sprintf("(cityHash64(vehicle_id) = %d AND %s >= %s AND at < %s)", holds[i].hash, s.end, c.instant(s.from), c.instant(s.to))
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// free is the condition of being under no hold, marked or not: a row that came after
// the marks were set counts too.
func (c *ClickHouse) free(table string, holds []held) string {
	parts := []string{"held = 0"}
	for i := range holds {
		s := holds[i].within(table)
		parts = append(parts, fmt.Sprintf("(cityHash64(vehicle_id) != %d OR %s < %s OR at >= %s)", holds[i].hash, s.end, c.instant(s.from), c.instant(s.to)))
	}
	return strings.Join(parts, " AND ")
}

// instant is a time as the tables' columns have it.
func (c *ClickHouse) instant(at outcome.Time) string {
	if c.dialect.PlainTimes {
		return fmt.Sprint(int64(at))
	}
	return fmt.Sprintf("fromUnixTimestamp64Micro(%d, 'UTC')", int64(at))
}
