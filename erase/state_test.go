package erase

import (
	"context"
	"strings"
	"testing"
	"time"

	"milepost/fleet"
	"milepost/ingest/blob"
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
	"milepost/pipeline"
	"milepost/sinks"
	"milepost/telemetry"
)

var key = snapshot.Key{Topic: "telemetry", Partition: 1}

// cut puts what changed of cars into a checkpoint.
type cut struct{ to *snapshot.Checkpoint }

func (c cut) Entry(key string, entry []byte) { c.to.Put(key, entry) }

func (c cut) Put(kept bool, piece []byte) (pipeline.Ref, error) {
	file, offset, length, err := c.to.Chunk(kept, piece)
	return pipeline.Ref{File: file, Offset: offset, Length: length}, err
}

func (c cut) Read(pipeline.Ref) ([]byte, error) { return nil, pipeline.ErrPiece }

// watermark is that of the snapshots of these tests.
const watermark = 1_788_250_350_000_000

// fleetOfThree is a state of three vehicles: one that account "gone" holds, one that it
// held a year ago, and one that it never held.
func fleetOfThree(t *testing.T) *blob.Dir {
	t.Helper()
	dir, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log, err := snapshot.Claim(t.Context(), dir, key, "owner")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, _, err := log.Restore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	all := cars.New()
	const year = 365 * 86_400_000_000
	for vehicle, history := range map[string][]fleet.Profile{
		"car-now":    {{Account: "kept"}, {From: watermark - year, Account: "gone"}},
		"car-before": {{Account: "gone"}, {From: watermark - year, Account: "kept"}},
		"car-never":  {{Account: "kept"}},
	} {
		h := fleet.History{VehicleID: vehicle}
		for _, p := range history {
			p.VehicleID = vehicle
			h.Profiles = append(h.Profiles, p)
		}
		if err := all.Know(h); err != nil {
			t.Fatal(err)
		}
		f := &telemetry.Frame{VehicleID: vehicle, Boot: 1, Start: watermark - 1_000_000, Arrived: watermark}
		f.Speed.At, f.Speed.Speed = []int32{0, 500_000}, []float32{10, 10}
		f.Pad()
		if _, err := all.Record(f); err != nil {
			t.Fatal(err)
		}
	}
	c := log.Begin()
	all.Scratch.Chunks = cut{c}
	if err := all.Cut(cut{c}); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(t.Context(), snapshot.Meta{Watermark: watermark, Offsets: map[string]int64{"telemetry": 7}}, all.Live()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// left is what the newest snapshot holds: keys, and the profiles in whole.
func left(t *testing.T, dir *blob.Dir) string {
	t.Helper()
	var text strings.Builder
	_, err := snapshot.Inspect(t.Context(), dir, key, func(key string, entry []byte) error {
		text.WriteString(key)
		if strings.HasPrefix(key, "p/") {
			text.Write(entry)
		}
		text.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func nobody(context.Context, snapshot.Key) (bool, error) { return false, nil }

func TestStateWithoutAVehicle(t *testing.T) {
	dir := fleetOfThree(t)
	state := &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}
	p := erased(t, state, sinks.Subject{Vehicle: "car-now"})
	if p.Found["entries"] != 2 || p.Deleted["files"] == 0 {
		t.Errorf("found %v, deleted %v", p.Found, p.Deleted)
	}
	if got := left(t, dir); strings.Contains(got, "car-now") || strings.Count(got, "\n") != 4 {
		t.Errorf("left are\n%s", got)
	}
	if next, ok := state.Offsets("telemetry", 1); next != 7 || !ok {
		t.Errorf("it goes on at %d, %t", next, ok)
	}
	if p := erased(t, state, sinks.Subject{Vehicle: "car-now"}); len(p.Found) > 0 {
		t.Errorf("again: %v", p.Found)
	}
}

// A vehicle that the account sold long ago keeps its trip under way.
func TestStateWithoutAnAccount(t *testing.T) {
	dir := fleetOfThree(t)
	state := &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}
	erased(t, state, sinks.Subject{Account: "gone"})
	got := left(t, dir)
	if strings.Contains(got, "gone") || strings.Contains(got, "v/car-now") || !strings.Contains(got, "v/car-before") ||
		!strings.Contains(got, "v/car-never") || strings.Count(got, "kept") != 3 {
		t.Errorf("left are\n%s", got)
	}
}

// A process that has the vehicle in memory and does not give it up is an error: the
// files are clean, and it is not.
func TestAnOwnerThatDoesNotLetGoIsTold(t *testing.T) {
	dir := fleetOfThree(t)
	state := &State{Store: dir, Owner: "eraser", Patience: 20 * time.Millisecond, Poll: time.Millisecond,
		Owned: func(context.Context, snapshot.Key) (bool, error) { return true, nil }}
	whose := sinks.Subject{Vehicle: "car-now"}
	places := state.Erase(t.Context(), whose, false)
	state.Verify(t.Context(), whose, places)
	if p := places[0]; p.Verified || !strings.Contains(p.Error, "has not taken it up again") {
		t.Errorf("%+v", p)
	}
	if got := left(t, dir); strings.Contains(got, "car-now") {
		t.Errorf("left are\n%s", got)
	}
}

// New state that telemetry made meanwhile is found.
func TestStateThatComesBackIsTold(t *testing.T) {
	dir := fleetOfThree(t)
	state := &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}
	whose := sinks.Subject{Vehicle: "car-now"}
	places := state.Erase(t.Context(), whose, false)
	next, err := snapshot.Claim(t.Context(), dir, key, "next owner")
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if _, _, err := next.Restore(t.Context(), func(string, []byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	c := next.Begin()
	c.Put(cars.Key("car-now"), []byte("new state"))
	if err := c.Commit(t.Context(), snapshot.Meta{}, nil); err != nil {
		t.Fatal(err)
	}
	if state.Verify(t.Context(), whose, places); places[0].Verified || !strings.Contains(places[0].Error, errMadeAnew.Error()) {
		t.Errorf("%+v", places[0])
	}
}
