package read

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	_ "modernc.org/sqlite"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
)

// explained asks for the plan of every statement before it runs.
type explained struct {
	*sql.DB
	explain string
	column  int // of the plan's text
	plans   []string
}

func (e *explained) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	rows, err := e.DB.QueryContext(ctx, e.explain+text, args...)
	if err != nil {
		return nil, fmt.Errorf("explain %s: %w", text, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var plan []string
	for rows.Next() {
		values, pointers := make([]string, len(names)), make([]any, len(names))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		plan = append(plan, values[e.column])
	}
	e.plans = append(e.plans, text+"\n"+strings.Join(plan, "\n"))
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return e.DB.QueryContext(ctx, text, args...) //nolint:sqlclosecheck // the model closes them
}

// quick are the reads that must not search a store.
var quick = map[string]func(context.Context, *Model) error{
	"latest trips": func(ctx context.Context, m *Model) error {
		_, err := m.Trips(ctx, "car-1", Key{}, 50)
		return err
	},
	"older trips": func(ctx context.Context, m *Model) error {
		_, err := m.Trips(ctx, "car-1", Key{At: someTime, ID: someID}, 50)
		return err
	},
	"trip": func(ctx context.Context, m *Model) error {
		_, err := m.trip(ctx, Ref{VehicleID: "car-1", ID: someID, At: someTime})
		return err
	},
	"events of a trip": func(ctx context.Context, m *Model) error {
		_, err := m.Events(ctx, Ref{VehicleID: "car-1", ID: someID, At: someTime, From: someTime, To: someTime + 600_000_000})
		return err
	},
	"month": func(ctx context.Context, m *Model) error {
		_, err := m.Month(ctx, "car-1", "2026-09")
		return err
	},
	"charging sessions": func(ctx context.Context, m *Model) error {
		_, err := m.Charges(ctx, ChargeFilter{Vehicle: "car-1"}, Key{At: someTime, ID: someID}, 50)
		return err
	},
	"factors": func(ctx context.Context, m *Model) error {
		_, err := m.Factors(ctx, FactorFilter{Vehicle: "car-1", From: someTime}, Key{}, 50)
		return err
	},
	"versions": func(ctx context.Context, m *Model) error {
		return m.Versions(ctx, outcome.TypeTrip, []Identity{{"car-1", Key{At: someTime, ID: someID}}}, func(Version) error { return nil })
	},
}

var (
	someTime = outcome.Time(time.Date(2026, 9, 14, 7, 0, 0, 0, time.UTC).UnixMicro())
	someID   = outcome.ID("car-1", "trip", someTime)
)

func TestClickHouseReadsByKey(t *testing.T) {
	e := clickhousetest.CHDB(t)
	db := ch.OpenDB(e.Database(t))
	defer db.Close()
	if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"trips", "events", "months", "charges", "factors"} {
		fill := `INSERT INTO ` + table + ` (vehicle_id, at, id) SELECT concat('car-', toString(number % 50)),
			toDateTime64('2026-09-01 00:00:00', 6, 'UTC') + number * 60, unhex(leftPad(hex(number), 32, '0')) FROM numbers(40000)`
		if _, err := db.ExecContext(t.Context(), fill); err != nil {
			t.Fatal(err)
		}
	}
	// What is read of a table with so many granules in the key's partition.
	granules := regexp.MustCompile(`PrimaryKey[\s\S]*Keys:\s+vehicle_id\s+at\s[\s\S]*Granules: (\d+)/(\d+)`)
	for name, ask := range quick {
		t.Run(name, func(t *testing.T) {
			asked := &explained{DB: db, explain: "EXPLAIN indexes = 1 "}
			m := ClickHouse(db, Dialect{})
			m.db = asked
			m.now = func() time.Time { return someTime.Std() }
			if err := ask(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			t.Log(asked.plans[0])
			found := granules.FindStringSubmatch(asked.plans[0])
			if found == nil || len(found[1]) > 1 || found[2] == "1" || found[1] > "3" {
				t.Errorf("granules %v:\n%s", found, asked.plans[0])
			}
		})
	}
}

func TestSQLiteReadsByIndex(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "plan.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, step := range []string{"0001_outcomes", "0002_month_order_and_about", "0003_keys", "0006_roads", "0007_scores"} {
		text, err := os.ReadFile(filepath.Join("..", "sqlite", "migrations", step+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatal(err)
		}
	}
	for name, ask := range quick {
		t.Run(name, func(t *testing.T) {
			asked := &explained{DB: db, explain: "EXPLAIN QUERY PLAN ", column: 3}
			m := SQLite(db)
			m.db = asked
			if err := ask(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			for _, plan := range asked.plans {
				if strings.Contains(plan, "SCAN ") || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") && name != "month" && name != "versions" {
					t.Error(plan)
				}
			}
		})
	}
}
