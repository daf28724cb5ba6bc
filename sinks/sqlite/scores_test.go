package sqlite_test

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/read/readtest"
	"milepost/sinks/sqlite"
)

// A factor that was issued stays as it is when its recording is read again, until a newer
// method says otherwise. One that is open follows the recording.
func TestAnIssuedFactorIsFrozen(t *testing.T) {
	store := openStore(t, storePath(t))
	issued := readtest.NewFactor("car-1", "P-1", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	change := func(stage outcome.FactorStage, score float64, method string) *outcome.Factor {
		f := *issued
		f.Stage, f.Score, f.Method = stage, &score, method
		return &f
	}
	for _, step := range []struct {
		give *outcome.Factor
		want float64
	}{
		{change(outcome.FactorOpen, 50, "insurance/1"), 50}, {change(outcome.FactorOpen, 51, "insurance/1"), 51},
		{change(outcome.FactorIssued, 52, "insurance/1"), 52}, {change(outcome.FactorIssued, 53, "insurance/1"), 52},
		{change(outcome.FactorOpen, 54, "insurance/1"), 52}, {change(outcome.FactorIssued, 55, "insurance/2"), 55},
		{change(outcome.FactorIssued, 56, "insurance/1"), 55},
	} {
		if err := store.SettleFacts(t.Context(), []outcome.Outcome{step.give}); err != nil {
			t.Fatal(err)
		}
		got, err := store.Fact(t.Context(), outcome.TypeFactor, "", issued.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f := got.(*outcome.Factor); *f.Score != step.want {
			t.Errorf("after %s %v by %s the store says %v, want %v", step.give.Stage, *step.give.Score, step.give.Method, *f.Score, step.want)
		}
	}
}

// A store from before there were coaching, charging sessions and factors is read as it is,
// and keeps what it has when it is brought up to date.
func TestAStoreFromBeforeScores(t *testing.T) {
	path, files := storePath(t), fstest.MapFS{}
	steps, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps[:6] {
		text, err := sqlite.Embedded.ReadFile("migrations/" + step.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[step.Name()] = &fstest.MapFile{Data: text}
	}
	db := openDB(t, path)
	if err := sqlite.Migrate(t.Context(), db, files, "."); err != nil {
		t.Fatal(err)
	}
	const trip = `INSERT INTO trips (id, revision, state, vehicle_id, driver_id, started_at, ended_at, zone, local_date, distance_m, duration_s, partial,
		harsh_braking, harsh_acceleration, harsh_cornering, at, method_version, account_id, speeding, body)
		VALUES ('0123456789abcdef0123456789abcdef', 1, 'final', 'car-1', '', 5, 6, 'UTC', '2026-09-01', 12.5, 1, 0, 0, 0, 0, 5, 1, 'a', 0, '{"type":"trip"}')`
	if _, err := db.ExecContext(t.Context(), trip); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	check := func(when string, s *sqlite.Store) {
		t.Helper()
		rows, err := s.Trips(t.Context(), "car-1", read.Key{}, 9)
		if err != nil || len(rows) != 1 || rows[0].DistanceM != 12.5 || rows[0].Advice != "" || rows[0].LPer100Km != nil {
			t.Errorf("%s: %+v, %v", when, rows, err)
		}
		charges, err := s.Charges(t.Context(), read.ChargeFilter{}, read.Key{}, 9)
		factors, failed := s.Factors(t.Context(), read.FactorFilter{Policy: "P-1"}, read.Key{}, 9)
		if err := errors.Join(err, failed); err != nil || len(charges)+len(factors) != 0 {
			t.Errorf("%s: %d sessions, %d factors, %v", when, len(charges), len(factors), err)
		}
	}
	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	check("as it was", s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	now := openStore(t, path)
	check("up to date", now)
	write(t, now, readtest.NewCharge("car-1", "a", 7), readtest.NewFactor("car-1", "P-1", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	if factors, err := now.Factors(t.Context(), read.FactorFilter{Policy: "P-1"}, read.Key{}, 9); err != nil || len(factors) != 1 {
		t.Errorf("%d factors, %v", len(factors), err)
	}
}
