package erase

import (
	"context"
	"testing"
	"time"

	"milepost/ingest/snapshot"
	"milepost/sinks"
)

// Two erasures at a time: the claim of one does not tell the other that the process at
// work has let go.
func TestAnotherErasureIsNoOwner(t *testing.T) {
	dir := fleetOfThree(t)
	owned := func(context.Context, snapshot.Key) (bool, error) { return true, nil }
	other := &State{Store: dir, Owner: "other", Patience: time.Millisecond, Poll: time.Millisecond, Owned: owned}
	first := &State{Store: dir, Owner: "first", Patience: 50 * time.Millisecond, Poll: time.Millisecond}
	asked := false
	first.Owned = func(ctx context.Context, k snapshot.Key) (bool, error) {
		if !asked { // both have claimed it by now
			asked = true
			other.Erase(ctx, sinks.Subject{Vehicle: "car-never"}, false)
		}
		return owned(ctx, k)
	}
	whose := sinks.Subject{Vehicle: "car-now"}
	places := first.Erase(t.Context(), whose, false)
	if first.Verify(t.Context(), whose, places); places[0].Verified || !asked {
		t.Errorf("%+v", places[0])
	}
}
