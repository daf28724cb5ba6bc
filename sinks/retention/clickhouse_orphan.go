package retention

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// mostOrphaned is of how many collisions one mutation deletes what was added.
const mostOrphaned = 1000

// orphans deletes what was added to collisions that are withdrawn or gone, and counts it.
func (c *ClickHouse) orphans(ctx context.Context, r *Report, now time.Time, dry bool) error {
	holds, err := c.holds(ctx, "")
	if err != nil {
		return err
	}
	const lost = `%s AND (collision_id GLOBAL IN (SELECT id FROM collisions GROUP BY id
			HAVING argMax(state = 'withdrawn', toUInt64(method_version) * 4294967296 + revision) = 1)
		OR at < %s AND collision_id GLOBAL NOT IN (SELECT id FROM collisions))`
	where := fmt.Sprintf(lost, c.free(additions, holds), c.instant(outcome.Time(now.Add(-orphaned).UnixMicro())))
	err = c.db.QueryRowContext(ctx, "SELECT toInt64(count()) FROM additions WHERE "+where).Scan(&r.Orphans)
	if err != nil || dry {
		return err
	}
	for {
		ids, err := c.orphanedBy(ctx, where)
		if err != nil || len(ids) == 0 {
			return err
		}
		command := fmt.Sprintf("DELETE WHERE %s AND hex(collision_id) IN ('%s')", c.free(additions, holds), strings.Join(ids, "', '"))
		if err := clickhouse.Mutate(ctx, c.db, c.layout, additions, command); err != nil {
			return err
		}
	}
}

// orphanedBy lists some of the collisions that such rows were added to.
func (c *ClickHouse) orphanedBy(ctx context.Context, where string) (ids []string, err error) {
	rows, err := c.db.QueryContext(ctx, fmt.Sprintf("SELECT DISTINCT hex(collision_id) FROM additions WHERE %s LIMIT %d", where, mostOrphaned))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
