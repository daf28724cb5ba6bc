package order

import (
	"testing"

	"milepost/state"
	"milepost/state/statetest"
	"milepost/telemetry"
)

// Every field of a queue, and of the frames that wait in it, is written and read.
func TestEveryFieldOfAQueueIsStored(t *testing.T) {
	var want, got Queue
	// What waits follows from the frames, which are added below.
	statetest.Fill(t, &want, statetest.Rules{"waiting.byPosition": statetest.Left, "waiting.byArrival": statetest.Left,
		"waiting.head": statetest.Left, "waiting.old": statetest.Left, "waiting.bytes": statetest.Left, "waiting.given": statetest.Left})
	for i := range 3 {
		var f telemetry.Frame
		statetest.Fill(t, &f, nil)
		f.Sequence -= uint64(i) // the last to come is the first in turn
		want.waiting.add(&f, positionOf(&f))
	}
	w := state.NewWriter(nil)
	want.State(w)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	r := state.NewReader(b)
	got.State(r)
	if _, err := r.Done(); err != nil {
		t.Fatal(err)
	}
	if diff := statetest.Diff(want, got); diff != "" {
		t.Errorf("not stored: visit the field in its State method and raise queueVersion (-queue +read back):\n%s", diff)
	}
	if n := len(got.waiting.byArrival); n != 3 {
		t.Errorf("%d frames wait in the queue read back, want 3", n)
	}
}
