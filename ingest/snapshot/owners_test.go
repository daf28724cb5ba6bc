package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/snapshot"
)

func TestOneEpochForEachOfManyOwners(t *testing.T) {
	onStores(t, func(t *testing.T, s snapshot.Store) {
		epochs := make([]uint64, 6)
		var wg sync.WaitGroup
		for i := range epochs {
			wg.Go(func() {
				l, err := snapshot.Claim(t.Context(), s, key, fmt.Sprint("owner ", i))
				if err != nil {
					t.Error(err)
					return
				}
				epochs[i] = l.Epoch()
				l.Close()
			})
		}
		wg.Wait()
		seen := map[uint64]bool{}
		for _, e := range epochs {
			if e == 0 || seen[e] {
				t.Errorf("epochs %v", epochs)
			}
			seen[e] = true
		}
	})
}

// Two race for one claim: between the look and the taking another takes it.
func TestClaimThatAnotherTakesFirst(t *testing.T) {
	s := newMemory()
	var rival *snapshot.Log
	s.before = func(call, _ string) error {
		if call == "put new" && rival == nil {
			s.before = nil
			rival = claim(t, s, "rival")
		}
		return nil
	}
	l := claim(t, s, "late")
	if rival.Epoch() != 1 || l.Epoch() != 2 {
		t.Errorf("epochs %d and %d", rival.Epoch(), l.Epoch())
	}
	if _, _, _, err := restore(t.Context(), rival); err != nil {
		t.Fatal(err)
	}
	if err := tryCommit(t.Context(), rival, 1, nil); !errors.Is(err, snapshot.ErrFenced) {
		t.Errorf("the rival's commit: %v", err)
	}
}

// The name of a claim that was found free may have been freed by a later owner.
func TestClaimOfADeletedEpoch(t *testing.T) {
	s := newMemory()
	s.before = func(call, _ string) error {
		if call != "put new" {
			return nil
		}
		s.before = nil
		claim(t, s, "first")
		l := begin(t, s, "second", nil)
		commit(t, l, 1, map[string]string{"a": "1"})
		l.Settle()
		if n := s.names("/claim/"); len(n) != 1 {
			t.Errorf("claims left: %v", n)
		}
		return nil
	}
	if l := claim(t, s, "late"); l.Epoch() != 3 {
		t.Errorf("epoch %d, want 3", l.Epoch())
	}
}

// A zombie is held up at every call of a commit in turn, while a follower claims,
// restores, commits and deletes. The zombie learns that it is fenced, or its commit
// came first and is part of what the follower restored; the follower's state stands.
func TestZombieHeldUpAtEachCall(t *testing.T) {
	for held := 1; ; held++ {
		s := newMemory()
		zombie := begin(t, s, "zombie", nil)
		commit(t, zombie, 1, map[string]string{"a": "1", "b": "1"})
		zombie.Settle()

		calls, restored := 0, map[string]string(nil)
		var follower *snapshot.Log
		s.before = func(string, string) error {
			if calls++; calls != held {
				return nil
			}
			s.before = nil
			follower = claim(t, s, "follower")
			var refused []snapshot.Refusal
			var err error
			if restored, _, refused, err = restore(t.Context(), follower); err != nil || len(refused) > 0 {
				t.Fatal(held, refused, err)
			}
			commit(t, follower, 3, map[string]string{"c": "3"})
			follower.Settle()
			return nil
		}
		err := tryCommit(t.Context(), zombie, 2, map[string]string{"a": "2"})
		zombie.Settle()
		if follower == nil {
			if held < 5 {
				t.Errorf("a commit took %d calls", held-1)
			}
			return
		}
		switch before, after := map[string]string{"a": "1", "b": "1"}, map[string]string{"a": "2", "b": "1"}; {
		case err == nil && !cmp.Equal(after, restored):
			t.Errorf("held at call %d: committed, and the follower restored %v", held, restored)
		case err != nil && (!errors.Is(err, snapshot.ErrFenced) || !cmp.Equal(before, restored) && !cmp.Equal(after, restored)):
			t.Errorf("held at call %d: %v, and the follower restored %v", held, err, restored)
		}
		if err := tryCommit(t.Context(), zombie, 9, map[string]string{"z": "9"}); !errors.Is(err, snapshot.ErrFenced) && err != nil && !strings.Contains(err.Error(), "has not been committed") {
			t.Errorf("held at call %d, the next commit: %v", held, err)
		}
		restored["c"] = "3"
		begin(t, s, "third", restored)
		commit(t, begin(t, s, "fourth", restored), 4, nil)
		begin(t, s, "fifth", restored)
	}
}

// The manifest that a zombie wrote after its follower's counts below it.
func TestZombiesManifestIsIgnored(t *testing.T) {
	s := newMemory()
	zombie := begin(t, s, "zombie", nil)
	commit(t, zombie, 1, map[string]string{"a": "1"})
	zombie.Settle()
	s.before = func(call, name string) error {
		if call == "put" && strings.Contains(name, "/manifest/") {
			s.before = nil
			follower := begin(t, s, "follower", map[string]string{"a": "1"})
			commit(t, follower, 2, map[string]string{"a": "2"})
			follower.Settle()
		}
		return nil
	}
	if err := tryCommit(t.Context(), zombie, 5, map[string]string{"a": "zombie"}); !errors.Is(err, snapshot.ErrFenced) {
		t.Fatalf("the zombie's commit: %v", err)
	}
	if n := s.names("/manifest/0000000001-0000000002"); len(n) != 1 {
		t.Fatalf("the zombie's manifest was not written: %v", s.names("/manifest/"))
	}
	third := begin(t, s, "third", map[string]string{"a": "2"})
	commit(t, third, 3, nil)
	third.Settle()
	if n := s.names("/manifest/0000000001"); len(n) != 0 {
		t.Errorf("the zombie's manifest is still there: %v", n)
	}
}

// Files that vanish while they are read: the newer manifest that must be there then
// is restored instead.
func TestReaderIsOvertaken(t *testing.T) {
	s := newMemory()
	owner := begin(t, s, "owner", nil)
	commit(t, owner, 1, map[string]string{"a": "1"})
	owner.Settle()
	s.before = func(call, name string) error {
		if call != "get" || !strings.Contains(name, "/entries/") {
			return nil
		}
		s.before = nil
		for i := range 4 { // merges, and deletes what the reader is about to read
			commit(t, owner, int64(2+i), map[string]string{"a": fmt.Sprint(2 + i), "b": "long enough to outgrow the base"})
			owner.Settle()
		}
		if len(s.names(name)) != 0 {
			t.Fatalf("%s is still there", name)
		}
		return nil
	}
	found := map[string]string{}
	got, err := snapshot.Inspect(t.Context(), s, key, func(vehicle string, state []byte) error {
		found[vehicle] = string(state)
		return nil
	})
	if err != nil || found["a"] != "5" || got.Meta.Offsets[key.Topic] != 5 || len(got.Refused) != 1 {
		t.Errorf("%v, %+v, %v", found, got, err)
	}
}

// What vanishes between the check and the reading leaves the callback with half:
// it is told so.
func TestInterruptedRestore(t *testing.T) {
	s := newMemory()
	owner := begin(t, s, "owner", nil)
	c := owner.Begin()
	for i := range 5000 { // more than is kept from the check to the reading
		c.Put(fmt.Sprintf("car-%04d", i), noise(i, 12_000))
	}
	if err := c.Commit(t.Context(), meta(1), nil); err != nil {
		t.Fatal(err)
	}
	owner.Settle()
	ranges := 0
	s.before = func(call, name string) error {
		if call == "get range" {
			if ranges++; ranges == 3 {
				clear(s.blobs[name])
			}
		}
		return nil
	}
	l := claim(t, s, "next")
	if _, _, _, err := restore(t.Context(), l); !errors.Is(err, snapshot.ErrInterrupted) {
		t.Errorf("error %v", err)
	}
}

// A merge that ends after another has claimed changes nothing for that one.
func TestZombieMerges(t *testing.T) {
	s := newMemory()
	zombie := begin(t, s, "zombie", nil)
	commit(t, zombie, 1, map[string]string{"a": strings.Repeat("1", 100), "b": "1"})
	commit(t, zombie, 2, map[string]string{"b": "2"})
	zombie.Settle()
	want := map[string]string{"a": strings.Repeat("1", 100), "b": "2"}
	follower := begin(t, s, "follower", want)
	if err := zombie.Merge(t.Context()); !errors.Is(err, snapshot.ErrFenced) {
		t.Errorf("merge: %v", err)
	}
	if n, err := zombie.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("deleted %d, %v", n, err)
	}
	commit(t, follower, 3, nil)
	begin(t, s, "third", want)
}

func TestClaimStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := snapshot.Claim(ctx, newMemory(), key, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
