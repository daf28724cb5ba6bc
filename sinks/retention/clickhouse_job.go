package retention

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// byJob deletes what is before a time: months of which nothing stays as partitions, the
// rest row by row.
func (c *ClickHouse) byJob(ctx context.Context, r *Report, before outcome.Time, holds []held, dry bool) error {
	whole, err := c.wholePartitions(ctx, r.Table, before, holds)
	if err != nil {
		return err
	}
	r.Partitions = len(whole)
	if dry {
		return nil
	}
	for _, name := range whole {
		if err := clickhouse.Alter(ctx, c.db, c.layout, r.Table, "DROP PARTITION "+name); err != nil {
			return fmt.Errorf("drop partition %s: %w", name, err)
		}
	}
	left, _, err := c.count(ctx, r.Table, before, holds)
	if err != nil {
		return err
	}
	r.Deleted = max(0, r.Due-left)
	if left == 0 {
		return nil
	}
	command := fmt.Sprintf("DELETE WHERE at < %s AND %s", c.instant(before), c.free(r.Table, holds))
	if err := clickhouse.Mutate(ctx, c.db, c.layout, r.Table, command); err != nil {
		return err
	}
	left, _, err = c.count(ctx, r.Table, before, holds)
	r.Deleted = max(0, r.Due-left)
	return err
}

// wholePartitions lists the months that end before a time and that no hold touches: a
// row under a hold may arrive in one that has none yet.
func (c *ClickHouse) wholePartitions(ctx context.Context, table string, before outcome.Time, holds []held) (_ []string, err error) {
	asked := fmt.Sprintf(`SELECT DISTINCT partition FROM %s WHERE active AND database = currentDatabase() AND table = ? ORDER BY partition`,
		c.layout.System("parts", false))
	rows, err := c.db.QueryContext(ctx, asked, c.layout.Local(table))
	if err != nil {
		return nil, fmt.Errorf("list partitions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list partitions: %w", err)
		}
		begins, ends, err := monthOf(name)
		if err != nil {
			return nil, err
		}
		if ends <= before && !touched(table, begins, ends, holds) {
			out = append(out, name)
		}
	}
	return out, rows.Err()
}

// monthOf gives the times from which, and before which, a partition's rows are.
func monthOf(partition string) (begins, ends outcome.Time, err error) {
	n, err := strconv.Atoi(strings.Trim(partition, "'"))
	if err != nil || n%100 < 1 || n%100 > 12 {
		return 0, 0, fmt.Errorf("partition %q is no month: the table was not made by milepost", partition)
	}
	first := time.Date(n/100, time.Month(n%100), 1, 0, 0, 0, 0, time.UTC)
	return outcome.Time(first.UnixMicro()), outcome.Time(first.AddDate(0, 1, 0).UnixMicro()), nil
}

// touched says whether a hold could keep a row of these times. Where a row is held by its
// end too, which no month bounds, a hold touches all months before its own end.
func touched(table string, begins, ends outcome.Time, holds []held) bool {
	for i := range holds {
		s := holds[i].within(table)
		if begins < s.to && (s.end != "at" || s.from < ends) {
			return true
		}
	}
	return false
}
