package clickhouse

import (
	"context"
	"database/sql"
	"fmt"
)

// Dialect is what the tables of a store made of its server's abilities.
type Dialect struct {
	// PlainTimes says that times are Int64, microseconds since the Unix epoch, and not
	// DateTime64(6, 'UTC').
	PlainTimes bool
}

// DialectOf looks at the tables of the database that db is connected to: a store keeps
// the form in which it was made when its server is upgraded. Without the database, or with
// tables of before there were collisions, roads or factors, the error is ErrNotMigrated.
func DialectOf(ctx context.Context, db *sql.DB) (Dialect, error) {
	var kind string
	const asked = `SELECT type FROM system.columns WHERE database = currentDatabase() AND table = 'trips' AND name = 'at'`
	if err := db.QueryRowContext(ctx, asked).Scan(&kind); hasCode(err, codeUnknownDatabase) {
		return Dialect{}, noDatabase(err)
	} else if err != nil {
		return Dialect{}, fmt.Errorf("look at the table of trips: %w", greeting(missing(err)))
	}
	const later = `SELECT toInt64(countIf(table = 'collisions' AND name = 'at')), toInt64(countIf(table = 'events' AND name = 'peak_kmh')),
		toInt64(countIf(table = 'factors' AND name = 'at')) FROM system.columns WHERE database = currentDatabase()`
	var collisions, speeding, factors int64
	if err := db.QueryRowContext(ctx, later).Scan(&collisions, &speeding, &factors); err != nil {
		return Dialect{}, fmt.Errorf("look for the columns of collisions, roads and factors: %w", err)
	}
	if collisions == 0 || speeding == 0 || factors == 0 {
		return Dialect{}, fmt.Errorf("%w (it has no collisions, no roads or no factors)", ErrNotMigrated)
	}
	return Dialect{PlainTimes: kind == "Int64"}, nil
}
