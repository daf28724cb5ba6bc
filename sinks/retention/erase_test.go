package retention_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"milepost/sinks"
	"milepost/sinks/clickhouse"
	"milepost/sinks/retention"
)

type holder interface {
	Place(ctx context.Context, h retention.Hold) error
	Release(ctx context.Context, id string) error
}

// A hold names its vehicle: one that stands keeps it from erasure, and one that was
// released goes with it, another vehicle's not.
func eraseWithHolds(t *testing.T, keep holder, store sinks.Eraser) {
	t.Helper()
	var released []string
	for _, vehicle := range []string{"car-gone", "car-kept"} {
		h, err := retention.NewHold(vehicle, daysAgo(3), daysAgo(2), "claim of "+vehicle, now)
		if err == nil {
			err = keep.Place(t.Context(), h)
		}
		if err != nil {
			t.Fatal(err)
		}
		released = append(released, h.ID)
	}
	gone := sinks.Subject{Vehicle: "car-gone"}
	if err := store.Erase(t.Context(), gone); !errors.Is(err, sinks.ErrHeld) {
		t.Errorf("a hold stands: error %v", err)
	}
	if err := keep.Release(t.Context(), released[0]); err != nil {
		t.Fatal(err)
	}
	if err := store.Erase(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if rows, err := store.Count(t.Context(), gone); err != nil || rows.Total() != 0 {
		t.Errorf("%v is left, error %v", rows, err)
	}
	if err := store.Erase(t.Context(), sinks.Subject{Vehicle: "car-kept"}); !errors.Is(err, sinks.ErrHeld) {
		t.Errorf("another's hold: error %v", err)
	}
}

func TestHoldsOnServersAreErased(t *testing.T) {
	onEach(t, func(s *server) {
		store, err := clickhouse.NewEraser(s.Context(), s.db, clickhouse.Layout{})
		if err != nil {
			s.Fatal(err)
		}
		eraseWithHolds(s.T, s.keep, store)
		var left uint64
		if err := s.db.QueryRowContext(s.Context(), "SELECT count() FROM holds WHERE vehicle_id = 'car-gone'").Scan(&left); err != nil || left > 0 {
			s.Errorf("%d rows of holds are left, error %v", left, err)
		}
	})
}

func TestHoldsInAFileAreErased(t *testing.T) {
	s := newEmbedded(t)
	eraseWithHolds(t, s.keep, s.store)
	if err := s.store.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal"} {
		if data, err := os.ReadFile(s.store.Path() + end); err != nil || bytes.Contains(data, []byte("car-gone")) {
			t.Errorf("store%s: the hold is in the file, or error %v", end, err)
		}
	}
}
