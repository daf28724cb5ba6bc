package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

// lostReply is a store behind a line that drops every other reply: what it was
// given is written, and the caller cannot know.
type lostReply struct {
	store  *sqlite.Store
	writes int
}

func (l *lostReply) Write(ctx context.Context, batch []outcome.Outcome) error {
	if err := l.store.Write(ctx, batch); err != nil {
		return err
	}
	if l.writes++; l.writes%2 == 1 {
		return &sinks.RetryableError{Err: errors.New("connection reset before the reply")}
	}
	return nil
}

func TestAWriteOfUnknownOutcomeLeavesOneCopy(t *testing.T) {
	quiet, doubtful := storePath(t), storePath(t)
	history := liveHistory("car-1", 30)
	write(t, openStore(t, quiet), history...)

	behind := &lostReply{store: openStore(t, doubtful)}
	f := sinks.NewFanout(sinks.FanoutConfig{Batch: 10, Linger: time.Millisecond, Backoff: sinks.Backoff{Min: time.Millisecond}},
		sinks.Named{Name: "sqlite", Writer: behind})
	ended := make(chan error, 1)
	go func() { ended <- f.Run(t.Context()) }()
	for _, o := range history {
		if _, err := f.Submit(t.Context(), []outcome.Outcome{o}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Close(t.Context()), <-ended); err != nil {
		t.Fatal(err)
	}
	if behind.writes < 2*len(history)/10 {
		t.Fatalf("%d writes: nothing was written twice", behind.writes)
	}
	assertSameStores(t, quiet, doubtful)
}

// liveHistory is what a vehicle gives live: each trip's events, the trip, its
// month; now and then the trip again amended, or withdrawn with its events.
func liveHistory(vehicle string, trips int) []outcome.Outcome {
	var out []outcome.Outcome
	revision := uint32(0)
	month := func() {
		revision++
		out = append(out, newMonth(vehicle, "", "2026-09", revision))
	}
	for i := range trips {
		trip := newTrip(vehicle, fmt.Sprintf("%02d:%02d:00", 6+i/60, i%60), 1)
		event := newEvent(trip, 1)
		event.Revision = 1
		out = append(out, event, trip)
		month()
		switch i % 4 {
		case 1:
			amended := newTrip(vehicle, fmt.Sprintf("%02d:%02d:00", 6+i/60, i%60), 2)
			amended.State = outcome.Amended
			out = append(out, amended)
			month()
		case 3:
			out = append(out, withdrawn(event, 2), withdrawn(trip, 2))
			month()
		}
	}
	return out
}

// assertSameStores compares every row that readers see, and the tombstones.
func assertSameStores(t failer, want, got string) {
	t.Helper()
	for _, table := range []string{"trips", "events", "months"} {
		if diff := cmp.Diff(dump(t, want, table), dump(t, got, table)); diff != "" {
			t.Fatalf("%s (-undisturbed +got):\n%s", table, diff)
		}
	}
}

// A process that is killed begins again at its last checkpoint and gives the same
// outcomes from there: at whatever points that happens, the store ends the same.
func TestAnyRestartsEndInTheSameStore(t *testing.T) {
	dir, round := t.TempDir(), 0
	history := liveHistory("car-1", 12)
	undisturbed := filepath.Join(dir, "undisturbed.db")
	write(t, openStore(t, undisturbed), history...)
	rapid.Check(t, func(r *rapid.T) {
		round++
		path := filepath.Join(dir, fmt.Sprint(round, ".db"))
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			r.Fatal(err)
		}
		checkpoint := 0
		for range rapid.IntRange(0, 4).Draw(r, "crashes") {
			crash := rapid.IntRange(checkpoint, len(history)).Draw(r, "crash at")
			writeCut(r, s, history[checkpoint:crash])
			checkpoint = rapid.IntRange(checkpoint, crash).Draw(r, "checkpoint at")
		}
		writeCut(r, s, history[checkpoint:])
		if err := s.Close(); err != nil {
			r.Fatal(err)
		}
		assertSameStores(r, undisturbed, path)
	})
}

func writeCut(r *rapid.T, s *sqlite.Store, history []outcome.Outcome) {
	size := rapid.IntRange(1, 20).Draw(r, "batch")
	for len(history) > 0 {
		n := min(size, len(history))
		if err := s.Write(context.Background(), history[:n]); err != nil {
			r.Fatal(err)
		}
		history = history[n:]
	}
}
