package erase

import (
	"context"
	"errors"
	"strings"
	"sync"
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

// claimed is a directory of snapshots, and one partition of it as its owner has it.
func claimed(t *testing.T) (*blob.Dir, *snapshot.Log) {
	t.Helper()
	dir, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log, err := snapshot.Claim(t.Context(), dir, key, "owner")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := log.Restore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return dir, log
}

// fleetOfThree is a state of three vehicles: one that account "gone" holds, one that it
// held a year ago, and one that it never held.
func fleetOfThree(t *testing.T) *blob.Dir {
	t.Helper()
	dir, log := claimed(t)
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
	}
	underWay(t, all, "car-now", 0) // a file of pieces of this one alone
	checkpoint(t, log, all)
	for _, vehicle := range []string{"car-now", "car-before", "car-never"} {
		underWay(t, all, vehicle, 60)
	}
	checkpoint(t, log, all)
	if len(all.Live()) != 2 {
		t.Fatalf("pieces lie in %d files", len(all.Live()))
	}
	// Nobody works on it: what the owner does in the background is over.
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func checkpoint(t *testing.T, log *snapshot.Log, all *cars.Cars) {
	t.Helper()
	c := log.Begin()
	all.Scratch.Chunks = cut{c}
	if err := all.Cut(cut{c}); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(t.Context(), snapshot.Meta{Watermark: watermark, Offsets: map[string]int64{"telemetry": 7}}, all.Live()); err != nil {
		t.Fatal(err)
	}
}

// underWay lets a vehicle drive for an hour, from a minute on, so that pieces of its trip
// lie outside of its entry.
func underWay(t *testing.T, all *cars.Cars, vehicle string, from int64) {
	t.Helper()
	const minute, minutes = 60_000_000, 60
	for i := from; i < from+minutes; i++ {
		f := &telemetry.Frame{VehicleID: vehicle, Boot: 1, Sequence: uint64(i), Start: watermark - (minutes-i)*minute}
		f.Arrived = f.Start + minute
		for second := range int32(60) {
			at, along := second*1_000_000, float64(i)*0.005+float64(second%7)*0.0001
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, at), append(f.Speed.Speed, 10+float32(second%5))
			f.Position.At = append(f.Position.At, at)
			f.Position.Latitude, f.Position.Longitude = append(f.Position.Latitude, 40+along), append(f.Position.Longitude, -3+along*float64(i%3))
		}
		f.Pad()
		if _, err := all.Record(f); err != nil {
			t.Fatal(err)
		}
	}
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
	if p.Found["entries"] != 3 || p.Deleted["files"] == 0 || p.Deleted["pieces"] == 0 {
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

// mortal is a store whose process is killed before its nth change. A change that has
// begun is over before the process is.
type mortal struct {
	*blob.Dir
	mu    sync.Mutex
	lives int
}

var errKilled = errors.New("killed")

// change makes one, unless the process is dead.
func (m *mortal) change(write func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lives--; m.lives < 0 {
		return errKilled
	}
	return write()
}

// kill ends the process, with whatever it has at work beside.
func (m *mortal) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lives = 0
}

func (m *mortal) Put(ctx context.Context, name string, data []byte) error {
	return m.change(func() error { return m.Dir.Put(ctx, name, data) })
}

func (m *mortal) PutNew(ctx context.Context, name string, data []byte) error {
	return m.change(func() error { return m.Dir.PutNew(ctx, name, data) })
}

func (m *mortal) Delete(ctx context.Context, name string) error {
	return m.change(func() error { return m.Dir.Delete(ctx, name) })
}

// Whenever the work is cut off, running it again finishes it: no file is left that tells
// of the vehicle, no piece of it, and the others have theirs.
func TestAnErasureThatWasCutOffIsFinished(t *testing.T) {
	whose := sinks.Subject{Vehicle: "car-now"}
	for lives := 0; ; lives++ {
		dir := fleetOfThree(t)
		store := &mortal{Dir: dir, lives: lives}
		first := &State{Store: store, Owner: "killed", Owned: nobody, Patience: time.Minute}
		places := first.Erase(t.Context(), whose, false)
		store.kill()
		again := &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}
		erased(t, again, whose)
		if got := left(t, dir); strings.Count(got, "\n") != 4 {
			t.Fatalf("after %d changes are left\n%s", lives, got)
		}
		pieces(t, dir, lives)
		if places[0].Error == "" {
			return // it was not killed any more
		}
	}
}

// pieces looks whether those that are needed can be read, and no other is there.
func pieces(t *testing.T, dir *blob.Dir, lives int) {
	t.Helper()
	log, err := snapshot.Claim(t.Context(), dir, key, "reader")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	keep := snapshot.Pieces{}
	var refs []pipeline.Ref
	meta, _, err := log.Restore(t.Context(), func(key string, entry []byte) error {
		some, err := cars.Refs(key, entry)
		for _, r := range some {
			keep.Add(r.File, r.Offset)
		}
		refs = append(refs, some...)
		return err
	})
	if err != nil || len(refs) == 0 {
		t.Fatalf("%d pieces are needed, error %v", len(refs), err)
	}
	if found, err := log.Unblanked(t.Context(), keep); found.Pieces > 0 || err != nil {
		t.Errorf("after %d changes: %+v, error %v", lives, found, err)
	}
	if names, err := dir.List(t.Context(), key.String()+"/chunks/"); len(names) != len(meta.ChunkFiles) || err != nil {
		t.Errorf("after %d changes there are chunk files %v, error %v", lives, names, err)
	}
	for _, r := range refs {
		if _, err := log.ReadChunk(t.Context(), r.File, r.Offset, r.Length); err != nil {
			t.Errorf("after %d changes: %v", lives, err)
		}
	}
}
