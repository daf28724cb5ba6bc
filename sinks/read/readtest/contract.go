// Package readtest says what a reader sees, whatever database the facts lie in: one
// suite that runs on every store. Only tests import it.
package readtest

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read"
)

// Store is a store under test: how it is written by its own writer, and read.
type Store struct {
	*read.Model
	Write func(context.Context, []outcome.Outcome) error
	// Clear removes everything, so that one store serves many histories.
	Clear func(context.Context) error
	// Merge makes the store forget replaced versions, where it keeps them; nil where it
	// does not.
	Merge func(context.Context) error
}

// Contract runs the suite on a store that is empty.
func Contract(t *testing.T, s Store) {
	t.Helper()
	for _, c := range scenarios() {
		t.Run(c.name, func(t *testing.T) {
			s.clear(t)
			for _, o := range c.writes {
				s.write(t, []outcome.Outcome{o})
			}
			seen := newOracle(c.writes)
			if got := seen.counts(); got != c.seen {
				t.Fatalf("the suite's own model sees %s, want %s", got, c.seen)
			}
			checkAll(t, s, seen, c.writes)
			if s.Merge != nil {
				s.merge(t)
				checkAll(t, s, seen, c.writes)
			}
		})
	}
	t.Run("any history in any order", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			s.clear(t)
			history := drawHistory(t)
			repeats := rapid.SliceOfN(rapid.SampledFrom(history), 0, 10).Draw(t, "repeats")
			sent := rapid.Permutation(append(repeats, history...)).Draw(t, "order")
			for size := rapid.IntRange(5, 40).Draw(t, "batch"); len(sent) > 0; {
				n := min(size, len(sent))
				s.write(t, sent[:n])
				sent = sent[n:]
			}
			if s.Merge != nil && rapid.IntRange(0, 3).Draw(t, "merged") == 0 {
				s.merge(t)
			}
			checkDrawn(t, s, newOracle(history), history)
		})
	})
}

// tester is what *testing.T and *rapid.T share.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func (s Store) clear(t tester) {
	t.Helper()
	if err := s.Clear(context.Background()); err != nil {
		t.Fatalf("clear: %v", err)
	}
}

// write writes as whoever owns a writer does: what may pass is tried again.
func (s Store) write(t tester, batch []outcome.Outcome) {
	t.Helper()
	var again *sinks.RetryableError
	for failures := 1; ; failures++ {
		err := s.Write(context.Background(), batch)
		if err == nil {
			return
		}
		if !errors.As(err, &again) || failures == 5 {
			t.Fatalf("write: %v", err)
		}
		if again.Left != nil {
			batch = again.Left
		}
	}
}

func (s Store) merge(t tester) {
	t.Helper()
	if err := s.Merge(context.Background()); err != nil {
		t.Fatalf("merge: %v", err)
	}
}
