package order

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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

// A queue of the first version holds frames without charged energy; they are read, and
// packed anew so that they are read again.
func TestQueueOfTheFirstVersion(t *testing.T) {
	b, err := os.ReadFile("testdata/queue_v1.state")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var q Queue
		r := state.NewReader(b)
		q.State(r)
		if _, err := r.Done(); err != nil {
			t.Fatal(err)
		}
		w := state.NewWriter(nil)
		q.State(w)
		if b, err = w.Done(); err != nil {
			t.Fatal(err)
		}
		for _, seq := range []uint64{5, 7} {
			want := &telemetry.Frame{VehicleID: "car", Boot: 1, Sequence: seq, Arrived: 1_700_000_000_000_000, Start: 1_700_000_000_000_000,
				Energy: telemetry.Energy{At: []int32{0, 1_000_000}, Odometer: []float64{7, 8}, SoC: []float32{50, 51}},
				Body:   telemetry.Body{At: []int32{5}, Signal: []telemetry.BodySignal{telemetry.LocationShared}, Value: []int64{1}}}
			if diff := cmp.Diff(want, q.waiting.take(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("frame (-want +got):\n%s", diff)
			}
		}
	}
}
