package check_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/read"
)

// ofRecord is a bench with a store on the real server.
func ofRecord(t testing.TB) (*bench, *sql.DB) {
	t.Helper()
	b := newBench(t)
	options := clickhousetest.Server(t).Database(t)
	db := ch.OpenDB(options)
	t.Cleanup(func() { db.Close() })
	if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	dialect, err := clickhouse.DialectOf(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	store, err := clickhouse.OpenWriter(t.Context(), clickhouse.Config{Addresses: options.Addr, Database: options.Auth.Database,
		Username: options.Auth.Username, Password: options.Auth.Password}, clickhouse.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	b.store, b.check.Store = store, read.ClickHouse(db, read.Dialect(dialect))
	return b, db
}

func TestNothingIsWrongOnClickHouse(t *testing.T) {
	b, db := ofRecord(t)
	stopMerges(t, db)
	b.both(fleet(50)...)
	b.both(fleet(10)...) // once more
	b.both(trip("car-1", 1, 2))
	b.both(trip("car-1", 1, 3))
	b.both(withdrawn(trip("car-2", 2, 1), 2))
	scored := trip("car-3", 3, 1)
	scored.Receipt.Method = "performance/2" // a newer method begins anew
	scored.Revision = 0
	b.both(scored)
	r := b.run()
	b.want(r)
	trips := r.Types[outcome.TypeTrip]
	if trips.InTopic != 49 || trips.Rows != 64 || trips.Superseded != 14 || trips.Unknown != 0 {
		t.Errorf("got %+v", trips)
	}
}

func stopMerges(t testing.TB, db *sql.DB) {
	t.Helper()
	for _, table := range []string{"trips", "events", "months"} {
		if _, err := db.ExecContext(t.Context(), "SYSTEM STOP MERGES "+table); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

func TestDamageIsFoundOnClickHouse(t *testing.T) {
	b, db := ofRecord(t)
	b.both(fleet(100)...)
	lost, changed, late, gone, ahead := trip("car-3", 3, 1), trip("car-5", 5, 1), trip("car-6", 6, 1), trip("car-7", 7, 1), trip("car-8", 8, 1)
	moved, twice := event(trip("car-9", 9, 1), 3), event(trip("car-10", 10, 1), 3)
	b.tell(trip("car-6", 6, 2), withdrawn(gone, 2))
	b.keep(trip("car-8", 8, 2), trip("car-unknown", 1, 1))
	otherwise := *changed
	otherwise.EVDistanceM, otherwise.DistanceM = nil, 1
	b.keep(&otherwise)
	if err := clickhousetest.Merge(t.Context(), db, "trips"); err != nil {
		t.Fatal(err)
	}
	// The same id under another vehicle, and under another time.
	elsewhere := *twice
	elsewhere.VehicleID = "car-11"
	later := *moved
	later.At += 5_000_000
	b.keep(&elsewhere, &later)
	mutate(t, db, "trips", lost.ID)
	r := b.run()
	b.want(r,
		"missing "+lost.ID+": not in the store",
		"differing "+changed.ID+": the same version says something else distance_m ev_distance_m",
		"differing "+late.ID+": the store has an older version",
		"differing "+gone.ID+": withdrawn in the topic, and not in the store",
		"differing "+ahead.ID+": the store has a newer version",
		"doubled "+twice.ID+": stored under two keys",
		"doubled "+moved.ID+": stored under two keys",
	)
	if got := r.Types[outcome.TypeTrip].Unknown; got != 1 {
		t.Errorf("%d unknown, want 1", got)
	}
}

// mutate deletes a fact's rows.
func mutate(t *testing.T, db *sql.DB, table, id string) {
	t.Helper()
	command := fmt.Sprintf("DELETE WHERE lower(hex(id)) = '%s'", id)
	if err := clickhouse.Mutate(t.Context(), db, clickhouse.Layout{}, table, command); err != nil {
		t.Fatal(err)
	}
}

// What a current engine gives back is what the topic has: its rows are written in SQL,
// with a column for each field.
func TestRowsOfACurrentEngine(t *testing.T) {
	b := newBench(t)
	db := ch.OpenDB(clickhousetest.CHDB(t).Database(t))
	t.Cleanup(func() { db.Close() })
	if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, nil); err != nil {
		t.Fatal(err)
	}
	b.check.Store = read.ClickHouse(db, read.Dialect{})
	good, bad := month("car-1"), month("car-2")
	b.tell(good, bad)
	bad.DistanceM++
	for _, m := range []*outcome.Month{good, bad} {
		insertMonth(t, db, m)
	}
	r := b.run()
	b.want(r, "differing "+bad.ID+": the same version says something else distance_m")
	if got := r.Types[outcome.TypeMonth]; got.Rows != 2 {
		t.Errorf("got %+v", got)
	}
}

func insertMonth(t *testing.T, db *sql.DB, m *outcome.Month) {
	t.Helper()
	const text = `INSERT INTO months (id, vehicle_id, at, method_version, revision, state, month, trips, distance_m, duration_s,
		score, acceleration, braking, days, method) SELECT unhex(?), ?, fromUnixTimestamp64Micro(toInt64(?)), 1, 0, 'final', ?, 3, ?, 9,
		nan, nan, nan, ?, ?`
	days := fmt.Sprintf(`[{"date":"%s","trips":3,"distance_m":12,"duration_s":9}]`, m.Days[0].Date)
	if _, err := db.ExecContext(t.Context(), text, strings.ToUpper(m.ID), m.VehicleID, int64(m.At), m.Month, m.DistanceM, days, m.Method); err != nil {
		t.Fatal(err)
	}
}
