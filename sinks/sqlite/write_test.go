package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

func TestWhichRevisionStays(t *testing.T) {
	rev := func(n uint32) outcome.Outcome { return newTrip("car-1", "08:00:00", n) }
	gone := func(n uint32) outcome.Outcome { return withdrawn(rev(n), n) }
	for name, c := range map[string]struct {
		writes []outcome.Outcome
		want   float64 // distance of the revision that stays; 0 = nothing to see
	}{
		"the only one":                        {[]outcome.Outcome{rev(0)}, 5000},
		"an amendment":                        {[]outcome.Outcome{rev(0), rev(2)}, 5002},
		"an older one comes late":             {[]outcome.Outcome{rev(2), rev(1)}, 5002},
		"a repeat":                            {[]outcome.Outcome{rev(1), rev(1)}, 5001},
		"withdrawn":                           {[]outcome.Outcome{rev(1), gone(2)}, 0},
		"withdrawn first":                     {[]outcome.Outcome{gone(2), rev(1)}, 0},
		"withdrawn with the same revision":    {[]outcome.Outcome{gone(2), rev(2)}, 0},
		"an older withdrawal comes late":      {[]outcome.Outcome{rev(2), gone(1)}, 5002},
		"amended again after a withdrawal":    {[]outcome.Outcome{rev(0), gone(1), rev(2)}, 5002},
		"a withdrawal of what was never seen": {[]outcome.Outcome{gone(0)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, storePath(t))
			for _, o := range c.writes {
				write(t, s, o)
			}
			trip, err := s.Trip(t.Context(), refOf(rev(0)))
			if c.want == 0 {
				if !errors.Is(err, read.ErrNotFound) {
					t.Errorf("got %v, %v, want not found", trip, err)
				}
				return
			}
			if err != nil || trip.DistanceM != c.want {
				t.Errorf("got %+v, %v, want the trip of %v m", trip, err, c.want)
			}
		})
	}
}

func TestWithdrawalLeavesATombstoneAlone(t *testing.T) {
	path := storePath(t)
	s := openStore(t, path)
	trip := newTrip("car-withdrawn", "08:00:00", 0)
	event, month := newEvent(trip, 1), newMonth("car-withdrawn", "", "2026-09", 0)
	write(t, s, trip, event, month, newTrip("car-kept", "08:00:00", 0))
	write(t, s, withdrawn(trip, 1), withdrawn(event, 1), withdrawn(month, 1))

	for table, o := range map[string]outcome.Outcome{"events": event, "months": month} {
		want := fmt.Sprintf("id=%s revision=1 state=withdrawn method_version=1 \n", o.Head().ID)
		if diff := cmp.Diff(want, dump(t, path, table)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", table, diff)
		}
	}
	if !strings.Contains(dump(t, path, "trips"), fmt.Sprintf("id=%s revision=1 state=withdrawn method_version=1 \n", trip.ID)) {
		t.Errorf("the trip left more than a tombstone:\n%s", dump(t, path, "trips"))
	}
	assertUnseen(t, s, trip)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if file := readFile(t, path); strings.Contains(file, "car-withdrawn") || !strings.Contains(file, "car-kept") {
		t.Error("the file's free space still holds what was withdrawn")
	}
}

func assertUnseen(t *testing.T, s *sqlite.Store, trip *outcome.Trip) {
	t.Helper()
	trips, err := s.Trips(t.Context(), trip.VehicleID, read.Key{}, 10)
	if err != nil || len(trips) != 0 {
		t.Errorf("Trips: %v, %v", trips, err)
	}
	events, err := s.Events(t.Context(), refOf(trip))
	if err != nil || len(events) != 0 {
		t.Errorf("Events: %v, %v", events, err)
	}
	months, err := s.Month(t.Context(), trip.VehicleID, "2026-09")
	if err != nil || len(months) != 0 {
		t.Errorf("Month: %v, %v", months, err)
	}
	vehicles, err := s.Vehicles(t.Context(), "", 10)
	if err != nil || len(vehicles) != 1 || vehicles[0].VehicleID != "car-kept" {
		t.Errorf("Vehicles: %v, %v", vehicles, err)
	}
}

func TestAnyOrderAndRepetitionEndsInTheHighestRevision(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		history := drawHistory(t)
		highest := map[string]outcome.Outcome{}
		for _, o := range history {
			if best, ok := highest[o.Head().ID]; !ok || o.Head().Revision > best.Head().Revision {
				highest[o.Head().ID] = o
			}
		}
		var once []outcome.Outcome
		for _, o := range highest {
			once = append(once, o)
		}
		repeats := rapid.SliceOf(rapid.SampledFrom(history)).Draw(t, "repeats")
		shuffled := rapid.Permutation(append(repeats, history...)).Draw(t, "order")
		want := storeOf(t, filepath.Join(dir, fmt.Sprint(round, "want.db")), once, len(once))
		size := rapid.IntRange(1, 8).Draw(t, "batch size")
		got := storeOf(t, filepath.Join(dir, fmt.Sprint(round, "got.db")), shuffled, size)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("store (-highest revisions +any order):\n%s", diff)
		}
	})
}

// drawHistory makes a few facts of every type with their revisions, of which
// any may be a withdrawal.
func drawHistory(t *rapid.T) []outcome.Outcome {
	var history []outcome.Outcome
	for fact := range rapid.IntRange(1, 4).Draw(t, "facts") {
		trip := newTrip("car-1", fmt.Sprintf("08:%02d:00", fact), 0)
		for revision := range uint32(rapid.IntRange(1, 4).Draw(t, "revisions")) {
			event, month := newEvent(trip, 1), newMonth("car-1", fmt.Sprint(fact), "2026-09", revision)
			event.Revision, event.PeakMS2 = revision, float64(revision)
			for _, o := range []outcome.Outcome{newTrip("car-1", fmt.Sprintf("08:%02d:00", fact), revision), event, month} {
				if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
					o = withdrawn(o, revision)
				}
				history = append(history, o)
			}
		}
	}
	return history
}

func storeOf(t *rapid.T, path string, history []outcome.Outcome, size int) string {
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for len(history) > 0 {
		n := min(size, len(history))
		if err := s.Write(context.Background(), history[:n]); err != nil {
			t.Fatal(err)
		}
		history = history[n:]
	}
	return dump(t, path, "trips") + dump(t, path, "events") + dump(t, path, "months")
}

func TestWriteRefusesWhatNoStoreCouldTake(t *testing.T) {
	good := newTrip("car-1", "08:00:00", 0)
	break1 := func(f func(*outcome.Trip)) outcome.Outcome {
		trip := newTrip("car-1", "09:00:00", 0)
		f(trip)
		return trip
	}
	for name, c := range map[string]struct {
		bad  outcome.Outcome
		want string
	}{
		"no id":           {break1(func(t *outcome.Trip) { t.ID = "" }), "id is empty"},
		"no vehicle":      {break1(func(t *outcome.Trip) { t.VehicleID = "" }), "vehicle_id is empty"},
		"another's type":  {break1(func(t *outcome.Trip) { t.Type = outcome.TypeMonth }), `type is "month", want "trip"`},
		"no state":        {break1(func(t *outcome.Trip) { t.State = "" }), `unknown state ""`},
		"not a number":    {break1(func(t *outcome.Trip) { t.DistanceM = math.NaN() }), "encode body"},
		"an unknown type": {&outcome.Header{Type: "journey"}, "no table for outcomes of Go type *outcome.Header"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, storePath(t))
			err := s.Write(t.Context(), []outcome.Outcome{good, c.bad})
			var culprit *sinks.OutcomeError
			if !errors.As(err, &culprit) || culprit.Index != 1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about outcome 1 with %q", err, c.want)
			}
			if sinks.Retryable(err) {
				t.Error("trying again would not help")
			}
			if _, err := s.Trip(t.Context(), refOf(good)); !errors.Is(err, read.ErrNotFound) {
				t.Errorf("the rest of the refused batch was written: %v", err)
			}
		})
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	s := openStore(t, storePath(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, []outcome.Outcome{newTrip("car-1", "08:00:00", 0)}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	write(t, s, newTrip("car-1", "08:00:00", 0))
}

func TestWriteIntoAFullDiskIsRetryable(t *testing.T) {
	path := storePath(t)
	s := openStore(t, path)
	s.LimitPages(t, 60)
	var err error
	for i := 0; i < 1000 && err == nil; i++ {
		err = s.Write(t.Context(), []outcome.Outcome{newTrip("car-1", fmt.Sprintf("08:%02d:%02d", i/60, i%60), 0)})
	}
	if err == nil || !sinks.Retryable(err) {
		t.Fatalf("got %v, want a retryable error", err)
	}
	s.LimitPages(t, 1<<20)
	write(t, s, newTrip("car-1", "12:00:00", 0))
	integrity(t, path)
}

func TestWriteIntoALockedStoreIsRetryable(t *testing.T) {
	path := storePath(t)
	s := openStore(t, path)
	s.SetBusyTimeout(t, 0)
	release := lock(t, path)
	if err := s.Write(t.Context(), []outcome.Outcome{newTrip("car-1", "08:00:00", 0)}); !sinks.Retryable(err) {
		t.Errorf("got %v, want a retryable error", err)
	}
	release()
	write(t, s, newTrip("car-1", "08:00:00", 0))
}

// Killing a process does not lose what the system has in memory, a power cut
// does: against that stand these settings.
func TestCommitsWaitForTheDisk(t *testing.T) {
	s := openStore(t, storePath(t))
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1"} {
		if got := s.Pragma(t, name); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
}
