package retention_test

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

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/retention"
	"milepost/sinks/sqlite"
)

type embedded struct {
	*testing.T
	store *sqlite.Store
	keep  *retention.SQLite
}

func newEmbedded(t *testing.T) embedded {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return embedded{t, store, retention.OpenSQLite(store)}
}

func fact(vehicle string, days int, revision uint32) *outcome.Trip {
	at := outcome.Time(daysAgo(days).UnixMicro())
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: revision},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 3_600_000_000, Zone: "UTC", LocalDate: at.Std().Format(time.DateOnly),
		Receipt: outcome.Receipt{Method: "performance/1"},
	}
}

func (s embedded) write(all ...outcome.Outcome) {
	s.Helper()
	if err := s.store.Write(s.Context(), all); err != nil {
		s.Fatal(err)
	}
}

func (s embedded) retain(p retention.Policy, at time.Time, dry bool) map[string]retention.Report {
	s.Helper()
	reports, err := s.keep.Retain(s.Context(), p, at, dry)
	if err != nil {
		s.Fatal(err)
	}
	out := map[string]retention.Report{}
	for _, r := range reports {
		out[r.Table] = r
	}
	return out
}

// ages lists a vehicle's trips by how many days old they are.
func (s embedded) ages(vehicle string) string {
	s.Helper()
	rows, err := s.store.Trips(s.Context(), vehicle, read.Key{}, 10_000)
	if err != nil {
		s.Fatal(err)
	}
	var ages []string
	for _, r := range rows {
		ages = append(ages, fmt.Sprint(int(now.Sub(r.At.Std()).Hours()/24+0.5)))
	}
	return strings.Join(ages, " ")
}

func (s embedded) count(text string) (n int) {
	s.Helper()
	err := s.store.Maintain(s.Context(), func(tx *sql.Tx) error { return tx.QueryRowContext(s.Context(), text).Scan(&n) })
	if err != nil {
		s.Fatal(err)
	}
	return n
}

func TestRetainInAnEmbeddedStore(t *testing.T) {
	s := newEmbedded(t)
	for _, days := range []int{1, 29, 31, 100, 101, 200} {
		s.write(fact("a", days, 1), fact("b", days, 1))
	}
	for i := range 2500 { // more than a batch
		s.write(fact(fmt.Sprint("old-", i), 300, 1))
	}
	h, err := retention.NewHold("a", daysAgo(101), daysAgo(99), "claim 7", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.keep.Place(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	p := retention.Policy{Trips: 30}
	want := retention.Report{Table: "trips", Days: 30, Due: 2506, Held: 2}
	if diff := cmp.Diff(want, s.retain(p, now, true)["trips"]); diff != "" {
		t.Error("dry:", diff)
	}
	want.Deleted = 2506
	if diff := cmp.Diff(want, s.retain(p, now, false)["trips"]); diff != "" {
		t.Error(diff)
	}
	if a, b := s.ages("a"), s.ages("b"); a != "1 29 100 101" || b != "1 29" {
		t.Errorf("a has %s, b has %s", a, b)
	}
	want.Due, want.Deleted = 0, 0
	if diff := cmp.Diff(want, s.retain(p, now, false)["trips"]); diff != "" {
		t.Error("again:", diff)
	}
	s.write(fact("a", 100, 2)) // amended under the hold
	s.retain(p, now, false)
	if a := s.ages("a"); a != "1 29 100 101" {
		t.Errorf("a has %s", a)
	}
	if err := s.keep.Release(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	s.retain(p, now, false)
	if a := s.ages("a"); a != "1 29" {
		t.Errorf("released, a has %s", a)
	}
	if err := s.keep.Release(t.Context(), h.ID); !errors.Is(err, retention.ErrNoHold) {
		t.Errorf("released twice: %v", err)
	}
}

func TestEveryTypeHasItsOwnTime(t *testing.T) {
	s := newEmbedded(t)
	at := outcome.Time(daysAgo(100).UnixMicro())
	s.write(fact("a", 100, 1),
		&outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID("a", "e", at), VehicleID: "a", At: at}, State: outcome.Final, Method: "performance/1"},
		&outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID("a", "m", at), VehicleID: "a", At: at}, State: outcome.Final, Method: "performance/1"})
	s.retain(retention.Policy{Trips: 120, Events: 90}, now, false)
	left := fmt.Sprint(s.count("SELECT count(*) FROM trips"), s.count("SELECT count(*) FROM events"), s.count("SELECT count(*) FROM months"))
	if left != "1 0 1" {
		t.Errorf("trips, events, months: %s, want 1 0 1", left)
	}
	s.retain(retention.Policy{Months: 90}, now, false)
	if n := s.count("SELECT count(*) FROM months"); n != 0 {
		t.Errorf("%d months are left", n)
	}
}

// A tombstone goes as long after retention met it as facts are kept, unless the fact
// came back meanwhile.
func TestTombstonesGoInTheirTime(t *testing.T) {
	s := newEmbedded(t)
	gone, back := fact("a", 3, 2), fact("b", 3, 2)
	gone.State, back.State = outcome.Withdrawn, outcome.Withdrawn
	s.write(gone, back)
	p := retention.Policy{Trips: 30}
	later := func(days int) time.Time { return now.AddDate(0, 0, days) }
	if r := s.retain(p, later(0), false)["trips"]; r.Tombstones != 0 {
		t.Errorf("%+v", r)
	}
	s.write(fact("b", 3, 3))
	if r := s.retain(p, later(20), false)["trips"]; r.Tombstones != 0 {
		t.Errorf("%+v", r)
	}
	back.Revision = 4
	s.write(back)
	if r := s.retain(p, later(31), false)["trips"]; r.Tombstones != 1 || s.count("SELECT count(*) FROM trips") != 1 {
		t.Errorf("%+v, %d left", r, s.count("SELECT count(*) FROM trips"))
	}
	if r := s.retain(p, later(62), false)["trips"]; r.Tombstones != 1 || s.count("SELECT count(*) FROM tombstones") != 0 {
		t.Errorf("%+v, %d notes left", r, s.count("SELECT count(*) FROM tombstones"))
	}
}

func TestRoomIsGivenBack(t *testing.T) {
	s := newEmbedded(t)
	for i := range 3000 {
		s.write(fact(fmt.Sprint("old-", i), 300, 1))
	}
	s.write(fact("a", 1, 1))
	size := func() int64 {
		info, err := os.Stat(s.store.Path())
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	s.retain(retention.Policy{Trips: 30}, now, false)
	freed, err := s.store.Shrink(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if freed < 500_000 || size() > 300_000 {
		t.Errorf("%d bytes were freed, the file has %d", freed, size())
	}
	if again, err := s.store.Shrink(context.Background()); err != nil || again != 0 {
		t.Errorf("again %d bytes (%v)", again, err)
	}
	if a := s.ages("a"); a != "1" {
		t.Errorf("a has %s", a)
	}
}

func TestHoldsNeedTheirParts(t *testing.T) {
	for name, c := range map[string]struct {
		vehicle, reason string
		from, to        int
	}{
		"no vehicle": {"", "claim", 2, 1},
		"no reason":  {"a", "", 2, 1},
		"no time":    {"a", "claim", 1, 1},
		"backwards":  {"a", "claim", 1, 2},
	} {
		if _, err := retention.NewHold(c.vehicle, daysAgo(c.from), daysAgo(c.to), c.reason, now); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
