package deploy_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	store "milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
)

// filled makes a store with an hour's trips for two days each month of a quarter.
func filled(t *testing.T, e clickhousetest.Engine) (db *sql.DB, database string) {
	t.Helper()
	o := e.Database(t)
	db = clickhouse.OpenDB(o)
	t.Cleanup(func() { _ = db.Close() })
	if err := store.Migrate(t.Context(), db, store.Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	dialect, err := store.DialectOf(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	at := func(µs string) string {
		if dialect.PlainTimes {
			return "toInt64(" + µs + ")"
		}
		return "fromUnixTimestamp64Micro(toInt64(" + µs + "), 'UTC')"
	}
	start := fmt.Sprintf("%d + number * 3600000000", quarter.UnixMicro())
	for _, statement := range []string{
		`INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, started_at, ended_at, zone, local_date, distance_m, duration_s,
			fuel_l, energy_kwh, ev_distance_m, score, driver_id, harsh_braking, harsh_acceleration, harsh_cornering, partial, polyline,
			coaching_kind, l_per_100km, kwh_per_100km, advice)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			` + at(start) + `, ` + at(start+" + 1800000000") + `, if(number % 2, 'Europe/Madrid', 'Europe/Vilnius'),
			toDate(toDateTime(intDiv(` + start + `, 1000000), 'UTC')), 1500 * number, 1800, if(number % 3 = 0, nan, 1.5), if(number % 3 = 1, nan, 2.5),
			if(number % 3 = 1, nan, 700), if(number % 4 = 0, nan, number % 101), 'd', number % 2, number % 3, number % 5, number % 2, '_p~iF',
			if(number % 2, 'hybrid', 'electric'), if(number % 2, 4.5, nan), if(number % 2, nan, 15.5), if(number % 3, 'braking', '') FROM numbers(500)`,
		`INSERT INTO events (id, vehicle_id, at, method_version, revision, state, trip_id, kind, level, started_at, duration_s, peak_ms2, estimator, rate_hz, speed_kmh, method)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			toFixedString('t', 16), 'harsh_braking', 1 + number % 3, ` + at(start) + `, 1.5, -4, 'speed_slope', 10, nan, 'performance/1' FROM numbers(200)`,
		`INSERT INTO months (id, vehicle_id, at, method_version, revision, state, month, trips, withheld_trips, distance_m, duration_s, score, method)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			'2026-07', 10, 1, 25000, 3600, if(number % 2, nan, 60), 'performance/1' FROM numbers(10)`,
		`INSERT INTO charges (id, vehicle_id, at, method_version, revision, state, started_at, ended_at, local_date, duration_s, energy_kwh, energy_source, method)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			` + at(start) + `, ` + at(start+" + 1800000000") + `, toDate(toDateTime(intDiv(` + start + `, 1000000), 'UTC')), 1800,
			if(number % 3 = 0, nan, 7.5), if(number % 3 = 0, '', if(number % 2, 'counter', 'power')), 'charge/1' FROM numbers(30)`,
		`INSERT INTO collisions (id, vehicle_id, at, method_version, revision, state, confidence, method)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			if(number % 3, 'probable', 'confirmed'), 'collision/1' FROM numbers(40)`,
		`INSERT INTO additions (id, vehicle_id, at, method_version, revision, state, collision_id, kind, answer)
		SELECT toFixedString(substring(hex(number + 4096), 1, 4), 16), concat('v', toString(number % 5)), ` + at(start) + `, 1, 1, 'final',
			toFixedString(substring(hex(number + 4096), 1, 4), 16), 'answer', if(number % 2, 'accident', 'no_accident') FROM numbers(20)`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return db, o.Auth.Database
}

var quarter = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// counted runs a query and gives the number of its rows; every value must be readable.
func counted(t *testing.T, db *sql.DB, query string) (rows int, columns []string) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return 0, nil
	}
	defer found.Close()
	columns, err = found.Columns()
	for ; err == nil && found.Next(); rows++ {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		err = found.Scan(values...)
	}
	if err == nil {
		err = found.Err()
	}
	if err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return rows, columns
}

// mayBeEmpty are panels that show what goes on just then, which in a test is nothing.
var mayBeEmpty = map[string]bool{
	"Partitions with many parts": true, "Merges under way": true, "Mutations under way": true,
	// Small parts are compact, and then nothing is known of a single column.
	"Columns that take most": true,
}

// The queries run on both forms of the tables, as Grafana's data source sends them.
func TestQueriesOfTheDashboardsRun(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db, database := filled(t, e)
		all := picked{from: quarter, to: quarter.AddDate(0, 3, 0), clock: "UTC", vehicle: "v1"}
		some := all
		some.zones, some.clock = []string{"Europe/Madrid", "no/such"}, "Europe/Madrid"
		queries := 0
		for _, d := range dashboards(t) {
			for _, v := range d.Templating.List {
				if query := v.sql(t); query != "" {
					counted(t, db, query)
				}
			}
			for _, p := range d.Panels {
				for _, q := range p.Targets {
					if q.RawSQL == "" {
						continue
					}
					queries++
					for _, choice := range []picked{all, some} {
						query := strings.ReplaceAll(choice.expand(t, q.RawSQL), "database = 'milepost'", "database = '"+database+"'")
						rows, columns := counted(t, db, query)
						if rows == 0 && !mayBeEmpty[p.Title] {
							t.Errorf("%s: %q gives nothing", d.file, p.Title)
						}
						if p.Type == "timeseries" && len(columns) > 0 && columns[0] != "time" {
							t.Errorf("%s: %q begins with %s, not with time", d.file, p.Title, columns[0])
						}
					}
				}
			}
		}
		if queries < 25 {
			t.Errorf("only %d queries", queries)
		}
	})
}

// A vehicle is shown only to who names it.
func TestNoVehicleUnlessOneIsNamed(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db, _ := filled(t, e)
		nobody := picked{from: quarter, to: quarter.AddDate(0, 3, 0), clock: "UTC"}
		for _, d := range dashboards(t) {
			for _, p := range d.Panels {
				for _, q := range p.Targets {
					shown := strings.NewReplacer("uniqExact(vehicle_id)", "", "WHERE vehicle_id = ${vehicle:sqlstring}", "").Replace(q.RawSQL)
					if strings.Contains(shown, "vehicle_id") || strings.Contains(shown, "driver_id") && shown == q.RawSQL {
						t.Errorf("%s: %q tells of single vehicles or drivers: %s", d.file, p.Title, q.RawSQL)
					}
					if !strings.Contains(q.RawSQL, "${vehicle:sqlstring}") {
						continue
					}
					if rows, _ := counted(t, db, nobody.expand(t, q.RawSQL)); rows != 0 {
						t.Errorf("%s: %q gives %d rows though no vehicle was named", d.file, p.Title, rows)
					}
				}
			}
		}
	})
}
