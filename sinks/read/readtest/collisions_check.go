package readtest

import (
	"context"
	"errors"
	"slices"

	"milepost/outcome"
	"milepost/sinks/read"
)

func checkCollisions(t tester, s Store, w *oracle, which read.CollisionFilter, size int) {
	t.Helper()
	got := pages(t, size, func(last *read.CollisionRow) ([]read.CollisionRow, error) {
		var key read.Key
		if last != nil {
			key = last.Key()
		}
		return s.Collisions(context.Background(), which, key, size)
	})
	want := w.collisionRows(which)
	same(t, "collisions of "+which.Vehicle, want, got, nil)
	for i := range want {
		if want[i].Key() != got[i].Key() {
			t.Fatalf("collision %d has key %v, want %v", i, got[i].Key(), want[i].Key())
		}
	}
}

// checkCollision asks for the fact, if it is a collision or what was added to one, in the
// ways that a caller may know it.
func checkCollision(t tester, s Store, w *oracle, o outcome.Outcome) {
	t.Helper()
	ctx, head := context.Background(), o.Head()
	switch o := o.(type) {
	case *outcome.Collision:
		for _, vehicle := range []string{head.VehicleID, "", "nobody"} {
			want := w.record(vehicle, head.ID)
			got, err := s.Collision(ctx, vehicle, head.ID)
			if want == nil {
				if !errors.Is(err, read.ErrNotFound) {
					t.Fatalf("collision of %q that is not there: %v", vehicle, err)
				}
				continue
			}
			same(t, "a collision", want, got, err)
			if got.Collision.At != want.Collision.At {
				t.Fatalf("a collision at %d, want %d", got.Collision.At, want.Collision.At)
			}
		}
	case *outcome.Addition:
		checkPhoto(t, s, w, o)
	}
}

// checkPhoto asks for what was added to a collision that is there: a store may have
// deleted the others.
func checkPhoto(t tester, s Store, w *oracle, asked *outcome.Addition) {
	t.Helper()
	r := w.record("", asked.CollisionID)
	if asked.Kind != outcome.AdditionPhoto || r == nil {
		return
	}
	got, err := s.Photo(context.Background(), read.IdentityOf(asked))
	if !slices.ContainsFunc(r.Additions, func(a *outcome.Addition) bool { return a.ID == asked.ID }) {
		if !errors.Is(err, read.ErrNotFound) {
			t.Fatalf("a photo that was withdrawn: %v", err)
		}
		return
	}
	want := w.best[asked.ID].(*outcome.Addition)
	if err != nil || string(got) != string(want.Content) {
		t.Fatalf("a photo is %q, %v, want %q", got, err, want.Content)
	}
}

func (w *oracle) collisionRows(which read.CollisionFilter) (rows []read.CollisionRow) {
	order := []outcome.Confidence{"", outcome.Possible, outcome.Probable, outcome.Confirmed}
	for _, c := range slices.Backward(w.collisions) {
		if which.Vehicle != "" && c.VehicleID != which.Vehicle || c.At < which.From || which.To != 0 && c.At >= which.To ||
			slices.Index(order, c.Confidence) < slices.Index(order, which.Least) {
			continue
		}
		rows = append(rows, read.CollisionRow{ID: c.ID, VehicleID: c.VehicleID, At: c.At, Revision: c.Revision, State: c.State,
			Confidence: c.Confidence, Late: c.Late, ReportedAt: c.ReportedAt, Severity: c.Severity, DeltaVKmh: c.DeltaVKmh, Clock: c.Clock,
			Side: c.Side, SpeedAtImpactKmh: c.SpeedAtImpactKmh, EventCount: c.EventCount, Rollover: c.Rollover,
			SensorSaturated: c.SensorSaturated, RateHz: c.RateHz, Method: c.Method})
	}
	return rows
}

// record is nil where the collision is not there, or another vehicle's.
func (w *oracle) record(vehicle, id string) *read.CollisionRecord {
	for _, c := range w.collisions {
		if c.ID != id || vehicle != "" && vehicle != c.VehicleID {
			continue
		}
		r := &read.CollisionRecord{Collision: c}
		for _, a := range w.additions {
			if a.CollisionID != id {
				continue
			}
			light := *a
			light.Content = nil
			r.Additions = append(r.Additions, &light)
			if a.Kind == outcome.AdditionAnswer {
				r.Answer = a.Answer
			}
		}
		return r
	}
	return nil
}
