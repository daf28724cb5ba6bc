package retention

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
)

// byRule brings a table's TTL to the days of the report and to the holds.
func (c *ClickHouse) byRule(ctx context.Context, r *Report, before outcome.Time, holds []held, dry bool) error {
	want := ""
	if r.Days > 0 {
		want = c.rule(r.Table, r.Days, holds)
	}
	have, err := c.standing(ctx, r.Table)
	if err != nil {
		return err
	}
	r.TTL = "unchanged"
	if !differs(have, want) {
		return nil
	}
	command := "REMOVE TTL"
	r.TTL = "removed"
	if want != "" {
		r.TTL, command = "set", "MODIFY TTL "+want
	}
	if dry {
		return nil
	}
	if err := clickhouse.Mutate(ctx, c.db, c.layout, r.Table, command); err != nil {
		return err
	}
	if r.Days == 0 {
		return nil
	}
	// The server applied the rule to what it had.
	left, _, err := c.count(ctx, r.Table, before, holds)
	r.Deleted = max(0, r.Due-left)
	return err
}

// widenRule makes a table's rule follow more holds. It takes effect with the next merge
// of each part, and rewrites none.
func (c *ClickHouse) widenRule(ctx context.Context, table string, holds []held) error {
	return c.renewRule(ctx, table, holds, " SETTINGS materialize_ttl_after_modify = 0") //nolint:misspell // a setting's name
}

// narrowRule makes a table's rule follow fewer holds: the server must look again at
// parts that it was done with.
func (c *ClickHouse) narrowRule(ctx context.Context, table string, holds []held) error {
	return c.renewRule(ctx, table, holds, "")
}

// renewRule changes what a table's rule says of holds, not its days. A table without a
// rule is left so.
func (c *ClickHouse) renewRule(ctx context.Context, table string, holds []held, how string) error {
	if !c.rules {
		return nil
	}
	have, err := c.standing(ctx, table)
	if err != nil || len(have) == 0 || have[0] == "" {
		return err
	}
	days := ruleDays.FindStringSubmatch(have[0])
	if days == nil {
		return errors.New("its TTL was not made by milepost: run milepost store retain")
	}
	n, err := strconv.Atoi(days[1])
	if err != nil {
		return fmt.Errorf("read its TTL: %w", err)
	}
	want := c.rule(table, n, holds)
	if !differs(have, want) {
		return nil
	}
	return clickhouse.Mutate(ctx, c.db, c.layout, table, "MODIFY TTL "+want+how)
}

// rule is the TTL of a table. Holds stand in it: a row that arrives or is amended under
// one is not marked yet, and merges ask nobody.
func (c *ClickHouse) rule(table string, days int, holds []held) string {
	at := "toDateTime(at)"
	if c.dialect.PlainTimes {
		at = "toDateTime(intDiv(at, 1000000))"
	}
	return fmt.Sprintf("%s + toIntervalDay(%d) DELETE WHERE %s", at, days, c.free(table, holds))
}

var ruleDays = regexp.MustCompile(`toIntervalDay\((\d+)\)`)

// standing gives the TTL of a table on each server; empty where it has none.
func (c *ClickHouse) standing(ctx context.Context, table string) (_ []string, err error) {
	asked := fmt.Sprintf("SELECT engine_full FROM %s WHERE database = currentDatabase() AND name = ?", c.layout.System("tables", true))
	rows, err := c.db.QueryContext(ctx, asked, c.layout.Local(table))
	if err != nil {
		return nil, fmt.Errorf("read its TTL: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []string
	for rows.Next() {
		var full string
		if err := rows.Scan(&full); err != nil {
			return nil, fmt.Errorf("read its TTL: %w", err)
		}
		_, ttl, _ := strings.Cut(full, " TTL ")
		ttl, _, _ = strings.Cut(ttl, " SETTINGS ")
		out = append(out, ttl)
	}
	return out, rows.Err()
}

// differs says whether a server has another rule than it should. Servers write a rule
// in a form of their own: blanks, brackets and the word DELETE, which is the default,
// mean nothing.
func differs(have []string, want string) bool {
	for _, ttl := range have {
		if plain(ttl) != plain(want) {
			return true
		}
	}
	return false
}

var plain = strings.NewReplacer(" ", "", "\n", "", "(", "", ")", "", "DELETE", "").Replace
