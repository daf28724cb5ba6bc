package sqlite_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

// monthTrip is a trip of car-1 on a local date.
func monthTrip(date, clock string, metres, score float64) *outcome.Trip {
	t := newTrip("car-1", clock, 0)
	t.LocalDate, t.DistanceM = date, metres
	t.Scores.Performance = &outcome.Performance{Score: score, Acceleration: score, Braking: score}
	return t
}

func recount(t *testing.T, s *sqlite.Store, months ...*outcome.Month) {
	t.Helper()
	if err := s.Recount(t.Context(), months); err != nil {
		t.Fatal(err)
	}
}

// shown is what the store says of car-1's month, a driver a line.
func shown(t *testing.T, s *sqlite.Store, month string) string {
	t.Helper()
	months, err := s.Month(t.Context(), "car-1", month)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range months {
		line := fmt.Sprintf("%sr%d: %d trips, %.0f m, %d withheld", m.DriverID, m.Revision, m.Trips, m.DistanceM, m.WithheldTrips)
		if m.Score != nil {
			line += fmt.Sprintf(", score %.1f", *m.Score)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestMonthsAreSummedFromWhatTheStoreHas(t *testing.T) {
	s := openStore(t, storePath(t))
	given := func(revision uint32) *outcome.Month { return newMonth("car-1", "", "2026-09", revision) }
	expect := func(step, want string) {
		t.Helper()
		if got := shown(t, s, "2026-09"); got != want {
			t.Fatalf("%s: %q, want %q", step, got, want)
		}
	}
	first, second := monthTrip("2026-09-01", "08:00:00", 1000, 50), monthTrip("2026-09-02", "09:00:00", 3000, 90)
	settle(t, s, sinks.Drive{Trip: first})
	recount(t, s, given(9))
	expect("the first run", "r9: 1 trips, 1000 m, 0 withheld, score 50.0")

	settle(t, s, sinks.Drive{Trip: second})
	recount(t, s, given(1))
	expect("a run over other trips", "r10: 2 trips, 4000 m, 0 withheld, score 80.0")
	recount(t, s, given(1))
	recount(t, s, given(9))
	expect("either run again", "r10: 2 trips, 4000 m, 0 withheld, score 80.0")

	withheld := given(2)
	withheld.WithheldTrips = 3
	recount(t, s, withheld)
	recount(t, s, given(2))
	expect("trips that were withheld", "r11: 2 trips, 4000 m, 3 withheld, score 80.0")

	settle(t, s, sinks.Drive{Trip: monthTrip("2026-09-02", "09:00:00", 1000, 90)})
	recount(t, s, given(1))
	expect("an amended trip", "r12: 2 trips, 2000 m, 3 withheld, score 70.0")

	settle(t, s, sinks.Drive{Trip: withdrawn(second, 8).(*outcome.Trip)})
	recount(t, s, given(1))
	expect("a withdrawn trip", "r13: 1 trips, 1000 m, 3 withheld, score 50.0")
}

// A month of which only withheld trips are known stays; without them it goes.
func TestMonthOfWithheldTripsAlone(t *testing.T) {
	s := openStore(t, storePath(t))
	trip := monthTrip("2026-09-01", "08:00:00", 1000, 50)
	settle(t, s, sinks.Drive{Trip: trip})
	recount(t, s, newMonth("car-1", "", "2026-09", 1))

	settle(t, s, sinks.Drive{Trip: withdrawn(trip, 2).(*outcome.Trip)})
	hidden := newMonth("car-1", "", "2026-09", 2)
	hidden.WithheldTrips = 1
	recount(t, s, hidden)
	if got, want := shown(t, s, "2026-09"), "r2: 0 trips, 0 m, 1 withheld"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	months, err := s.Month(t.Context(), "car-1", "2026-09")
	if err != nil || len(months) != 1 || months[0].Score != nil || len(months[0].Days) != 0 {
		t.Errorf("%+v, error %v", months, err)
	}
}

// A correction may give a trip to another driver, and put it into another month.
func TestATripThatMovesLeavesItsMonth(t *testing.T) {
	path := storePath(t)
	s := openStore(t, path)
	trip := monthTrip("2026-09-01", "08:00:00", 1000, 50)
	trip.DriverID = "a"
	settle(t, s, sinks.Drive{Trip: trip})
	recount(t, s, newMonth("car-1", "a", "2026-09", 0))

	moved := *trip
	moved.DriverID = "b"
	settle(t, s, sinks.Drive{Trip: &moved})
	recount(t, s, newMonth("car-1", "b", "2026-09", 0))
	if got, want := shown(t, s, "2026-09"), "br0: 1 trips, 1000 m, 0 withheld, score 50.0"; got != want {
		t.Errorf("another driver: %q, want %q", got, want)
	}

	moved.LocalDate = "2026-08-31"
	settle(t, s, sinks.Drive{Trip: &moved})
	recount(t, s, newMonth("car-1", "b", "2026-08", 0))
	if got := shown(t, s, "2026-09") + "|" + shown(t, s, "2026-08"); got != "|br0: 1 trips, 1000 m, 0 withheld, score 50.0" {
		t.Errorf("another month: %q", got)
	}

	settle(t, s, sinks.Drive{Trip: trip})
	recount(t, s, newMonth("car-1", "a", "2026-09", 0))
	if got := shown(t, s, "2026-09") + "|" + shown(t, s, "2026-08"); got != "ar2: 1 trips, 1000 m, 0 withheld, score 50.0|" {
		t.Errorf("back again: %q", got)
	}
	before := dump(t, path, "months")
	recount(t, s, newMonth("car-1", "a", "2026-09", 0))
	if diff := cmp.Diff(before, dump(t, path, "months")); diff != "" {
		t.Errorf("recounting again changes the store (-before +after):\n%s", diff)
	}
}

// However trips come in runs, the month is the sum of those that are there.
func TestMonthOfAnyRunsIsTheSumOfTheirTrips(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		s, err := sqlite.Open(t.Context(), fmt.Sprintf("%s/%d.db", dir, round))
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		stored := map[string]float64{}
		for run := range rapid.IntRange(1, 4).Draw(rt, "runs") {
			numbers := rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 1, 6, rapid.ID).Draw(rt, "trips")
			slices.Sort(numbers)
			var drives []sinks.Drive
			for _, n := range numbers {
				metres := float64(rapid.IntRange(0, 90_000).Draw(rt, "decimetres")) / 10
				trip := monthTrip(fmt.Sprintf("2026-09-%02d", n+1), fmt.Sprintf("%02d:00:00", n), metres, 50)
				drives = append(drives, sinks.Drive{Trip: trip})
				stored[trip.ID] = metres
			}
			if err := s.Settle(t.Context(), drives); err != nil {
				rt.Fatal(err)
			}
			if err := s.Recount(t.Context(), []*outcome.Month{newMonth("car-1", "", "2026-09", uint32(run))}); err != nil {
				rt.Fatal(err)
			}
		}
		sum := 0.0
		for _, metres := range stored {
			sum += metres
		}
		months, err := s.Month(t.Context(), "car-1", "2026-09")
		if err != nil || len(months) != 1 || months[0].Trips != len(stored) || math.Abs(months[0].DistanceM-sum) > 1e-6 {
			rt.Fatalf("%+v, %v, want %d trips and %.1f m", months, err, len(stored), sum)
		}
	})
}
