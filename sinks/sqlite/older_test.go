package sqlite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// A store of before the third migration reads the same as it is, and brought up to date.
func TestAStoreFromBeforeKeysReadsTheSame(t *testing.T) {
	path := storePath(t)
	trip := newTrip("car-1", "08:00:00", 2)
	trip.AccountID = "account-1"
	event := newEvent(trip, 30)
	hidden := newEvent(trip, 40)
	hidden.Lat, hidden.Lon = nil, nil
	month := newMonth("car-1", "d", "2026-09", 0)
	month.At = at("00:00:00")
	olderStore(t, path, trip, newTrip("car-1", "09:00:00", 0), newTrip("car-2", "08:00:00", 0), event, hidden, month)

	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	before := answers(t, s.Model, trip)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, answers(t, openStore(t, path).Model, trip)); diff != "" {
		t.Errorf("answers (-as it was +up to date):\n%s", diff)
	}
	for _, want := range []string{"3 trips", "2 events", "1 events in a box", "3 of an account", "6 facts", "1 months", "2 vehicles"} {
		if !strings.Contains(before, want+"\n") {
			t.Errorf("no %s in\n%s", want, before)
		}
	}
}

// A tombstone of before keeps what it removed from coming back with the revision that it
// had.
func TestTombstonesOfBeforeStand(t *testing.T) {
	path := storePath(t)
	trip := newTrip("car-1", "08:00:00", 1)
	olderStore(t, path, withdrawn(trip, 2))
	s := openStore(t, path)
	write(t, s, trip)
	assertNone(t, s)
	write(t, s, newTrip("car-1", "08:00:00", 3))
	if rows, err := s.Trips(t.Context(), "car-1", read.Key{}, 9); err != nil || len(rows) != 1 {
		t.Errorf("%d trips, %v: want the one of a higher revision", len(rows), err)
	}
}

func assertNone(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if rows, err := s.Trips(t.Context(), "car-1", read.Key{}, 9); err != nil || len(rows) != 0 {
		t.Errorf("%d trips, %v: want none", len(rows), err)
	}
}

// olderStore makes a store as the second migration left it.
func olderStore(t *testing.T, path string, facts ...outcome.Outcome) {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"0001_outcomes.sql", "0002_month_order_and_about.sql"} {
		text, err := sqlite.Embedded.ReadFile("migrations/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	db := openDB(t, path)
	defer db.Close()
	if err := sqlite.Migrate(t.Context(), db, files, "."); err != nil {
		t.Fatal(err)
	}
	for _, o := range facts {
		head := o.Head()
		values := map[string]any{"id": head.ID, "revision": head.Revision, "state": outcome.StateOf(o)}
		if outcome.StateOf(o) != outcome.Withdrawn {
			body, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			values["vehicle_id"], values["body"] = head.VehicleID, string(body)
			olderColumns(values, o)
		}
		var names, marks []string
		var args []any
		for name, v := range values {
			names, marks, args = append(names, name), append(marks, "?"), append(args, v)
		}
		text := fmt.Sprintf("INSERT INTO %ss (%s) VALUES (%s)", head.Type, strings.Join(names, ", "), strings.Join(marks, ", "))
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatal(err)
		}
	}
}

func olderColumns(values map[string]any, o outcome.Outcome) {
	switch o := o.(type) {
	case *outcome.Trip:
		values["driver_id"], values["started_at"], values["ended_at"] = o.DriverID, int64(o.StartedAt), int64(o.EndedAt)
		values["zone"], values["local_date"], values["distance_m"], values["duration_s"] = o.Zone, o.LocalDate, o.DistanceM, o.DurationS
		values["score"], values["partial"] = o.Scores.Performance.Score, 0
		values["harsh_braking"], values["harsh_acceleration"], values["harsh_cornering"] = 1, 0, 2
	case *outcome.Event:
		values["trip_id"], values["kind"], values["level"], values["started_at"] = o.TripID, o.Kind, o.Level, int64(o.StartedAt)
	case *outcome.Month:
		values["month"], values["driver_id"], values["trips"], values["distance_m"] = o.Month, o.DriverID, o.Trips, o.DistanceM
	}
}

// answers is all that a model says, as text.
func answers(t *testing.T, m *read.Model, trip *outcome.Trip) string {
	t.Helper()
	ctx := t.Context()
	var out strings.Builder
	add := func(what string, n int, v any, err error) {
		t.Helper()
		b, failed := json.Marshal(v)
		if err != nil || failed != nil {
			t.Fatal(what, err, failed)
		}
		fmt.Fprintf(&out, "%s\n%d %s\n", b, n, what)
	}
	trips, err := m.Trips(ctx, "", read.Key{}, 9)
	add("trips", len(trips), trips, err)
	one, err := m.Trip(ctx, read.RefOf(trip))
	add("trip", 1, one, err)
	events, err := m.Events(ctx, read.RefOf(trip))
	add("events", len(events), events, err)
	events, err = m.EventsIn(ctx, read.Box{South: 40, West: -4, North: 41, East: -3}, 0, 0, read.Key{}, 9)
	add("events in a box", len(events), events, err)
	months, err := m.Month(ctx, "car-1", "2026-09")
	add("months", len(months), months, err)
	vehicles, err := m.Vehicles(ctx, "", 9)
	add("vehicles", len(vehicles), vehicles, err)
	collisions, err := m.Collisions(ctx, read.CollisionFilter{}, read.Key{}, 9)
	add("collisions", len(collisions), collisions, err)
	if _, err := m.Collision(ctx, "", trip.ID); !errors.Is(err, read.ErrNotFound) {
		t.Error(err)
	}
	for _, c := range []struct {
		what string
		read.Range
	}{{"of an account", read.Range{Account: "account-1"}}, {"facts", read.Range{}}} {
		var all []outcome.Outcome
		err := m.Outcomes(ctx, c.Range, func(o outcome.Outcome) error {
			all = append(all, o)
			return nil
		})
		add(c.what, len(all), all, err)
	}
	return out.String()
}
