package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// openStore opens a store of the test's own.
func openStore(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func storePath(t testing.TB) string { return filepath.Join(t.TempDir(), "store.db") }

func write(t testing.TB, s *sqlite.Store, batch ...outcome.Outcome) {
	t.Helper()
	if err := s.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// at is a time on 2026-09-01 UTC.
func at(clock string) outcome.Time {
	parsed, err := time.Parse("2006-01-02 15:04:05", "2026-09-01 "+clock)
	if err != nil {
		panic(err)
	}
	return outcome.Time(parsed.UnixMicro())
}

func newTrip(vehicle, clock string, revision uint32) *outcome.Trip {
	start := at(clock)
	score := float64(50 + revision)
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", start), VehicleID: vehicle,
			At: start, Revision: revision},
		State: outcome.Final, StartedAt: start, EndedAt: start + 600_000_000, Zone: "Europe/Madrid", LocalDate: "2026-09-01",
		DistanceM: 5000 + float64(revision), DistanceSource: "odometer", DurationS: 600,
		Route:   &outcome.Route{Polyline: "_p~iF~ps|U_ulLnnqC", Parts: []outcome.RoutePart{{To: 1, Source: "raw"}}},
		Scores:  outcome.Scores{Performance: &outcome.Performance{Score: score, Acceleration: score, Braking: score}},
		Counts:  outcome.Counts{HarshBraking: 1, HarshCornering: 2},
		Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{"rpa_ms2": 0.1}},
	}
}

func newEvent(trip *outcome.Trip, number int) *outcome.Event {
	start := trip.StartedAt + outcome.Time(number)*1_000_000
	lat, lon := 40.4, -3.7
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(trip.VehicleID, "harsh_braking", start),
			VehicleID: trip.VehicleID, At: start},
		State: outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: start, DurationS: 1, PeakMS2: -3.5,
		Estimator: "speed", RateHz: 10, Lat: &lat, Lon: &lon, TripID: trip.ID, Method: "performance/1",
	}
}

func newMonth(vehicle, driver, month string, revision uint32) *outcome.Month {
	return &outcome.Month{
		Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month/"+driver+"/"+month, 0),
			VehicleID: vehicle, Revision: revision},
		State: outcome.Final, Month: month, DriverID: driver, Trips: int(revision) + 1, DistanceM: 1000,
		Days: []outcome.Day{{Date: month + "-01", Trips: 1, DistanceM: 1000, DurationS: 60}}, Method: "performance/1",
	}
}

func withdrawn(o outcome.Outcome, revision uint32) outcome.Outcome {
	switch o := o.(type) {
	case *outcome.Trip:
		c := *o
		c.State, c.Revision = outcome.Withdrawn, revision
		return &c
	case *outcome.Event:
		c := *o
		c.State, c.Revision = outcome.Withdrawn, revision
		return &c
	case *outcome.Month:
		c := *o
		c.State, c.Revision = outcome.Withdrawn, revision
		return &c
	}
	return o
}

// refOf refers to a trip.
func refOf(o outcome.Outcome) read.Ref { return read.RefOf(o.(*outcome.Trip)) }

// failer is what *testing.T and *rapid.T share.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// dump prints every row of the table as text, in the order of the ids.
func dump(t failer, path, table string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), "SELECT * FROM "+table+" ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		values, pointers := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if v != nil {
				fmt.Fprintf(&out, "%s=%v ", names[i], v)
			}
		}
		out.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func integrity(t failer, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity check of %s: %q, %v", path, verdict, err)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lock holds the store's write lock until release is called.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
