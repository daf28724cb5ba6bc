package snapshot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

// states of the small snapshots that are damaged here, by offset.
var (
	stateOf1 = map[string]string{"a": "a1", "b": "b1", "c": strings.Repeat("c", 50)}
	stateOf2 = map[string]string{"a": "a1", "b": "b2", "d": "d2"}
)

// twoSnapshots gives a store with a base and its manifest, and a delta, a chunk
// file and a manifest on top of it; and the names of these three.
func twoSnapshots(t *testing.T) (s *memory, newest []string) {
	t.Helper()
	s = newMemory()
	l := begin(t, s, "first", nil)
	commit(t, l, 1, stateOf1)
	l.Settle()
	before := s.copied()
	c := l.Begin()
	file, _, length, err := c.Chunk(true, []byte("a piece"))
	if err != nil {
		t.Fatal(err)
	}
	fill(c, map[string]string{"b": "b2", "c": "-", "d": "d2"})
	if err := c.Commit(t.Context(), meta(2), map[uint64]int64{file: int64(length)}); err != nil {
		t.Fatal(err)
	}
	l.Settle()
	for _, name := range s.names("") {
		if _, ok := before.blobs[name]; !ok {
			newest = append(newest, name)
		}
	}
	if len(newest) != 3 {
		t.Fatalf("the second commit wrote %v", newest)
	}
	return s, newest
}

// wantSnapshot restores and compares, and gives what was refused.
func wantSnapshot(t *testing.T, s snapshot.Store, what string, offset int64) []snapshot.Refusal {
	t.Helper()
	l, err := snapshot.Claim(t.Context(), s, key, "next")
	if err != nil {
		t.Fatal(what, err)
	}
	defer l.Close()
	found, m, refused, err := restore(t.Context(), l)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	want := map[int64]map[string]string{1: stateOf1, 2: stateOf2}[offset]
	if m == nil || m.Offsets[key.Topic] != offset || !cmp.Equal(want, found) {
		t.Fatalf("%s: restored %+v with %v, want that of offset %d", what, m, found, offset)
	}
	return refused
}

// Whatever of the newest snapshot is torn, altered or missing: the one before is
// used, and what was wrong is said.
func TestTornStateGivesTheSnapshotBefore(t *testing.T) {
	whole, newest := twoSnapshots(t)
	if refused := wantSnapshot(t, whole.copied(), "whole", 2); len(refused) != 0 {
		t.Errorf("refused %v", refused)
	}
	refusedFor := func(what, name string, data []byte) {
		t.Helper()
		s := whole.copied()
		if s.blobs[name] = data; data == nil {
			delete(s.blobs, name)
		}
		refused := wantSnapshot(t, s, what, 1)
		gone := data == nil && strings.Contains(name, "/manifest/")
		if gone && len(refused) == 0 {
			return // there is nothing to say about it
		}
		if len(refused) != 1 || refused[0].Sequence != 2 || !errors.Is(refused[0].Err, snapshot.ErrDamaged) ||
			!strings.Contains(refused[0].Err.Error(), name) {
			t.Errorf("%s: refused %v", what, refused)
		}
	}
	for _, name := range newest {
		data := whole.blobs[name]
		refusedFor("without "+name, name, nil)
		for n := range data {
			refusedFor(fmt.Sprintf("%s cut at %d", name, n), name, data[:n:n])
		}
		if strings.Contains(name, "/chunks/") {
			continue // its pieces are checked when they are read
		}
		refusedFor(name+" with a byte more", name, append(data[:len(data):len(data)], 0))
		for bit := range 8 * len(data) {
			flipped := append([]byte(nil), data...)
			flipped[bit/8] ^= 1 << (bit % 8)
			refusedFor(fmt.Sprintf("%s with bit %d flipped", name, bit), name, flipped)
		}
	}
}

// A flipped bit of a piece is found when the piece is read.
func TestAlteredPieces(t *testing.T) {
	whole, newest := twoSnapshots(t)
	name := newest[0]
	if !strings.Contains(name, "/chunks/") {
		t.Fatal(newest)
	}
	l := claim(t, whole, "next")
	_, m, _, err := restore(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	data := whole.blobs[name]
	at := strings.Index(string(data), "a piece")
	for bit := 8 * (at - 8); bit < 8*(at+7); bit++ {
		flipped := append([]byte(nil), data...)
		flipped[bit/8] ^= 1 << (bit % 8)
		whole.blobs[name] = flipped
		if got, err := l.ReadChunk(t.Context(), m.ChunkFiles[0].File, uint32(at-8), 7); !errors.Is(err, snapshot.ErrDamaged) {
			t.Errorf("bit %d: %q, %v", bit, got, err)
		}
	}
}

// A file of another partition, or under another name, is not taken for one's own.
func TestFilesUnderWrongNames(t *testing.T) {
	whole, _ := twoSnapshots(t)
	other := newMemory()
	l, err := snapshot.Claim(t.Context(), other, snapshot.Key{Topic: key.Topic, Partition: 4}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Restore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	commit(t, l, 9, map[string]string{"x": "x"})
	l.Settle()
	manifests := whole.names("/manifest/")
	whole.blobs[manifests[1]] = other.blobs[other.names("/manifest/")[0]]
	wantSnapshot(t, whole, "another partition's manifest", 1)
	whole.blobs[manifests[1]] = whole.blobs[manifests[0]]
	wantSnapshot(t, whole, "an older manifest", 1)
}

func TestNoSnapshotIsWhole(t *testing.T) {
	s, _ := twoSnapshots(t)
	for _, name := range s.names("/entries/") {
		s.blobs[name] = s.blobs[name][:20]
	}
	l := claim(t, s, "next")
	found, m, refused, err := restore(t.Context(), l)
	if !errors.Is(err, snapshot.ErrNoneWhole) || !errors.Is(err, snapshot.ErrDamaged) || m != nil || len(found) > 0 || len(refused) != 2 {
		t.Errorf("%v, %v, %v, %v", found, m, refused, err)
	}
	if err := tryCommit(t.Context(), l, 3, nil); err == nil {
		t.Error("a commit would have hidden what is left")
	}
}

func TestNewerFormatIsRefusedNotSkipped(t *testing.T) {
	s, newest := twoSnapshots(t)
	s.blobs[newest[2]] = snapshot.Reseal(2, []byte("a form of which this build knows nothing"))
	_, _, refused, err := restore(t.Context(), claim(t, s, "next"))
	var newer *snapshot.NewerError
	if !errors.As(err, &newer) || newer.Format != 2 || newer.Known != 1 || newer.Name != newest[2] || len(refused) > 0 {
		t.Errorf("refused %v, error %v", refused, err)
	}
}

// What cannot be read for now is no reason to go back to an older snapshot.
func TestStoreFailureIsNoDamage(t *testing.T) {
	s, _ := twoSnapshots(t)
	away := &blob.RetryableError{Err: errors.New("service away")}
	for call := 1; ; call++ {
		l := claim(t, s, "next")
		calls := 0
		s.before = func(string, string) error {
			if calls++; calls == call {
				return away
			}
			return nil
		}
		_, _, refused, err := restore(t.Context(), l)
		s.before = nil
		if err == nil {
			if call < 5 {
				t.Errorf("a restore took %d calls", call)
			}
			return
		}
		if !errors.Is(err, away) || !blob.Retryable(err) || len(refused) > 0 {
			t.Errorf("call %d: refused %v, error %v", call, refused, err)
		}
		if found, _, _, err := restore(t.Context(), l); err != nil || !cmp.Equal(stateOf2, found) {
			t.Errorf("call %d, again: %v, %v", call, found, err)
		}
	}
}
