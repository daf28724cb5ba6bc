package read_test

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/read"
)

// TestScaleOfClickHouse prints how long one client's reads take with so many vehicles
// stored, 1008 trips each (MILEPOST_SCALE_VEHICLES=10000: 10 M trips, which takes some
// 12 GB and minutes), first as inserts left the parts and then merged. With
// MILEPOST_SCALE_DATABASE the rows stay, and are there the next time.
func TestScaleOfClickHouse(t *testing.T) {
	vehicles, err := strconv.Atoi(os.Getenv("MILEPOST_SCALE_VEHICLES"))
	if err != nil {
		t.Skip("MILEPOST_SCALE_VEHICLES is not set")
	}
	e := clickhousetest.Server(t)
	f := newFleet(vehicles, !e.Current)
	opts, there := scaleDatabase(t, e)
	db := ch.OpenDB(opts)
	defer db.Close()
	if !there {
		if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "SYSTEM STOP MERGES"); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		f.fill(t.Context(), t, db)
		fmt.Printf("filled %d trips in %v\n", f.trips(), time.Since(begun).Round(time.Second))
	}
	m := read.ClickHouse(db, read.Dialect{PlainTimes: f.plain})
	printParts(t, db)
	printReads(t, m, f, db)
	if os.Getenv("MILEPOST_SCALE_MERGE") == "" {
		return
	}
	begun := time.Now()
	if _, err := db.ExecContext(t.Context(), "SYSTEM START MERGES"); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"trips", "events", "months"} {
		for before := range 12 {
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf("OPTIMIZE TABLE %s PARTITION %s FINAL", table, f.month(before).Format("200601"))); err != nil {
				t.Fatal(err)
			}
		}
	}
	fmt.Printf("merged in %v\n", time.Since(begun).Round(time.Second))
	printParts(t, db)
	printReads(t, m, f, db)
}

// scaleDatabase gives the named database, or one that goes with the test.
func scaleDatabase(t *testing.T, e clickhousetest.Engine) (opts *ch.Options, there bool) {
	t.Helper()
	name := os.Getenv("MILEPOST_SCALE_DATABASE")
	if name == "" {
		return e.Database(t), false
	}
	db := ch.OpenDB(e.Clone())
	defer db.Close()
	var n int64
	if err := db.QueryRow("SELECT toInt64(count()) FROM system.databases WHERE name = ?", name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
			t.Fatal(err)
		}
	}
	opts = e.Clone()
	opts.Auth.Database = name
	return opts, n > 0
}

func printParts(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.Query(`SELECT table, toInt64(count()), toInt64(sum(rows)), toInt64(sum(bytes)) FROM system.parts
		WHERE database = currentDatabase() AND active GROUP BY table ORDER BY table`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var parts, n, bytes int64
		if err := rows.Scan(&table, &parts, &n, &bytes); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%-8s %5d parts %10d rows %8.1f MB\n", table, parts, n, float64(bytes)/1e6)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// printReads times each read over vehicles here and there.
func printReads(t *testing.T, m *read.Model, f fleet, db *sql.DB) {
	t.Helper()
	ctx := t.Context()
	day := outcome.Time(24 * time.Hour / time.Microsecond)
	start := outcome.Time(f.month(6).AddDate(0, 0, 10).UnixMicro())
	var latest []read.TripRow
	for i := range 100 {
		rows, err := m.Trips(ctx, f.vehicle(i), read.Key{}, 50)
		if err != nil || len(rows) != 50 {
			t.Fatalf("%d trips, %v", len(rows), err)
		}
		latest = append(latest, rows[i%50])
	}
	for _, c := range []struct {
		name  string
		times int
		read  func(i int) (int, error)
	}{
		{"the 50 latest trips", 400, func(i int) (int, error) {
			rows, err := m.Trips(ctx, f.vehicle(i), read.Key{}, 50)
			return len(rows), err
		}},
		{"the next 50", 400, func(i int) (int, error) {
			rows, err := m.Trips(ctx, latest[i%100].VehicleID, latest[i%100].Key(), 50)
			return len(rows), err
		}},
		{"50 trips of half a year before", 400, func(i int) (int, error) {
			rows, err := m.Trips(ctx, f.vehicle(i), read.Key{At: start + day*outcome.Time(i%20)}, 50)
			return len(rows), err
		}},
		{"one trip", 400, func(i int) (int, error) {
			_, err := m.Trip(ctx, latest[i%100].Ref())
			return 1, err
		}},
		{"one trip, time unknown", 100, func(i int) (int, error) {
			_, err := m.Trip(ctx, read.Ref{VehicleID: latest[i%100].VehicleID, ID: latest[i%100].ID})
			return 1, err
		}},
		{"events of a trip", 400, func(i int) (int, error) {
			events, err := m.Events(ctx, latest[i%100].Ref())
			return len(events), err
		}},
		{"a month", 400, func(i int) (int, error) {
			months, err := m.Month(ctx, f.vehicle(i), f.month(i%12).Format("2006-01"))
			return len(months), err
		}},
		{"a vehicle's months", 200, func(i int) (int, error) {
			months, err := m.Months(ctx, f.vehicle(i))
			return len(months), err
		}},
		{"events of a day in a box, 100 of them", 30, func(i int) (int, error) {
			box := read.Box{South: 40, West: -4, North: 40.5, East: -3.5}
			events, err := m.EventsIn(ctx, box, start, start+day, read.Key{}, 100)
			return len(events), err
		}},
		{"events of a month in a box, 100 of them", 30, func(i int) (int, error) {
			box := read.Box{South: 40, West: -4, North: 40.5, East: -3.5}
			events, err := m.EventsIn(ctx, box, start, start+30*day, read.Key{}, 100)
			return len(events), err
		}},
		{"20 latest trips of all", 10, func(int) (int, error) {
			rows, err := m.Trips(ctx, "", read.Key{}, 20)
			return len(rows), err
		}},
		{"100 vehicles", 10, func(i int) (int, error) {
			rows, err := m.Vehicles(ctx, f.vehicle(i), 100)
			return len(rows), err
		}},
		{"all of a vehicle", 20, func(i int) (n int, err error) {
			return n, m.Outcomes(ctx, read.Range{Vehicle: f.vehicle(i)}, func(outcome.Outcome) error { n++; return nil })
		}},
	} {
		timed(t, c.name, c.times, db, c.read)
	}
}

func (f fleet) vehicle(i int) string { return fmt.Sprintf("car-%07d", i*7919%f.vehicles) }

func timed(t *testing.T, name string, times int, db *sql.DB, do func(i int) (int, error)) {
	t.Helper()
	took := make([]time.Duration, times)
	rows := 0
	before := serverCPU(db)
	for i := range times {
		begun := time.Now()
		n, err := do(i)
		took[i] = time.Since(begun)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows += n
	}
	cpu := (serverCPU(db) - before) / time.Duration(times)
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	fmt.Printf("%-42s %6.1f rows  p50 %7.1f ms  p99 %7.1f ms  server's CPU %7.1f ms\n", name, float64(rows)/float64(times),
		ms(took[times/2]), ms(took[times*99/100]), ms(cpu))
}

// serverCPU is the processor time that the server's queries took; 0 where it does not
// say.
func serverCPU(db *sql.DB) time.Duration {
	if db == nil {
		return 0
	}
	var us int64
	const text = `SELECT toInt64(sum(value)) FROM system.events WHERE event IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds')`
	if err := db.QueryRow(text).Scan(&us); err != nil {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}
