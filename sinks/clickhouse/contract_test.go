package clickhouse

import (
	"context"
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
		tables := func(statement, end string) func(context.Context) error {
			return func(ctx context.Context) error {
				for _, table := range factTables {
					if _, err := s.db.ExecContext(ctx, statement+table+end); err != nil {
						return err
					}
				}
				return nil
			}
		}
		readtest.Contract(t, readtest.Store{Model: model.ClickHouse(s.db, model.Dialect(dialect)), Write: s.Write,
			Clear: tables("TRUNCATE TABLE ", ""), Merge: tables("OPTIMIZE TABLE ", " FINAL")})
	})
}
