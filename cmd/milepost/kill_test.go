package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"milepost/config"
	"milepost/fixtures"
	"milepost/ingest/group"
	"milepost/ingest/snapshot"
	"milepost/outcome"
	"milepost/sinks"
)

// childJob is set in a child process alone: what it runs, and where it dies.
const childJob = "MILEPOST_TEST_KILL_JOB"

// job is a run that kills itself.
type job struct {
	Config config.Config
	Point  string // one of points; empty: it lives
	Count  int64  // dies at this passing of the point
	Now    int64  // by which alerts are stale, Unix µs; 0 for the wall clock
}

func TestMain(m *testing.M) {
	if text := os.Getenv(childJob); text != "" {
		if err := runJob(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runJob is the child: `milepost run` with the points of failure around everything
// that it writes. It ends by itself only where nothing is left to write.
func runJob(text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	log, err := newLogger(os.Stderr, config.Log{Level: "error", Format: "text"})
	if err != nil {
		return err
	}
	// Secrets do not pass through JSON.
	j.Config.Store.ClickHouse.Password = config.Secret(os.Getenv("MILEPOST_CLICKHOUSE_PASSWORD"))
	limitMemory(j.Config.Limits)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	dying := &fuse{point: j.Point, idle: time.AfterFunc(nothingLeft, stop)}
	dying.left.Store(j.Count)
	wrap := dying.wrappers()
	if j.Now != 0 {
		wrap.now = func() time.Time { return time.UnixMicro(j.Now) }
	}
	s, err := newService(ctx, j.Config, log, wrap)
	if err != nil {
		return err
	}
	s.idle = quickly
	err = s.run(ctx)
	if status, unread := os.ReadFile("/proc/self/status"); unread == nil {
		os.Stdout.Write(status) // its peak of memory, for whoever asks
	}
	return err
}

// nothingLeft is how long a child passes no point before it takes its work as done:
// longer than a fetch waits at the end of the log, and than the group takes to form
// on a busy machine.
const nothingLeft = 15 * time.Second

// fuse kills the process at a point of failure, as kill -9 does.
type fuse struct {
	point string
	left  atomic.Int64
	idle  *time.Timer
}

// points are where a run may die: before and after it writes something that counts.
var points = []string{
	"before sink write", "after sink write",
	"before claim", "after claim",
	"before state file", "after state file",
	"before manifest", "after manifest",
	"before commit", "after commit",
}

func (f *fuse) pass(point string) {
	f.idle.Reset(nothingLeft)
	if f.point == point && f.left.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal comes
	}
}

func (f *fuse) wrappers() wrappers {
	return wrappers{
		state:  func(s snapshot.Store) snapshot.Store { return fusedState{Store: s, fuse: f} },
		sink:   func(n sinks.Named) sinks.Named { n.Writer = fusedSink{Writer: n.Writer, fuse: f}; return n },
		commit: func(c group.Commit) group.Commit { return f.commit(c) },
		linger: 5 * time.Millisecond, session: 6 * time.Second,
	}
}

func (f *fuse) commit(c group.Commit) group.Commit {
	return func(next int64) error {
		f.pass("before commit")
		defer f.pass("after commit")
		return c(next)
	}
}

type fusedSink struct {
	sinks.Writer
	fuse *fuse
}

func (s fusedSink) Write(ctx context.Context, batch []outcome.Outcome) error {
	s.fuse.pass("before sink write")
	defer s.fuse.pass("after sink write")
	return s.Writer.Write(ctx, batch)
}

type fusedState struct {
	snapshot.Store
	fuse *fuse
}

func (s fusedState) Put(ctx context.Context, name string, data []byte) error {
	point := "state file"
	if strings.Contains(name, "manifest") {
		point = "manifest"
	}
	s.fuse.pass("before " + point)
	defer s.fuse.pass("after " + point)
	return s.Store.Put(ctx, name, data)
}

func (s fusedState) PutNew(ctx context.Context, name string, data []byte) error {
	s.fuse.pass("before claim")
	defer s.fuse.pass("after claim")
	return s.Store.PutNew(ctx, name, data)
}

// Whatever the moment at which the process is killed: what its successors store in
// the end is what an undisturbed run stores, and nothing else is stored meanwhile.
func TestKilledAnywhereGivesTheSameOutcomes(t *testing.T) {
	rounds, each := 300, 60
	if testing.Short() {
		rounds, each = 40, 20
	}
	rng := rand.New(rand.NewPCG(3, 2026))
	addr := fakeBroker(t)
	deaths, total := map[string]int{}, 0
	for seed := uint64(100); total < rounds; seed++ {
		w := newWorld(t, addr, fixtures.Config{Seed: seed, Vehicles: 8, Days: 4, FrameSeconds: 10, SpeedHz: 1}, 3)
		for _, point := range w.dieOften(t, rng, each) {
			deaths[point]++
			total++
		}
	}
	t.Logf("died %v", deaths)
	for _, p := range points {
		if deaths[p] == 0 {
			t.Errorf("never died %s", p)
		}
	}
}

// dieOften lets children die over a world until it is worked through or so many have
// died, and a last run end it; it gives the points at which they died.
func (w *world) dieOften(t *testing.T, rng *rand.Rand, most int) (died []string) {
	t.Helper()
	began, path := time.Now(), w.config().Store.SQLite
	want, history := w.oracle(t), w.revisions(t)
	children, reached := 0, 0
	for len(died) < most {
		j := w.deadlyJob(rng)
		children++
		dead := killed(t, j)
		stored := inStore(t, path)
		for id, body := range stored {
			if !history[id+body] {
				t.Fatalf("an outcome that no undisturbed run gives, after %+v:\n%s", j, body)
			}
		}
		if !dead {
			if !maps.Equal(stored, want) {
				t.Fatalf("a run found nothing left to do before its end, after %v", died)
			}
			break
		}
		died, reached = append(died, j.Point), len(stored)
	}
	if reached == 0 {
		t.Error("all died before anything was stored")
	}
	m := w.start(t, w.config(), wrappers{})
	settled(t, path, want)
	m.end(t)
	t.Logf("%d outcomes of %d records equal after %d children and %d deaths, the last with %d stored, in %v",
		len(want), len(w.frames), children, len(died), reached, time.Since(began).Round(time.Millisecond))
	return died
}

// deadlyJob draws where a child dies, soon enough that much is left to do.
func (w *world) deadlyJob(rng *rand.Rand) job {
	j := job{Config: w.config(), Point: points[rng.IntN(len(points))], Count: 1 + rng.Int64N(8)}
	if strings.Contains(j.Point, "sink") || strings.Contains(j.Point, "claim") {
		j.Count = 1 + rng.Int64N(3)
	}
	// Reading waits for the sink, and what is read at once is little.
	j.Config.State.Every, j.Config.Limits.FetchBytes, j.Config.Limits.OutcomeQueue = time.Millisecond, 1<<10, 1
	// A group of its own: the broker would wait for the dead member's session to end.
	j.Config.Kafka.Group += fmt.Sprint(".", rng.Int64())
	return j
}

// killed runs a child until it dies at its point, and reports whether it did; it
// did not where nothing was left to do.
func killed(t *testing.T, j job) bool {
	t.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childJob+"="+string(text))
	child.Stderr = t.Output()
	err = child.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		return true
	}
	t.Fatalf("a child ended otherwise than by its death: %v (%+v)", err, j)
	return false
}
