package erase

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
	"milepost/sinks"
)

// compressed writes and reads a checkpoint, so that what compresses, which all share, is
// made outside of any bubble of time.
func compressed(t *testing.T) {
	t.Helper()
	dir, log := claimed(t)
	all := cars.New()
	if err := all.Know(fleet.Always(fleet.Profile{VehicleID: "car-any"})); err != nil {
		t.Fatal(err)
	}
	checkpoint(t, log, all)
	left(t, dir)
}

// What an owner has read since its last checkpoint is in no file yet: an account's is
// waited for, and goes with the rest.
func TestAnAccountThatAnOwnerHasInMemoryOnly(t *testing.T) {
	compressed(t)
	synctest.Test(t, func(t *testing.T) {
		dir, log := claimed(t)
		all := cars.New()
		know := func(vehicle, account string) {
			if err := all.Know(fleet.Always(fleet.Profile{VehicleID: vehicle, Account: account})); err != nil {
				t.Error(err)
			}
		}
		know("car-other", "kept")
		checkpoint(t, log, all)
		start, owned := time.Now(), true
		state := &State{Store: dir, Owner: "eraser", Patience: time.Minute, Every: 10 * time.Second,
			Owned: func(context.Context, snapshot.Key) (bool, error) { return owned, nil }}
		asked := 0
		state.Say = func(what string) {
			if !strings.Contains(what, "has written down") {
				owned = !strings.HasPrefix(what, "waiting until") // it has found the claim
				return
			}
			switch asked++; asked {
			case 2: // one that was cut before anyone asked
				checkpoint(t, log, all)
				know("car-now", "gone")
			case 12:
				checkpoint(t, log, all)
			}
		}
		p := erased(t, state, sinks.Subject{Account: "gone"})
		if got := left(t, dir); p.Found["entries"] != 1 || strings.Contains(got, "gone") || !strings.Contains(got, "kept") {
			t.Errorf("found %v, left are\n%s", p.Found, got)
		}
		if took := time.Since(start); took < 11*time.Second || took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		// An owner that reads nothing writes nothing: it has nothing else in memory.
		start, owned, state.Say = time.Now(), true, nil
		if p := erased(t, state, sinks.Subject{Account: "gone"}); len(p.Found) > 0 {
			t.Errorf("again: %v", p.Found)
		}
		if took := time.Since(start); took < 30*time.Second || took > 40*time.Second {
			t.Errorf("of an idle owner it took %v", took)
		}
	})
}
