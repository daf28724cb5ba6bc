package clickhousetest

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// mergeTime is how long merges that a server began by itself may stand in the way.
const mergeTime = 30 * time.Second

// Merge has each table merged to one part a partition, as a server does in its own time.
// A table may name one of its partitions ("trips PARTITION 202311").
func Merge(ctx context.Context, db *sql.DB, tables ...string) error {
	ctx, cancel := context.WithTimeout(ctx, mergeTime)
	defer cancel()
	// While a part is in a merge already, OPTIMIZE does nothing, and says so only if told to.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"optimize_throw_if_noop": 1}))
	for _, table := range tables {
		if err := mergeOne(ctx, db, table); err != nil {
			return fmt.Errorf("merge %s: %w", table, err)
		}
	}
	return nil
}

func mergeOne(ctx context.Context, db *sql.DB, table string) (refused error) {
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		_, err := db.ExecContext(ctx, "OPTIMIZE TABLE "+table+" FINAL")
		switch {
		case err == nil:
			return nil
		case ctx.Err() == nil:
			refused = err // what the server said, rather than that time is up
		case refused == nil:
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return refused
		}
	}
}
