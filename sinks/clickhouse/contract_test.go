package clickhouse

import (
	"context"
	"database/sql"
	"testing"

	"milepost/sinks/clickhouse/clickhousetest"
	model "milepost/sinks/read"
	"milepost/sinks/read/readtest"
)

// factTables are those of facts.
var factTables = []string{"trips", "events", "months", "charges", "factors", "collisions", "additions"}

func TestReadContract(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		t.Parallel() // each waits for its engine
		s := newStore(t, e)
		dialect, err := DialectOf(t.Context(), s.db)
		if err != nil {
			t.Fatal(err)
		}
		truncate := func(ctx context.Context) error {
			for _, table := range factTables {
				if _, err := s.db.ExecContext(ctx, "TRUNCATE TABLE "+table); err != nil {
					return err
				}
			}
			return nil
		}
		merge := func(ctx context.Context) error { return clickhousetest.Merge(ctx, s.db, factTables...) }
		readtest.Contract(t, readtest.Store{Model: model.ClickHouse(s.db, model.Dialect(dialect)), Write: s.Write,
			Clear: truncate, Merge: merge})
	})
}

func mustMerge(t *testing.T, db *sql.DB, tables ...string) {
	t.Helper()
	if err := clickhousetest.Merge(t.Context(), db, tables...); err != nil {
		t.Fatal(err)
	}
}
