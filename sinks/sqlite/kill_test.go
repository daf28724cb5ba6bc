package sqlite_test

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
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

const (
	childStore = "MILEPOST_TEST_KILL_STORE" // set in the child alone: the store it writes
	childRound = "MILEPOST_TEST_KILL_ROUND"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childStore); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path, os.Getenv(childRound)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled is the child: it writes batches for ever and says which are
// acknowledged, "<batch> <size>" a line.
func writeUntilKilled(path, round string) error {
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	for batch := 0; ; batch++ {
		size := 1 + batch*7%40
		facts := make([]outcome.Outcome, size)
		for i := range facts {
			facts[i] = killTrip(round, batch, i)
		}
		if err := s.Write(context.Background(), facts); err != nil {
			return err
		}
		if _, err := fmt.Println(batch, size); err != nil {
			return err
		}
	}
}

func killTrip(round string, batch, i int) *outcome.Trip {
	return newTrip("car-"+round+"-"+strconv.Itoa(batch)+"-"+strconv.Itoa(i), "08:00:00", 0)
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := storePath(t)
	rng := rand.New(rand.NewPCG(20260901, 1))
	acknowledged := 0
	for round := range 20 {
		acknowledged += killOnce(t, path, strconv.Itoa(round), 1+rng.IntN(40), time.Duration(rng.IntN(4_000_000)))
	}
	t.Logf("20 rounds, %d outcomes acknowledged, none lost", acknowledged)
}

// killOnce kills a child a moment after its n-th acknowledgement, wherever it is
// by then, and looks for everything that it acknowledged.
func killOnce(t *testing.T, path, round string, n int, moment time.Duration) int {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childStore+"="+path, childRound+"="+round)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	sizes := map[int]int{}
	lines := bufio.NewReader(out)
	for line, err := lines.ReadString('\n'); err == nil; line, err = lines.ReadString('\n') {
		var batch, size int
		if _, err := fmt.Sscan(line, &batch, &size); err != nil {
			t.Fatal(err)
		}
		sizes[batch] = size
		if len(sizes) == n {
			time.AfterFunc(moment, func() { child.Process.Kill() })
		}
	}
	var ended *exec.ExitError
	if err := child.Wait(); !errors.As(err, &ended) || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("round %s: the child ended by itself: %v", round, err)
	}
	return countAcknowledged(t, path, round, sizes)
}

func countAcknowledged(t *testing.T, path, round string, sizes map[int]int) int {
	t.Helper()
	integrity(t, path)
	s := openStore(t, path)
	total := 0
	for batch, size := range sizes {
		total += size
		for i := range size {
			if _, err := s.Trip(t.Context(), refOf(killTrip(round, batch, i))); err != nil {
				t.Fatalf("round %s, acknowledged batch %d: %v", round, batch, err)
			}
		}
	}
	// What was cut off in the middle is all there or not at all.
	next := len(sizes)
	present := 0
	for i := range 1 + next*7%40 {
		if _, err := s.Trip(t.Context(), refOf(killTrip(round, next, i))); err == nil {
			present++
		} else if !errors.Is(err, read.ErrNotFound) {
			t.Fatal(err)
		}
	}
	if present != 0 && present != 1+next*7%40 {
		t.Errorf("round %s: %d of %d outcomes of the batch that was cut off", round, present, 1+next*7%40)
	}
	return total
}
