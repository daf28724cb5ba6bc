package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

// machine is a partition's snapshots beside what a plain map says they hold.
type machine struct {
	store     *memory
	log       *snapshot.Log
	older     *snapshot.Log // the owner before
	open      *snapshot.Checkpoint
	offset    int64
	live      map[string]string // with what is not committed yet
	committed map[string]string
}

func newMachine() *machine {
	return &machine{store: newMemory(), live: map[string]string{}, committed: map[string]string{}}
}

// take claims and restores as a new owner does after a crash.
func (m *machine) take(t *rapid.T) {
	l, err := snapshot.Claim(context.Background(), m.store, key, "owner")
	if err != nil {
		t.Fatal(err)
	}
	found, meta, refused, err := restore(context.Background(), l)
	if err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	if diff := cmp.Diff(m.committed, found); diff != "" {
		t.Fatalf("restored (-want +got):\n%s", diff)
	}
	if meta != nil && meta.Offsets[key.Topic] != m.offset {
		t.Fatalf("restored offset %d, want %d", meta.Offsets[key.Topic], m.offset)
	}
	if m.older != nil {
		m.older.Close()
	}
	if m.log != nil {
		m.log.Settle()
	}
	m.older, m.log, m.open, m.live = m.log, l, nil, maps.Clone(m.committed)
}

func (m *machine) checkpoint() *snapshot.Checkpoint {
	if m.open == nil {
		m.open = m.log.Begin()
	}
	return m.open
}

func vehicle(t *rapid.T) string { return fmt.Sprint("car-", rapid.IntRange(0, 30).Draw(t, "car")) }

func (m *machine) put(t *rapid.T) {
	v, state := vehicle(t), rapid.StringN(0, 40, -1).Draw(t, "state")
	m.checkpoint().Put(v, []byte(state))
	m.live[v] = state
}

func (m *machine) remove(t *rapid.T) {
	v := vehicle(t)
	m.checkpoint().Remove(v)
	delete(m.live, v)
}

// commit may meet a store that fails for some calls, and is then repeated.
func (m *machine) commit(t *rapid.T) {
	c := m.checkpoint()
	if failing := rapid.IntRange(0, 8).Draw(t, "failing call"); failing > 0 {
		m.log.Settle()
		calls := 0
		m.store.before = func(string, string) error {
			if calls++; calls == failing {
				return &blob.RetryableError{Err: errors.New("no answer")}
			}
			return nil
		}
		err := c.Commit(context.Background(), meta(m.offset+1), nil)
		m.log.Settle()
		m.store.before = nil
		if err == nil {
			m.settled()
			return
		}
	}
	if err := c.Commit(context.Background(), meta(m.offset+1), nil); err != nil {
		t.Fatal(err)
	}
	m.settled()
}

func (m *machine) settled() {
	m.offset++
	m.committed, m.open = maps.Clone(m.live), nil
}

func (m *machine) merge(t *rapid.T) {
	m.log.Settle()
	if err := m.log.Merge(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// zombie lets the owner before write.
func (m *machine) zombie(t *rapid.T) {
	if m.older == nil {
		return
	}
	c := m.older.Begin()
	c.Put(vehicle(t), []byte("of a zombie"))
	if err := c.Commit(context.Background(), meta(999), nil); err == nil {
		t.Fatal("a zombie's commit passed")
	}
}

// Any sequence of checkpoints, merges, crashes and zombies leaves what a map holds.
func TestSnapshotsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine()
		m.take(t)
		t.Repeat(map[string]func(*rapid.T){
			"put": m.put, "put more": m.put, "remove": m.remove, "commit": m.commit,
			"merge": m.merge, "crash": m.take, "zombie": m.zombie,
		})
		m.log.Settle()
		m.take(t)
		m.log.Close()
		m.older.Close()
	})
}

// Of a file of entries comes back what was put in: the last of each vehicle, sorted.
func TestEntriesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]snapshot.Entry{}
		var all []snapshot.Entry
		for range rapid.IntRange(0, 50).Draw(t, "entries") {
			e := snapshot.Entry{Vehicle: rapid.StringN(0, 10, -1).Draw(t, "vehicle"), Removed: rapid.Bool().Draw(t, "removed")}
			if !e.Removed {
				e.State = rapid.StringN(0, 300, -1).Draw(t, "state")
			}
			all = append(all, e)
			want[e.Vehicle] = e
		}
		data, err := snapshot.WriteEntries(key, 7, all)
		if err != nil {
			t.Fatal(err)
		}
		found, err := snapshot.ReadEntries(key, 7, data)
		if err != nil || len(found) != len(want) {
			t.Fatal(len(found), len(want), err)
		}
		for i, e := range found {
			if want[e.Vehicle] != e || i > 0 && found[i-1].Vehicle >= e.Vehicle {
				t.Fatalf("entry %d is %+v, want %+v", i, e, want[e.Vehicle])
			}
		}
	})
}
