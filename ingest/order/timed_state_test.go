package order

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/state"
	"milepost/telemetry"
)

func storedTimed(q *Timed) ([]byte, error) {
	w := state.NewWriter(nil)
	q.State(w)
	return w.Done()
}

func loadTimed(b []byte) (*Timed, error) {
	// Into one that was used before, as a vehicle's is.
	q := &Timed{records: []pending{{1, 2}}, sequence: 9, held: timeline{all: []telemetry.Reading{{At: 1}}, head: 1}}
	r := state.NewReader(b)
	q.State(r)
	_, err := r.Done()
	return q, err
}

// A restart between any two records changes nothing.
func TestTimedGoesOnAfterARestart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawRecords(t)
		at := rapid.IntRange(0, len(in)).Draw(t, "restart")
		var whole, first Timed
		want, wantVerdicts := playTimed(&whole, in, nil)
		verdicts := map[Verdict]int{}
		var got []string
		for _, r := range in[:at] {
			verdicts[first.Push(r.frame())]++
			if rapid.Bool().Draw(t, "pop") {
				if f := first.Pop(r.arrived * 1e6); f != nil {
					got = append(got, text(f))
				}
			}
		}
		b, err := storedTimed(&first)
		if err != nil {
			t.Fatal(err)
		}
		second, err := loadTimed(b)
		if err != nil {
			t.Fatal(err)
		}
		rest, more := playTimed(second, in[at:], nil)
		for v, n := range more {
			verdicts[v] += n
		}
		if diff := cmp.Diff(want, append(got, rest...)); diff != "" {
			t.Fatalf("released, without and with a restart:\n%s", diff)
		}
		if diff := cmp.Diff(wantVerdicts, verdicts); diff != "" {
			t.Fatalf("verdicts, without and with a restart:\n%s", diff)
		}
		if whole.Stale != second.Stale || whole.Early != second.Early {
			t.Fatalf("counts %d and %d, want %d and %d", second.Stale, second.Early, whole.Stale, whole.Early)
		}
	})
}

// A vehicle at rest is small: nothing waits, and no id is known.
func TestTimedStateAtRest(t *testing.T) {
	var q Timed
	for i := range int64(1000) {
		q.Push(timedRecord{fmt.Sprint(i), 1e9 + i, 1e9 + i, 1, none64}.frame())
		for q.Pop((1e9+i)*1e6) != nil {
		}
	}
	driving, err := storedTimed(&q)
	if err != nil {
		t.Fatal(err)
	}
	for q.Pop(1e15+1e9+3*seenSpan) != nil {
	}
	rest, err := storedTimed(&q)
	if err != nil || len(rest) > 64 {
		t.Errorf("%d bytes at rest, error %v", len(rest), err)
	}
	t.Logf("%d bytes while driving, %d at rest", len(driving), len(rest))
}

func FuzzTimedState(f *testing.F) {
	var q Timed
	for i := range int64(20) {
		q.Push(timedRecord{fmt.Sprint(i), 1000 + i, 1000 + i, 1, float64(i)}.frame())
	}
	b, err := storedTimed(&q)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := loadTimed(b)
		if err != nil {
			return
		}
		q.Push(timedRecord{"new", 2000, 2000, 3, none64}.frame())
		for range 3 * len(b) {
			if q.Pop(math.MaxInt64) == nil {
				return
			}
		}
		t.Fatal("Pop finds no end")
	})
}
