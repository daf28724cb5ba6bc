package sqlite_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

func settle(t *testing.T, s *sqlite.Store, drives ...sinks.Drive) {
	t.Helper()
	if err := s.Settle(t.Context(), drives); err != nil {
		t.Fatal(err)
	}
}

// events are the numbers of a trip's stored events.
func events(t *testing.T, s *sqlite.Store, trip *outcome.Trip) string {
	t.Helper()
	found, err := s.Events(t.Context(), refOf(trip))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range found {
		out = append(out, (e.StartedAt - trip.StartedAt).Std().Format("5"))
	}
	return strings.Join(out, " ")
}

func drive(trip *outcome.Trip, numbers ...int) sinks.Drive {
	d := sinks.Drive{Trip: trip}
	for _, n := range numbers {
		d.Events = append(d.Events, newEvent(trip, n))
	}
	return d
}

// trip1 is a version of one trip, told apart by its distance.
func trip1(revision uint32, metres float64) *outcome.Trip {
	t := newTrip("car-1", "08:00:00", 0)
	t.Revision, t.DistanceM = revision, metres
	return t
}

func TestSettledDrivesAreAsTheLastRunGaveThem(t *testing.T) {
	gone := func(revision uint32) *outcome.Trip { return withdrawn(trip1(revision, 0), revision).(*outcome.Trip) }
	for name, c := range map[string]struct {
		runs         []sinks.Drive
		wantEvents   string
		wantRevision uint32
		wantMetres   float64 // 0: no trip to see
	}{
		"one run":                       {[]sinks.Drive{drive(trip1(1, 900), 1, 2)}, "1 2", 1, 900},
		"the same again":                {[]sinks.Drive{drive(trip1(1, 900), 1, 2), drive(trip1(1, 900), 1, 2)}, "1 2", 1, 900},
		"corrected: fewer events":       {[]sinks.Drive{drive(trip1(1, 900), 1, 2, 3), drive(trip1(1, 800), 2)}, "2", 2, 800},
		"corrected, no events":          {[]sinks.Drive{drive(trip1(1, 900), 1), drive(trip1(1, 800))}, "", 2, 800},
		"and the first one again":       {[]sinks.Drive{drive(trip1(1, 900), 1, 2), drive(trip1(1, 800), 2), drive(trip1(1, 900), 1, 2)}, "1 2", 3, 900},
		"a run with fewer amendments":   {[]sinks.Drive{drive(trip1(3, 900), 1, 2), drive(trip1(1, 800), 1)}, "1", 4, 800},
		"amended within the run":        {[]sinks.Drive{drive(trip1(1, 900), 1), drive(trip1(5, 950), 1, 2)}, "1 2", 5, 950},
		"withdrawn, with its events":    {[]sinks.Drive{drive(trip1(1, 900), 1, 2), drive(gone(2), 1)}, "", 0, 0},
		"withdrawn and replayed":        {[]sinks.Drive{drive(trip1(1, 900), 1), drive(gone(2)), drive(trip1(1, 900), 1)}, "", 0, 0},
		"withdrawn and amended":         {[]sinks.Drive{drive(gone(2)), drive(trip1(3, 900), 1)}, "1", 3, 900},
		"withdrawn by a lower revision": {[]sinks.Drive{drive(trip1(4, 900), 1), drive(gone(2))}, "", 0, 0},
		"events without their trip":     {[]sinks.Drive{drive(trip1(1, 900), 1), {Events: drive(trip1(1, 900), 2).Events}}, "1 2", 1, 900},
	} {
		t.Run(name, func(t *testing.T) {
			path := storePath(t)
			s := openStore(t, path)
			for _, run := range c.runs {
				settle(t, s, run)
			}
			if got := events(t, s, trip1(0, 0)); got != c.wantEvents {
				t.Errorf("events %q, want %q", got, c.wantEvents)
			}
			got, err := s.Trip(t.Context(), refOf(trip1(0, 0)))
			if (err == nil) != (c.wantMetres != 0) || err == nil && (got.DistanceM != c.wantMetres || got.Revision != c.wantRevision) {
				t.Errorf("got %+v, %v, want %v m in revision %d", got, err, c.wantMetres, c.wantRevision)
			}
			before := dump(t, path, "trips") + dump(t, path, "events")
			settle(t, s, c.runs[len(c.runs)-1])
			if diff := cmp.Diff(before, dump(t, path, "trips")+dump(t, path, "events")); diff != "" {
				t.Errorf("the last run again changes the store (-before +after):\n%s", diff)
			}
		})
	}
}

func TestSettlingOneDriveLeavesTheOthers(t *testing.T) {
	s := openStore(t, storePath(t))
	other := newTrip("car-1", "09:00:00", 0)
	settle(t, s, drive(trip1(1, 900), 1, 2), drive(other, 1, 2))
	settle(t, s, drive(trip1(1, 900), 2))
	if got := events(t, s, other); got != "1 2" {
		t.Errorf("the other trip has events %q", got)
	}
}

func TestSettleRefusesAsWriteDoes(t *testing.T) {
	s := openStore(t, storePath(t))
	bad := drive(newTrip("car-1", "09:00:00", 0), 1)
	bad.Events[0].State = "unsure"
	err := s.Settle(t.Context(), []sinks.Drive{drive(trip1(1, 900), 1), bad})
	if err == nil || !strings.Contains(err.Error(), `outcome 1 of the batch (event `) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Trip(t.Context(), refOf(trip1(0, 0))); err == nil {
		t.Error("the rest of the refused batch was written")
	}
}
