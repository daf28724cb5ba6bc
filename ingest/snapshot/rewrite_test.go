package snapshot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/snapshot"
)

// town is a partition of three cars, each with a piece outside memory, in several
// snapshots: a base, deltas, a tombstone. It gives the offsets of the pieces by car.
func town(t *testing.T, store snapshot.Store) (offsets map[string]snapshot.Pieces, live map[uint64]int64) {
	t.Helper()
	owner := claim(t, store, "test")
	if _, _, err := owner.Restore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	offsets, live = map[string]snapshot.Pieces{}, map[uint64]int64{}
	for round := range 4 {
		c := owner.Begin()
		for _, car := range []string{"ann", "bob", "cid"} {
			offsets[car] = snapshot.Pieces{} // only the newest piece of each is needed
			file, at, length, err := c.Chunk(true, fmt.Appendf(nil, "trace of %s, %d", car, round))
			if err != nil {
				t.Fatal(err)
			}
			offsets[car].Add(file, at)
			live[file] += int64(length)
			c.Put(car, fmt.Appendf(nil, "state of %s, %d", car, round))
		}
		if round == 2 {
			c.Remove("dan")
		}
		if err := c.Commit(t.Context(), snapshot.Meta{Offsets: map[string]int64{"t": int64(round)}}, live); err != nil {
			t.Fatal(err)
		}
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	return offsets, live
}

// states is what a new owner would restore.
func states(t *testing.T, store snapshot.Store) (all map[string]string, meta *snapshot.Meta) {
	t.Helper()
	all = map[string]string{}
	l := claim(t, store, "test")
	meta, _, err := l.Restore(t.Context(), func(vehicle string, state []byte) error {
		all[vehicle] = string(state)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, meta
}

// without takes a vehicle out of a partition, as far as steps go.
func without(ctx context.Context, store snapshot.Store, vehicle string, keep snapshot.Pieces, live map[uint64]int64) (err error) {
	l, err := snapshot.Claim(ctx, store, key, "eraser")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if _, _, err = l.Restore(ctx, func(string, []byte) error { return nil }); err != nil {
		return err
	}
	if _, err = l.Blank(ctx, keep); err != nil {
		return err
	}
	edit := func(v string, state []byte) ([]byte, bool) { return state, v != vehicle }
	if err = l.Rewrite(ctx, edit, live); err != nil {
		return err
	}
	_, err = l.Forget(ctx)
	return err
}

// Nothing of a vehicle is left in any file, and the others are as they were, however
// often the work died before.
func TestAVehicleIsTakenOut(t *testing.T) {
	for dies := 0; ; dies++ {
		store := newMemory()
		offsets, live := town(t, store)
		keep := snapshot.Pieces{}
		for _, car := range []string{"ann", "cid"} {
			for file, at := range offsets[car] {
				for offset := range at {
					keep.Add(file, offset)
				}
			}
		}
		calls, died := 0, errors.New("killed")
		store.before = func(call, name string) error {
			if calls++; calls > dies && call != "get" && call != "list" {
				return died
			}
			return nil
		}
		first := without(t.Context(), store, "bob", keep, live)
		store.before = nil
		if err := without(t.Context(), store, "bob", keep, live); err != nil {
			t.Fatalf("after a death at call %d: %v", dies, err)
		}
		goneEverywhere(t, store)
		got, meta := states(t, store)
		want := map[string]string{"ann": "state of ann, 3", "cid": "state of cid, 3"}
		if diff := cmp.Diff(want, got); diff != "" || meta.Offsets["t"] != 3 {
			t.Fatalf("after a death at call %d: offsets %v (-want +got):\n%s", dies, meta.Offsets, diff)
		}
		if first == nil {
			return // it died no more
		}
	}
}

// goneEverywhere looks through every byte that is there.
func goneEverywhere(t *testing.T, store *memory) {
	t.Helper()
	for name, data := range store.blobs {
		if bytes.Contains(data, []byte("of bob")) {
			t.Errorf("%s holds a trace", name)
		}
	}
	done, err := snapshot.Scan(t.Context(), store, key, func(s snapshot.Stored) error {
		if s.Vehicle == "bob" || s.State == nil {
			t.Errorf("%s holds %s", s.File, s.Vehicle)
		}
		return nil
	})
	if err != nil || done.Files == 0 || len(done.Unreadable) > 0 {
		t.Errorf("%+v, error %v", done, err)
	}
}

// A piece that is still needed is read as before; one that was blanked is lost.
func TestBlankedPieces(t *testing.T) {
	store := newMemory()
	offsets, _ := town(t, store)
	l := claim(t, store, "test")
	if _, _, err := l.Restore(t.Context(), func(string, []byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	before, err := l.Unblanked(t.Context(), offsets["ann"])
	if err != nil || before.Pieces == 0 {
		t.Fatalf("%+v, error %v", before, err)
	}
	if done, err := l.Blank(t.Context(), offsets["ann"]); done != before || err != nil {
		t.Errorf("blanked %+v, error %v; want %+v", done, err, before)
	}
	if after, err := l.Unblanked(t.Context(), offsets["ann"]); after != (snapshot.Blanked{}) || err != nil {
		t.Errorf("%+v left, error %v", after, err)
	}
	for car, lost := range map[string]bool{"ann": false, "bob": true} {
		for file, at := range offsets[car] {
			for offset := range at {
				piece, err := l.ReadChunk(t.Context(), file, offset, uint32(len("trace of ann, 3")))
				if errors.Is(err, snapshot.ErrDamaged) != lost || !lost && string(piece) != "trace of ann, 3" {
					t.Errorf("%s: %q, error %v", car, piece, err)
				}
			}
		}
	}
}

// An owner that lost its partition hears of it without committing anything.
func TestHeld(t *testing.T) {
	store := newMemory()
	owner := claim(t, store, "test")
	if err := owner.Held(t.Context()); err != nil {
		t.Fatal(err)
	}
	eraser := claim(t, store, "test")
	if err := owner.Held(t.Context()); !errors.Is(err, snapshot.ErrFenced) {
		t.Errorf("after a newer claim: %v", err)
	}
	if _, taken, err := eraser.Taken(t.Context()); taken || err != nil {
		t.Errorf("taken %t, error %v", taken, err)
	}
	claim(t, store, "test")
	if by, taken, err := eraser.Taken(t.Context()); !taken || by != "test" || err != nil {
		t.Errorf("taken %t, error %v", taken, err)
	}
}

// What is torn is told, not passed over in silence.
func TestScanTellsWhatItCannotRead(t *testing.T) {
	store := newMemory()
	town(t, store)
	torn := ""
	for name, data := range store.blobs {
		if strings.Contains(name, "/entries/") {
			torn, store.blobs[name] = name, data[:len(data)/2]
			break
		}
	}
	done, err := snapshot.Scan(t.Context(), store, key, func(snapshot.Stored) error { return nil })
	if err != nil || len(done.Unreadable) != 1 || done.Unreadable[0] != torn {
		t.Errorf("%+v, error %v; want %s", done, err, torn)
	}
}
