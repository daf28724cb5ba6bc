package snapshot_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

var key = snapshot.Key{Topic: "vehicle.telemetry", Partition: 3}

// memory is a store in memory, whose every call a test may watch or refuse.
type memory struct {
	mu    sync.Mutex
	blobs map[string][]byte
	// before, where set, is called without the lock before each call.
	before func(call, name string) error
}

func newMemory() *memory { return &memory{blobs: map[string][]byte{}} }

func (m *memory) call(ctx context.Context, call, name string, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.before != nil {
		if err := m.before(call, name); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return do()
}

func (m *memory) Put(ctx context.Context, name string, data []byte) error {
	return m.call(ctx, "put", name, func() error {
		m.blobs[name] = slices.Clone(data)
		return nil
	})
}

func (m *memory) PutNew(ctx context.Context, name string, data []byte) error {
	return m.call(ctx, "put new", name, func() error {
		if _, ok := m.blobs[name]; ok {
			return blob.ErrExists
		}
		m.blobs[name] = slices.Clone(data)
		return nil
	})
}

func (m *memory) Get(ctx context.Context, name string) (data []byte, err error) {
	err = m.call(ctx, "get", name, func() error {
		found, ok := m.blobs[name]
		if !ok {
			return blob.ErrNotFound
		}
		data = slices.Clone(found)
		return nil
	})
	return data, err
}

func (m *memory) GetRange(ctx context.Context, name string, offset, length int64) (data []byte, err error) {
	err = m.call(ctx, "get range", name, func() error {
		found, ok := m.blobs[name]
		if !ok {
			return blob.ErrNotFound
		}
		if offset < 0 || offset+length > int64(len(found)) {
			return io.ErrUnexpectedEOF
		}
		data = slices.Clone(found[offset : offset+length])
		return nil
	})
	return data, err
}

func (m *memory) List(ctx context.Context, prefix string) (names []string, err error) {
	err = m.call(ctx, "list", prefix, func() error {
		for name := range m.blobs {
			if strings.HasPrefix(name, prefix) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return nil
	})
	return names, err
}

func (m *memory) Delete(ctx context.Context, name string) error {
	return m.call(ctx, "delete", name, func() error {
		delete(m.blobs, name)
		return nil
	})
}

// copied is a store with the same blobs.
func (m *memory) copied() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &memory{blobs: maps.Clone(m.blobs)}
}

// names are those with a part in them, sorted.
func (m *memory) names(part string) (found []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name := range m.blobs {
		if strings.Contains(name, part) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func claim(t testing.TB, s snapshot.Store, owner string) *snapshot.Log {
	t.Helper()
	l, err := snapshot.Claim(t.Context(), s, key, owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// restore reads everything into a map.
func restore(ctx context.Context, l *snapshot.Log) (map[string]string, *snapshot.Meta, []snapshot.Refusal, error) {
	found := map[string]string{}
	last := ""
	meta, refused, err := l.Restore(ctx, func(vehicle string, state []byte) error {
		if vehicle <= last && last != "" {
			return fmt.Errorf("%s came after %s", vehicle, last)
		}
		found[vehicle], last = string(state), vehicle
		clear(state) // it is not ours
		return nil
	})
	return found, meta, refused, err
}

// begin claims and restores what must be there.
func begin(t testing.TB, s snapshot.Store, owner string, want map[string]string) *snapshot.Log {
	t.Helper()
	l := claim(t, s, owner)
	found, _, refused, err := restore(t.Context(), l)
	if err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	if diff := cmp.Diff(want, found); want != nil && diff != "" {
		t.Fatalf("restored (-want +got):\n%s", diff)
	}
	return l
}

func meta(offset int64) snapshot.Meta {
	return snapshot.Meta{Partitions: 8, Offsets: map[string]int64{key.Topic: offset}, Watermark: 1_000_000 * offset}
}

// commit puts states, removes vehicles whose state is "-", and commits them.
func commit(t testing.TB, l *snapshot.Log, offset int64, states map[string]string) {
	t.Helper()
	if err := tryCommit(t.Context(), l, offset, states); err != nil {
		t.Fatal(err)
	}
}

func tryCommit(ctx context.Context, l *snapshot.Log, offset int64, states map[string]string) error {
	return fill(l.Begin(), states).Commit(ctx, meta(offset), nil)
}

func fill(c *snapshot.Checkpoint, states map[string]string) *snapshot.Checkpoint {
	buf := make([]byte, 0, 64)
	for vehicle, state := range states {
		if state == "-" {
			c.Remove(vehicle)
			continue
		}
		buf = append(buf[:0], state...) // the same bytes for every Put
		c.Put(vehicle, buf)
	}
	return c
}

// noise is state that does not compress.
func noise(seed, n int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
