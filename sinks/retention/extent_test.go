package retention_test

import (
	"context"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/retention"
)

type extents interface {
	Extent(ctx context.Context, h retention.Hold) (retention.Extent, error)
}

func wantExtents(t *testing.T, of extents) {
	t.Helper()
	for _, c := range []struct {
		vehicle     string
		first, last int // days ago
		now, always retention.Extent
	}{
		{"car-a", 11, 9, retention.Extent{Trips: 1}, retention.Extent{Trips: 2}},
		{"car-a", 60, 50, retention.Extent{}, retention.Extent{Trips: 2}},
		{"nobody", 60, 5, retention.Extent{}, retention.Extent{}},
	} {
		h, err := retention.NewHold(c.vehicle, daysAgo(c.first), daysAgo(c.last), "r", now)
		if err != nil {
			t.Fatal(err)
		}
		for kept, want := range map[retention.Hold]retention.Extent{h: c.now, h.Always(): c.always} {
			if got, err := of.Extent(t.Context(), kept); err != nil || got != want {
				t.Errorf("%+v: %+v, want %+v, error %v", kept, got, want, err)
			}
		}
	}
}

func TestExtentOfAHoldOnServers(t *testing.T) {
	onEach(t, func(s *server) {
		s.add("trips", "car-a", 10, 1)
		s.add("trips", "car-a", 10, 2) // replaces it
		s.add("trips", "car-a", 100, 1)
		s.add("trips", "car-b", 10, 1)
		s.add("trips", "car-a", 9, 1)
		s.exec(`INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, ended_at)
			SELECT id, vehicle_id, at, method_version, toUInt32(2), 'withdrawn', ended_at FROM trips WHERE vehicle_id = 'car-a' AND at > ` + s.time(daysAgo(10).Add(time.Hour)))
		wantExtents(s.T, s.keep)
	})
}

func TestExtentOfAHoldInAFile(t *testing.T) {
	s := newEmbedded(t)
	gone := fact("car-a", 9, 1)
	gone.State, gone.Revision = outcome.Withdrawn, 2
	s.write(fact("car-a", 10, 1), fact("car-a", 10, 2), fact("car-a", 100, 1), fact("car-b", 10, 1), fact("car-a", 9, 1), gone)
	wantExtents(t, s.keep)
}
