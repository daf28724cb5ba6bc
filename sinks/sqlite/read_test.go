package sqlite_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks/read"
)

func TestTripsComeInPagesFromTheLatest(t *testing.T) {
	s := openStore(t, storePath(t))
	for i := range 7 {
		write(t, s, newTrip("car-1", fmt.Sprintf("08:%02d:00", i), 0), newTrip("car-2", fmt.Sprintf("08:%02d:00", i), 0))
	}
	for name, c := range map[string]struct{ vehicle, want string }{
		"one vehicle": {"car-1", "08:06 08:05 08:04|08:03 08:02 08:01|08:00"},
		"all vehicles": {"", "08:06 08:06 08:05|08:05 08:04 08:04|08:03 08:03 08:02|" +
			"08:02 08:01 08:01|08:00 08:00"},
		"nobody": {"car-3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var pages []string
			seen := map[string]bool{}
			for key := (read.Key{}); ; {
				page, err := s.Trips(t.Context(), c.vehicle, key, 3)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				var starts []string
				for _, r := range page {
					starts = append(starts, r.StartedAt.Std().Format("15:04"))
					seen[r.ID] = true
				}
				pages, key = append(pages, strings.Join(starts, " ")), page[len(page)-1].Key()
			}
			got := strings.Join(pages, "|")
			if got != c.want || len(seen) != len(strings.FieldsFunc(got, func(r rune) bool { return r == ' ' || r == '|' })) {
				t.Errorf("got pages %s with %d different trips, want %s", got, len(seen), c.want)
			}
		})
	}
}

func TestTripRowShowsTheTripsColumns(t *testing.T) {
	s := openStore(t, storePath(t))
	full := newTrip("car-1", "08:00:00", 3)
	ev := 1200.5
	full.EVDistanceM, full.DriverID, full.Partial, full.Scores.Performance.LowConfidence = &ev, "77", true, true
	bare := newTrip("car-1", "07:00:00", 0)
	bare.Scores, bare.Counts = outcome.Scores{}, outcome.Counts{}
	write(t, s, full, bare)
	got, err := s.Trips(t.Context(), "car-1", read.Key{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	score := 53.0
	want := []read.TripRow{
		{ID: full.ID, VehicleID: "car-1", At: full.At, DriverID: "77", Revision: 3, State: outcome.Final, StartedAt: full.StartedAt,
			EndedAt: full.EndedAt, Zone: "Europe/Madrid", LocalDate: "2026-09-01", DistanceM: 5003, DurationS: 600,
			EVDistanceM: &ev, Score: &score, LowConfidence: true, Partial: true, Counts: full.Counts},
		{ID: bare.ID, VehicleID: "car-1", At: bare.At, State: outcome.Final, StartedAt: bare.StartedAt, EndedAt: bare.EndedAt,
			Zone: "Europe/Madrid", LocalDate: "2026-09-01", DistanceM: 5000, DurationS: 600},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestWholeFactsComeBackAsTheyWere(t *testing.T) {
	s := openStore(t, storePath(t))
	trip := newTrip("car-1", "08:00:00", 0)
	second, first := newEvent(trip, 30), newEvent(trip, 2)
	write(t, s, trip, second, first, newEvent(newTrip("car-1", "09:00:00", 0), 1),
		newMonth("car-1", "b", "2026-09", 0), newMonth("car-1", "a", "2026-09", 0), newMonth("car-1", "a", "2026-08", 0))

	gotTrip, err := s.Trip(t.Context(), refOf(trip))
	same(t, trip, gotTrip, err)
	events, err := s.Events(t.Context(), refOf(trip))
	same(t, []outcome.Event{*first, *second}, events, err)
	months, err := s.Month(t.Context(), "car-1", "2026-09")
	same(t, []outcome.Month{*newMonth("car-1", "a", "2026-09", 0), *newMonth("car-1", "b", "2026-09", 0)}, months, err)
	names, err := s.Months(t.Context(), "car-1")
	same(t, []string{"2026-09", "2026-08"}, names, err)
	vehicles, err := s.Vehicles(t.Context(), "", 10)
	same(t, []read.VehicleRow{{VehicleID: "car-1", Trips: 1, DistanceM: 5000, LatestAt: trip.StartedAt}}, vehicles, err)
	if _, err := s.Trip(t.Context(), read.Ref{VehicleID: "car-1", ID: "unknown"}); !errors.Is(err, read.ErrNotFound) {
		t.Errorf("unknown trip: got %v, want not found", err)
	}
}

func same(t *testing.T, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every batch is a trip with its events: a reader beside the writer sees all of
// a batch or nothing of it.
func TestReadersSeeWholeBatchesWhileOneWrites(t *testing.T) {
	s := openStore(t, storePath(t))
	const batches, events = 60, 5
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		for i := range batches {
			trip := newTrip("car-1", fmt.Sprintf("08:%02d:00", i), 0)
			batch := []outcome.Outcome{trip}
			for n := range events {
				batch = append(batch, newEvent(trip, n))
			}
			if err := s.Write(t.Context(), batch); err != nil {
				failed <- err
				return
			}
		}
	}()
	for seen := 0; seen < batches; {
		select {
		case err := <-failed:
			if err != nil {
				t.Fatal(err)
			}
		default:
		}
		trips, err := s.Trips(t.Context(), "car-1", read.Key{}, batches)
		if err != nil {
			t.Fatal(err)
		}
		if len(trips) < seen {
			t.Fatalf("saw %d trips after %d", len(trips), seen)
		}
		if seen = len(trips); seen == 0 {
			continue
		}
		got, err := s.Events(t.Context(), trips[0].Ref())
		if err != nil || len(got) != events {
			t.Fatalf("the latest trip has %d events, %v, want %d", len(got), err, events)
		}
	}
}
