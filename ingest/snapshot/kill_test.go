//go:build unix

package snapshot_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/blob"
	"milepost/ingest/snapshot"
)

// The child of TestKillNine finds here the directory and how many calls of the
// store it lives for; 0: until its parent kills it.
const (
	killDir   = "MILEPOST_TEST_SNAPSHOT_DIR"
	killCalls = "MILEPOST_TEST_SNAPSHOT_CALLS"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		calls, err := strconv.Atoi(os.Getenv(killCalls))
		if err == nil {
			err = commitUntilKilled(dir, calls)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// stateAt is what is committed at an offset: it follows from the offset alone.
func stateAt(offset int64) map[string]string {
	states := map[string]string{}
	for n := range offset {
		for vehicle, state := range changesAt(n + 1) {
			states[vehicle] = state
			if state == "-" {
				delete(states, vehicle)
			}
		}
	}
	return states
}

func changesAt(offset int64) map[string]string {
	r := rand.New(rand.NewPCG(uint64(offset), 9))
	changes := map[string]string{}
	for range 12 {
		changes[fmt.Sprint("car-", r.IntN(40))] = fmt.Sprintf("%d %x", offset, noise(int(offset), r.IntN(200)))
	}
	changes[fmt.Sprint("car-", r.IntN(40))] = "-"
	return changes
}

// mortal kills its process with the last of its calls: before it, or behind it.
type mortal struct {
	*blob.Dir
	left func() bool
}

func (m mortal) die() {
	if !m.left() {
		// From within, so that it hits this very call; nothing more runs after it.
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (m mortal) Put(ctx context.Context, name string, data []byte) error {
	m.die()
	defer m.die()
	return m.Dir.Put(ctx, name, data)
}

func (m mortal) PutNew(ctx context.Context, name string, data []byte) error {
	m.die()
	defer m.die()
	return m.Dir.PutNew(ctx, name, data)
}

func (m mortal) Delete(ctx context.Context, name string) error {
	m.die()
	defer m.die()
	return m.Dir.Delete(ctx, name)
}

// commitUntilKilled goes on where the snapshots end, and says what it committed.
func commitUntilKilled(dir string, calls int) error {
	d, err := blob.OpenDir(dir)
	if err != nil {
		return err
	}
	used := make(chan int, 1)
	used <- 0
	s := mortal{d, func() bool {
		n := <-used + 1
		used <- n
		return calls == 0 || n < calls
	}}
	l, err := snapshot.Claim(context.Background(), s, key, "child")
	if err != nil {
		return err
	}
	_, m, _, err := restore(context.Background(), l)
	if err != nil {
		return err
	}
	offset := int64(0)
	if m != nil {
		offset = m.Offsets[key.Topic]
	}
	for {
		offset++
		if err := tryCommit(context.Background(), l, offset, changesAt(offset)); err != nil {
			return err
		}
		fmt.Println(offset)
	}
}

// kill -9 amid commits, merges and deletions: what is restored is the last committed
// state, or the one that was being committed, and whole.
func TestKillNine(t *testing.T) {
	const rounds = 30
	dir := t.TempDir()
	acknowledged := int64(0)
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 4))
		calls := 0 // the parent kills, at any moment after some lines
		if round%2 == 0 {
			calls = 2 + r.IntN(60)
		}
		acknowledged = max(acknowledged, runChild(t, dir, calls, 1+r.IntN(20)))
		d, err := blob.OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		l := claim(t, d, "parent")
		found, m, refused, err := restore(t.Context(), l)
		if err != nil || len(refused) > 0 {
			t.Fatalf("round %d: refused %v: %v", round, refused, err)
		}
		offset := int64(0)
		if m != nil {
			offset = m.Offsets[key.Topic]
		}
		if offset < acknowledged || offset > acknowledged+1 {
			t.Fatalf("round %d: restored offset %d, acknowledged was %d", round, offset, acknowledged)
		}
		if diff := cmp.Diff(stateAt(offset), found); diff != "" {
			t.Fatalf("round %d, offset %d (-want +got):\n%s", round, offset, diff)
		}
		acknowledged = offset
	}
	if acknowledged < rounds {
		t.Errorf("only %d commits in %d rounds", acknowledged, rounds)
	}
}

// runChild gives the last offset that a child said it has committed before it died.
func runChild(t *testing.T, dir string, calls, lines int) (last int64) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), killDir+"="+dir, killCalls+"="+strconv.Itoa(calls))
	var complaint strings.Builder
	child.Stderr = &complaint
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	for n := 0; scanner.Scan(); n++ {
		if last, err = strconv.ParseInt(scanner.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
		if calls == 0 && n == lines {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = child.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the child ended by itself: %v: %s", err, &complaint)
	}
	return last
}

// A disk that fills up: a commit fails cleanly, the state of before is restored, and
// the same commit passes once there is room.
func TestFullDisk(t *testing.T) {
	root := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", root).CombinedOutput(); err != nil {
		message := "SKIPPED: the test of a full disk needs root to mount a tmpfs: %v: %s"
		if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
			t.Fatalf(message, err, out)
		}
		t.Skipf(message, err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", root).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v: %s", err, out)
		}
	})
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ballast := root + "/ballast"
	if err := os.WriteFile(ballast, make([]byte, 700<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	l := begin(t, d, "owner", nil)
	commit(t, l, 1, stateOf1)
	l.Settle()
	large := map[string]string{"large": string(noise(1, 400<<10))}
	c := fill(l.Begin(), large)
	for range 2 {
		if err := c.Commit(t.Context(), meta(2), nil); !errors.Is(err, syscall.ENOSPC) || !blob.Retryable(err) {
			t.Fatalf("on a full disk: %v", err)
		}
	}
	inspected := func() map[string]string {
		found := map[string]string{}
		if _, err := snapshot.Inspect(t.Context(), d, key, func(vehicle string, state []byte) error {
			found[vehicle] = string(state)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if diff := cmp.Diff(stateOf1, inspected()); diff != "" {
		t.Errorf("on a full disk (-want +got):\n%s", diff)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(t.Context(), meta(2), nil); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	if found := inspected(); found["large"] != large["large"] || found["a"] != "a1" {
		t.Errorf("with room again: %d vehicles", len(found))
	}
}
