package snapshot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

// onStores runs a test on a directory and on a bucket.
func onStores(t *testing.T, test func(t *testing.T, s snapshot.Store)) {
	t.Run("dir", func(t *testing.T) {
		d, err := blob.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) { test(t, newBucket(t)) })
}

func newBucket(t testing.TB) *blob.S3 {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("bucket"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	s, err := blob.OpenS3(blob.S3Config{Endpoint: strings.TrimPrefix(server.URL, "http://"), Bucket: "bucket", Prefix: "p",
		Region: "us-east-1", AccessKey: "key", SecretKey: "secret", Insecure: true, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A partition's life over three owners, on both stores.
func TestLifeOfAPartition(t *testing.T) {
	onStores(t, func(t *testing.T, s snapshot.Store) {
		first := claim(t, s, "first")
		found, m, refused, err := restore(t.Context(), first)
		if err != nil || m != nil || len(found) != 0 || len(refused) != 0 {
			t.Fatalf("an empty store: %v, %v, %v, %v", found, m, refused, err)
		}
		commit(t, first, 10, map[string]string{"a": "a1", "b": "b1", "c": "c1"})
		commit(t, first, 20, map[string]string{"b": "b2", "d": "d2"})
		commit(t, first, 30, map[string]string{"a": "-", "e": ""})

		second := claim(t, s, "second")
		found, m, refused, err = restore(t.Context(), second)
		if err != nil || len(refused) != 0 {
			t.Fatal(err, refused)
		}
		if diff := cmp.Diff(map[string]string{"b": "b2", "c": "c1", "d": "d2", "e": ""}, found); diff != "" {
			t.Error(diff)
		}
		want := meta(30)
		want.Format, want.Epoch, want.Sequence, want.WrittenAt = 1, 1, m.Sequence, m.WrittenAt
		if diff := cmp.Diff(&want, m); diff != "" || m.WrittenAt.IsZero() || m.Sequence < 3 {
			t.Errorf("meta %+v: %s", m, diff)
		}
		if err := tryCommit(t.Context(), first, 40, map[string]string{"z": "z"}); !errors.Is(err, snapshot.ErrFenced) {
			t.Errorf("the first owner: %v", err)
		}
		commit(t, second, 50, map[string]string{"a": "a5"})
		begin(t, s, "third", map[string]string{"a": "a5", "b": "b2", "c": "c1", "d": "d2", "e": ""})
	})
}

func TestManyFiles(t *testing.T) {
	s := newMemory()
	l := begin(t, s, "first", nil)
	want := map[string]string{}
	states := rand.New(rand.NewPCG(1, 2))
	c := l.Begin()
	live := map[uint64]int64{}
	for i := range 50_000 { // 50 MB: four runs
		state := make([]byte, 1000)
		for j := range state[:200] {
			state[j] = byte(states.Uint32())
		}
		vehicle := fmt.Sprintf("car-%d", i*7919%40_000) // a quarter of them twice
		c.Put(vehicle, state)
		want[vehicle] = string(state)
		file, _, length, err := c.Chunk(i%3 == 0, state)
		if err != nil {
			t.Fatal(err)
		}
		live[file] += int64(length)
	}
	if err := c.Commit(t.Context(), meta(1), live); err != nil {
		t.Fatal(err)
	}
	if n := len(s.names("/entries/")); n != 4 {
		t.Errorf("%d files of entries, want 4", n)
	}
	if n := len(s.names("/chunks/")); n != len(live) || n < 4 {
		t.Errorf("%d chunk files, want %d", n, len(live))
	}
	found, _, refused, err := restore(t.Context(), claim(t, s, "second"))
	if err != nil || len(refused) > 0 || !cmp.Equal(want, found) {
		t.Errorf("%d vehicles came back of %d: %v, %v", len(found), len(want), err, refused)
	}
}

func TestDeltasAreMergedWhenTheyOutgrowTheBase(t *testing.T) {
	s := newMemory()
	l := begin(t, s, "first", nil)
	want := map[string]string{}
	for i := range 30 {
		states := map[string]string{}
		for j := range 20 {
			states[fmt.Sprintf("car-%d", (i+j)%25)] = fmt.Sprintf("state %d of %d", i, j)
		}
		states[fmt.Sprintf("car-%d", (i+3)%25)] = "-"
		commit(t, l, int64(i), states)
		l.Settle()
		for vehicle, state := range states {
			want[vehicle] = state
			if state == "-" {
				delete(want, vehicle)
			}
		}
		st := l.Status()
		if st.TidyErr != nil || st.DeltaBytes > st.BaseBytes {
			t.Fatalf("after commit %d: %+v", i, st)
		}
	}
	st := l.Status()
	if st.Merges < 5 || st.Deleted < 30 {
		t.Errorf("status %+v", st)
	}
	if n := len(s.names("/manifest/")); n != 2 {
		t.Errorf("%d manifests, want 2", n)
	}
	begin(t, s, "second", want)
}

func TestCommitRefuses(t *testing.T) {
	t.Run("before a restore", func(t *testing.T) {
		s := newMemory()
		commit(t, begin(t, s, "first", nil), 1, map[string]string{"a": "1"})
		if err := tryCommit(t.Context(), claim(t, s, "second"), 2, nil); err == nil {
			t.Error("a commit would have hidden what is there")
		}
		begin(t, s, "third", map[string]string{"a": "1"})
	})
	t.Run("twice", func(t *testing.T) {
		c := fill(begin(t, newMemory(), "first", nil).Begin(), map[string]string{"a": "1"})
		if err := c.Commit(t.Context(), meta(1), nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Commit(t.Context(), meta(1), nil); err == nil {
			t.Error("no error")
		}
	})
	t.Run("beside another", func(t *testing.T) {
		l := begin(t, newMemory(), "first", nil)
		one, two := l.Begin(), l.Begin()
		if err := two.Commit(t.Context(), meta(1), nil); err == nil {
			t.Error("no error")
		}
		if err := one.Commit(t.Context(), meta(1), nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("what is too large", func(t *testing.T) {
		c := begin(t, newMemory(), "first", nil).Begin()
		c.Put(strings.Repeat("v", 2000), nil)
		if err := c.Commit(t.Context(), meta(1), nil); err == nil || strings.Contains(err.Error(), "vvv") {
			t.Errorf("error %v", err)
		}
		if _, _, _, err := c.Chunk(true, make([]byte, 17<<20)); err == nil {
			t.Error("a piece of 17 MiB: no error")
		}
	})
	t.Run("after Close", func(t *testing.T) {
		l := begin(t, newMemory(), "first", nil)
		c := l.Begin()
		l.Close()
		if err := c.Commit(t.Context(), meta(1), nil); err == nil {
			t.Error("no error")
		}
	})
}

// Whatever call of a commit fails, the state of before is what a restore finds, or,
// where the manifest was written, the new one; and the same commit can be repeated.
func TestFailedCommitIsRepeated(t *testing.T) {
	large := map[string]string{}
	for i := range 3000 { // two runs, so that some is written while it is filled
		large[fmt.Sprintf("car-%d", i)] = string(bytes.Repeat([]byte{byte(i)}, 10_000))
	}
	broken := &blob.RetryableError{Err: errors.New("disk full")}
	for call := 0; ; call++ {
		s := newMemory()
		l := begin(t, s, "first", nil)
		commit(t, l, 1, map[string]string{"a": "1"})
		l.Settle()
		calls := 0
		s.before = func(string, string) error {
			if calls++; calls > call {
				return broken
			}
			return nil
		}
		c := l.Begin()
		if _, _, _, err := c.Chunk(true, []byte("piece")); err != nil {
			t.Fatal(err)
		}
		err := fill(c, large).Commit(t.Context(), meta(2), nil)
		if err == nil {
			if call < 4 {
				t.Errorf("a commit took %d calls", call)
			}
			return
		}
		if !errors.Is(err, broken) || !blob.Retryable(err) {
			t.Fatalf("call %d: %v", call, err)
		}
		after := s.copied()
		found, m, _, err := restore(t.Context(), claim(t, after, "second"))
		if err != nil || m.Offsets[key.Topic] == 1 && len(found) != 1 || m.Offsets[key.Topic] == 2 && len(found) != 3001 {
			t.Fatalf("call %d: %d vehicles at %+v: %v", call, len(found), m, err)
		}
		s.before = nil
		if err := c.Commit(t.Context(), meta(2), nil); err != nil {
			t.Fatalf("call %d, again: %v", call, err)
		}
		l.Settle()
		found, _, _, err = restore(t.Context(), claim(t, s, "third"))
		if err != nil || len(found) != 3001 {
			t.Fatalf("call %d: %d vehicles: %v", call, len(found), err)
		}
	}
}

func TestRestorePassesTheCallersError(t *testing.T) {
	s := newMemory()
	commit(t, begin(t, s, "first", nil), 1, map[string]string{"a": "1"})
	refused := errors.New("no such state")
	l := claim(t, s, "second")
	if _, _, err := l.Restore(t.Context(), func(string, []byte) error { return refused }); !errors.Is(err, refused) || errors.Is(err, snapshot.ErrInterrupted) {
		t.Errorf("error %v", err)
	}
	if _, _, err := l.Restore(t.Context(), func(string, []byte) error { return nil }); err != nil {
		t.Errorf("again: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := claim(t, s, "third").Restore(ctx, func(string, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
