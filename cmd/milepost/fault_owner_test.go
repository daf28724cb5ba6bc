package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"milepost/ingest/group"
	"milepost/ingest/partition"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
)

// The commits of a generation that is over are refused: the offset never moves back.
func TestFaultZombieCommit(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(40), 4)
		cfg, want, v := inSmallSteps(w.config()), w.oracle(t), newValve()
		var mu sync.Mutex
		var old []group.Commit
		wrap := v.wrap()
		wrap.commit = func(c group.Commit) group.Commit {
			mu.Lock()
			defer mu.Unlock()
			old = append(old, c)
			return c
		}
		first := w.start(t, cfg, wrap)
		v.let(10)
		until(t, "a write waits", v.held)
		mu.Lock()
		zombies := old
		mu.Unlock()
		second := w.start(t, cfg, v.wrap())
		until(t, "the second has partitions", func() bool {
			if v.held() {
				v.let(1)
			}
			return second.number(t, "milepost_partition_state") > 0
		})
		before := w.committed(t, cfg.Kafka.Group)
		for _, commit := range zombies {
			if err := commit(0); err == nil {
				t.Error("a commit of a generation that is over was taken")
			}
		}
		for p, next := range w.committed(t, cfg.Kafka.Group) {
			if next < before[p] || next == 0 && before[p] > 0 {
				t.Errorf("partition %d went from offset %d to %d", p, before[p], next)
			}
		}
		v.open()
		settled(t, cfg.Store.SQLite, want)
		first.end(t)
		second.end(t)
	})
}

// stuck is a state store whose manifests hang, on demand.
type stuck struct {
	snapshot.Store
	on   atomic.Bool
	held atomic.Int64
	free chan struct{}
}

func (s *stuck) Put(ctx context.Context, name string, data []byte) error {
	if s.on.Load() && strings.Contains(name, "manifest") {
		s.held.Add(1)
		<-s.free
	}
	return s.Store.Put(ctx, name, data)
}

// An owner hangs while it writes its state; another claims the partitions and ends
// the work. What the first writes then is ignored, and it goes on in the group.
func TestFaultZombieOwner(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(41), 2)
		cfg, want, v, hang := inSmallSteps(w.config()), w.oracle(t), newValve(), &stuck{free: make(chan struct{})}
		wrap := v.wrap()
		wrap.state = func(s snapshot.Store) snapshot.Store { hang.Store = s; return hang }
		zombie := w.start(t, cfg, wrap)
		v.let(10)
		until(t, "a write waits", v.held)
		hang.on.Store(true)
		until(t, "the state hangs", func() bool {
			if v.held() {
				v.let(1) // a checkpoint waits for the writes of its batches, however many these are
			}
			return hang.held.Load() > 0
		})
		if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
			t.Fatal("the work was done before the owner hung")
		}
		next := w.config()
		next.Kafka.Group += ".next" // the first still has its place in its own
		successor := w.start(t, next, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		successor.end(t)
		hang.on.Store(false)
		close(hang.free)
		v.open()
		until(t, "the first begins anew", func() bool { return zombie.number(t, "milepost_rebalances_total") > 1 })
		settled(t, cfg.Store.SQLite, want)
		zombie.end(t)
		last := w.start(t, next, wrappers{})
		until(t, "the state is restored", func() bool { return last.number(t, "milepost_partition_state") > 0 })
		settled(t, cfg.Store.SQLite, want)
		last.end(t)
		if n := last.number(t, "milepost_records_total"); n != 0 {
			t.Errorf("%v records were read again", n)
		}
	})
}

// A process stands still (SIGSTOP) for longer than its session; another takes over,
// and the first comes back. Both together have told what one would have.
func TestFaultProcessStandsStill(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, days(42), 2)
		cfg, want := inSmallSteps(w.config()), w.oracle(t)
		text, err := json.Marshal(job{Config: cfg})
		if err != nil {
			t.Fatal(err)
		}
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childJob+"="+string(text))
		child.Stderr = t.Output()
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		until(t, "the first has stored something", func() bool { return len(inStore(t, cfg.Store.SQLite)) > 0 })
		if err := child.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		if len(inStore(t, cfg.Store.SQLite)) >= len(want) {
			t.Fatal("the work was done before the process stood still")
		}
		next := w.config()
		next.Store.SQLite = filepath.Join(w.dir, "next.db") // the first may hold its own store's lock
		successor := w.start(t, next, newOpenValve().wrap())
		together := func() map[string]string {
			return newestOf(t, inStore(t, cfg.Store.SQLite), inStore(t, next.Store.SQLite))
		}
		defer func() {
			if t.Failed() {
				t.Logf("%v records read by the successor; told, and not as wanted:\n%s", successor.number(t, "milepost_records_total"), cmp.Diff(want, together()))
			}
		}()
		until(t, "both together have told everything", func() bool { return maps.Equal(together(), want) })
		if err := child.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err != nil {
			t.Errorf("the first process ended with %v", err)
		}
		successor.end(t)
		if !maps.Equal(together(), want) {
			t.Error("the outcomes differ after the first process came back")
		}
	})
}

func newOpenValve() *valve {
	v := newValve()
	v.open()
	return v
}

// newestOf takes the newest version of each outcome.
func newestOf(t *testing.T, stores ...map[string]string) map[string]string {
	t.Helper()
	newest, revisions := map[string]string{}, map[string]int{}
	for _, store := range stores {
		for id, body := range store {
			var head struct {
				Revision int `json:"revision"`
			}
			if err := json.Unmarshal([]byte(body), &head); err != nil {
				t.Fatal(err)
			}
			if head.Revision >= revisions[id] {
				revisions[id], newest[id] = head.Revision, body
			}
		}
	}
	return newest
}

// A topic that has grown is refused, at the start and while a process runs: its
// vehicles' state lies in other partitions than their records.
func TestFaultPartitionsAdded(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		refused := func(t *testing.T, m *member) {
			t.Helper()
			var changed *partition.PartitionsChangedError
			until(t, "run ends", func() bool { return len(m.ended) > 0 })
			if err := <-m.ended; !errors.As(err, &changed) || changed.Written != 2 || changed.Now != 5 {
				t.Errorf("run ended with %v", err)
			}
		}
		t.Run("between two runs", func(t *testing.T) {
			w := newWorld(t, addr, town(43), 2)
			m := w.start(t, w.config(), wrappers{})
			settled(t, w.config().Store.SQLite, w.oracle(t))
			m.end(t)
			w.grow(t, 5)
			refused(t, w.start(t, w.config(), wrappers{}))
		})
		t.Run("while it runs", func(t *testing.T) {
			w := newWorld(t, addr, town(44), 2)
			m := w.start(t, w.config(), newOpenValve().wrap())
			settled(t, w.config().Store.SQLite, w.oracle(t))
			w.grow(t, 5)
			refused(t, m)
		})
	})
}

func (w *world) grow(t *testing.T, partitions int32) {
	t.Helper()
	for _, name := range []string{"profiles", "telemetry"} {
		answer, err := w.client().CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: w.topic(name), Count: partitions}}})
		if err == nil {
			err = answer.Errors[w.topic(name)]
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// A busy broker tells of one before the other.
	until(t, "both have grown", func() bool {
		fresh := &kafka.Transport{}
		defer fresh.CloseIdleConnections()
		found, err := raw.Partitions(t.Context(), &kafka.Client{Addr: kafka.TCP(w.addr), Transport: fresh}, w.topic("profiles"), w.topic("telemetry"))
		return err == nil && found[w.topic("profiles")] == int(partitions) && found[w.topic("telemetry")] == int(partitions)
	})
}
