package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/read/readtest"
	"milepost/sinks/sqlite"
)

// sent is what a run gives of two trips, the older of which is amended after the
// newer began: it takes an event from the newer, and finds one.
func sent() []outcome.Outcome {
	at := func(minute int) outcome.Time {
		return outcome.Time(time.Date(2026, 9, 1, 6, minute, 0, 0, time.UTC).UnixMicro())
	}
	trip := func(name string, revision uint32, from, to int) *outcome.Trip {
		state := outcome.Final
		if revision > 1 {
			state = outcome.Amended
		}
		return &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID("car", name, 0), VehicleID: "car", At: at(to), Revision: revision},
			State: state, StartedAt: at(from), EndedAt: at(to), Zone: "UTC", LocalDate: "2026-09-01", DistanceM: float64(100 * (to - from)), DistanceSource: "speed",
			DurationS: float64(60 * (to - from)), Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{}, Thresholds: map[string]float64{}, Tracks: []outcome.TrackSpan{}, Distances: map[string]float64{}}}
	}
	event := func(revision uint32, minute int, of string) *outcome.Event {
		return &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID("car", "event", at(minute)), VehicleID: "car", At: at(minute), Revision: revision},
			State: outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: at(minute), DurationS: 1, PeakMS2: -4, Estimator: "fused", RateHz: 10, TripID: outcome.ID("car", of, 0), Method: "performance/1"}
	}
	return []outcome.Outcome{
		event(1, 1, "older"), trip("older", 1, 0, 10), event(1, 22, "newer"), event(1, 25, "newer"), trip("newer", 1, 20, 30),
		event(1, 12, "older"), event(2, 22, "older"), trip("older", 2, 0, 23),
	}
}

// Of a collision the store has the last revision, whichever order they came in, and what
// was added to it stays.
func TestStoreHasTheLastRevisionOfACollision(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	at := outcome.Time(1_788_250_350_000_000)
	last := readtest.NewCollision("car", "account", at)
	first := *last
	first.Revision, first.State, first.Confidence, first.Pulse = 1, outcome.Open, outcome.Possible, nil
	for run := range 2 {
		b := newOutbox(nil, store)
		for _, o := range []outcome.Outcome{&first, last, readtest.NewAirbag("car", at+60_000_000)} {
			if err := b.add(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.Write(t.Context(), []outcome.Outcome{readtest.NewAddition(last, outcome.AdditionAnswer, 60)}); err != nil {
			t.Fatal(err)
		}
		all, err := store.Collisions(t.Context(), read.CollisionFilter{}, read.Key{}, 9)
		if err != nil || len(all) != 2 {
			t.Fatalf("run %d: %v, %v", run, all, err)
		}
		got, err := store.Collision(t.Context(), "", last.ID)
		if err != nil || got.Collision.Revision != last.Revision || got.Collision.Pulse == nil || got.Answer != outcome.AnswerAccident {
			t.Errorf("run %d: %+v, %v", run, got, err)
		}
	}
}

// Whether drives are still held when they are amended or not, the store has what the
// run said last, and the same run changes nothing.
func TestStoreHasAmendmentsOfOlderTrips(t *testing.T) {
	for _, most := range []int{openDrives, 1} {
		t.Run(fmt.Sprintf("%d held", most), func(t *testing.T) {
			store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			for run := range 2 {
				b := newOutbox(nil, store)
				b.most = most
				for _, o := range sent() {
					if err := b.add(t.Context(), o); err != nil {
						t.Fatal(err)
					}
				}
				if err := b.finish(t.Context()); err != nil {
					t.Fatal(err)
				}
				older, err := store.Trip(t.Context(), read.Ref{VehicleID: "car", ID: outcome.ID("car", "older", 0)})
				if err != nil {
					t.Fatal(err)
				}
				if older.DistanceM != 2300 || most > 1 && older.Revision != 2 {
					t.Errorf("run %d: the older trip has %.0f m at revision %d, want 2300 at 2", run, older.DistanceM, older.Revision)
				}
				for name, want := range map[string]int{"older": 3, "newer": 1} {
					events, err := store.Events(t.Context(), read.Ref{VehicleID: "car", ID: outcome.ID("car", name, 0)})
					if err != nil || len(events) != want {
						t.Errorf("run %d: the %s trip has %d events (%v), want %d", run, name, len(events), err, want)
					}
				}
			}
		})
	}
}
