package retention

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// ClickHouse keeps the store of record to a policy and to its holds. It is for one
// caller at a time; two at once do no harm but to each other's reports.
type ClickHouse struct {
	db      *sql.DB
	layout  clickhouse.Layout
	dialect clickhouse.Dialect
	rules   bool // the server deletes by TTL
}

// OpenClickHouse looks at what the server behind db is able to. It does not close db.
func OpenClickHouse(ctx context.Context, db *sql.DB, layout clickhouse.Layout) (*ClickHouse, error) {
	dialect, err := clickhouse.DialectOf(ctx, db)
	if err != nil {
		return nil, err
	}
	// Rules on columns have their condition (WHERE) since 20.5, and can be taken away
	// since 21.1; what lists them came with the first.
	var found uint64
	const asked = `SELECT count() FROM system.columns WHERE database = 'system' AND table = 'parts' AND name = 'rows_where_ttl_info.expression'`
	if err := db.QueryRowContext(ctx, asked).Scan(&found); err != nil {
		return nil, fmt.Errorf("ask whether the server has TTL: %w", err)
	}
	return &ClickHouse{db: db, layout: layout, dialect: dialect, rules: found > 0}, nil
}

// Retain marks what is under a hold and then deletes what is too old at now: where the
// server has TTL, by bringing that to the policy; elsewhere by itself, and returns when
// it is done. With dry it only counts. It may be called at any time and again after any
// failure.
func (c *ClickHouse) Retain(ctx context.Context, p Policy, now time.Time, dry bool) ([]Report, error) {
	var out []Report
	for _, table := range tables {
		r, err := c.retain(ctx, table, p.days(table), now, dry)
		if err != nil {
			return out, fmt.Errorf("keep table %s to %d days: %w", table, p.days(table), err)
		}
		if table == additions {
			if err := c.orphans(ctx, &r, now, dry); err != nil {
				return out, fmt.Errorf("delete what was added to collisions that are gone: %w", err)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func (c *ClickHouse) retain(ctx context.Context, table string, days int, now time.Time, dry bool) (r Report, err error) {
	r = Report{Table: table, Days: days}
	holds, err := c.holds(ctx, "")
	if err != nil {
		return r, err
	}
	if !dry {
		if err := c.mark(ctx, table, holds); err != nil {
			return r, err
		}
	}
	before := limit(now, days)
	if days > 0 {
		if r.Due, r.Held, err = c.count(ctx, table, before, holds); err != nil {
			return r, err
		}
	}
	if c.rules {
		return r, c.byRule(ctx, &r, before, holds, dry)
	}
	if days == 0 || r.Due == 0 {
		return r, nil
	}
	return r, c.byJob(ctx, &r, before, holds, dry)
}

// count gives the rows before a time, those that go and those that a hold keeps.
func (c *ClickHouse) count(ctx context.Context, table string, before outcome.Time, holds []held) (due, kept int64, err error) {
	var all, free uint64
	text := fmt.Sprintf("SELECT count(), countIf(%s) FROM %s WHERE at < %s", c.free(table, holds), table, c.instant(before))
	if err := c.db.QueryRowContext(ctx, text).Scan(&all, &free); err != nil {
		return 0, 0, fmt.Errorf("count rows that are too old: %w", err)
	}
	return int64(free), int64(all - free), nil
}
