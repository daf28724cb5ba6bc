package clickhouse

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// version of a fact, as a table has it.
type written struct {
	id       byte
	method   int
	revision int
	state    string
	score    string // an expression
}

var (
	october  = int64(1_791_000_000_000_000) // µs
	rewrites = []written{
		{1, 1, 1, "final", "50"}, {1, 1, 2, "amended", "60"},
		{2, 2, 1, "final", "70"}, {2, 1, 9, "amended", "10"},
		{3, 1, 1, "final", "50"}, {3, 1, 2, "withdrawn", "0"},
		{4, 1, 1, "final", "50"}, {4, 1, 2, "withdrawn", "0"}, {4, 1, 3, "amended", "80"},
		{5, 2, 1, "withdrawn", "0"}, {5, 1, 7, "final", "50"},
		{6, 1, 1, "final", "nan"},
	}
	counting = []string{
		strings.Repeat("01", 16) + " 1.2 amended 60",
		strings.Repeat("02", 16) + " 2.1 final 70",
		strings.Repeat("04", 16) + " 1.3 amended 80",
		strings.Repeat("06", 16) + " 1.1 final none",
	}
)

// rewrite writes each version of a trip as an insert of its own.
func rewrite(t *testing.T, db *sql.DB, d Dialect) {
	t.Helper()
	for _, w := range rewrites {
		at := fmt.Sprint(october)
		if !d.PlainTimes {
			at = "fromUnixTimestamp64Micro(toInt64(" + at + "), 'UTC')"
		}
		must(t, db, fmt.Sprintf(`INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, started_at, ended_at, local_date, score)
			SELECT toFixedString(unhex('%s'), 16), 'v', %s, %d, %d, '%s', %s, %s, toDate('2026-10-03'), %s`,
			strings.Repeat(fmt.Sprintf("%02x", w.id), 16), at, w.method, w.revision, w.state, at, at, w.score))
	}
}

// must runs a statement.
func must(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

const seen = `SELECT concat(id, ' ', toString(method_version), '.', toString(revision), ' ', state, ' ', ifNull(toString(score), 'none'))
	FROM trips_current WHERE vehicle_id = 'v' ORDER BY id`

func TestViewsShowTheRowThatCounts(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := ch.OpenDB(e.Database(t))
		defer db.Close()
		if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		dialect, err := DialectOf(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, db, dialect)
		for _, when := range []string{"as written", "merged"} {
			if got := texts(t, db, seen); !slices.Equal(got, counting) {
				t.Errorf("%s: %q, want %q", when, got, counting)
			}
			mustMerge(t, db, "trips")
		}
		if got := texts(t, db, "SELECT concat(toString(toDateTime(at, 'UTC')), ' ', toString(month)) FROM trips_current LIMIT 1"); got[0] != "2026-10-03 04:00:00 2026-10-01" {
			t.Errorf("at and month are %q", got)
		}
	})
}

// A store keeps its plain times when its server is upgraded, and its views hold.
func TestViewsOfAPlainStoreOnACurrentServer(t *testing.T) {
	e := clickhousetest.CHDB(t)
	o := e.Database(t)
	db := ch.OpenDB(o)
	defer db.Close()
	for _, m := range known(t) {
		if !slices.Contains([]string{"outcomes_plain", "views", "views_definer", "collisions_plain", "collision_views", "collision_views_definer",
			"roads_plain", "road_views", "road_views_definer"}, m.name) {
			continue
		}
		statements, err := m.statements(target{database: o.Auth.Database, dialect: Dialect{PlainTimes: true}})
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range statements {
			must(t, db, statement)
		}
	}
	rewrite(t, db, Dialect{PlainTimes: true})
	if got := texts(t, db, seen); !slices.Equal(got, counting) {
		t.Errorf("%q, want %q", got, counting)
	}
	if got := texts(t, db, "SELECT concat(toTypeName(at), ' ', toString(at), ' ', toString(month)) FROM trips_current LIMIT 1"); got[0] != "DateTime('UTC') 2026-10-03 04:00:00 2026-10-01" {
		t.Errorf("at and month are %q", got)
	}
}

// Who may read the views learns no place and no account; of collisions neither the pulse
// nor who drove, of what people added their answers alone, and of factors not whose they are.
func TestViewsHaveNoPlace(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := ch.OpenDB(e.Database(t))
		defer db.Close()
		if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		columns := texts(t, db, `SELECT concat(table, '.', name) FROM system.columns
			WHERE database = currentDatabase() AND table LIKE '%\\_current'`)
		if len(columns) < 90 {
			t.Fatalf("the views have only %d columns: %q", len(columns), columns)
		}
		for _, c := range columns {
			_, name, _ := strings.Cut(c, ".")
			if slices.Contains([]string{"lat", "lon", "polyline", "route_parts", "receipt", "account_id", "days", "held",
				"countries", "position_at", "accuracy_m", "recent_positions", "direction_deg", "pulse", "impacts", "speed_before", "text", "content",
				"coaching", "policy_id"}, name) ||
				name == "driver_id" && strings.HasPrefix(c, "collisions") {
				t.Errorf("analysts see %s", c)
			}
		}
	})
}

// A condition on a view's at must leave out partitions: stores have years of them.
func TestViewsReachTheKey(t *testing.T) {
	e := clickhousetest.CHDB(t)
	db := ch.OpenDB(e.Database(t))
	defer db.Close()
	if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	rewrite(t, db, Dialect{})
	must(t, db, "INSERT INTO trips (id, vehicle_id, at, state) SELECT toFixedString(unhex('07'), 16), 'w', toDateTime64('2026-08-01 00:00:00', 6, 'UTC'), 'final'")
	mustMerge(t, db, "trips")
	for _, c := range []struct{ condition, parts string }{
		{"at >= toDateTime('2026-08-01 00:00:00', 'UTC') AND at < toDateTime('2026-09-01 00:00:00', 'UTC')", "Parts: 1/2"},
		{"vehicle_id = 'w'", "Parts: 1/2"},
		{"distance_m = 0", "Parts: 2/2"},
	} {
		plan := strings.Join(texts(t, db, "EXPLAIN indexes = 1 SELECT count() FROM trips_current WHERE "+c.condition), "\n")
		if !strings.Contains(plan, c.parts) {
			t.Errorf("%s: want %s in\n%s", c.condition, c.parts, plan)
		}
	}
}

// Whoever may read a view needs no right to its table, where servers can say so.
func TestViewsAreReadInTheirMakersName(t *testing.T) {
	db := ch.OpenDB(clickhousetest.CHDB(t).Database(t))
	defer db.Close()
	if err := Migrate(context.Background(), db, Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	for _, view := range []string{"trips_current", "events_current", "months_current", "charges_current", "factors_current", "collisions_current", "answers_current"} {
		if made := texts(t, db, "SHOW CREATE TABLE "+view)[0]; !strings.Contains(made, "SQL SECURITY DEFINER") {
			t.Errorf("%s is made by %s", view, made)
		}
	}
}
