package order

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/telemetry"
)

// arrival is a frame with when it came, in s.
type arrival struct {
	boot uint32
	seq  uint64
	at   int64
}

// play gives the releases in order and the verdicts of what was not released.
func play(in []arrival) (out []arrival, duplicates, late int) {
	var q Queue
	take := func(f *telemetry.Frame) { out = append(out, arrival{f.Boot, f.Sequence, f.Arrived / 1e6}) }
	drain := func(now int64) {
		for h, _ := q.Pop(now); h != nil; h, _ = q.Pop(now) {
			take(h)
		}
	}
	for _, a := range in {
		f := &telemetry.Frame{Boot: a.boot, Sequence: a.seq, Arrived: a.at * 1e6}
		drain(f.Arrived)
		switch q.Push(f) {
		case Now:
			take(f)
			drain(f.Arrived)
		case Duplicate:
			duplicates++
		case Late:
			late++
		}
	}
	drain(math.MaxInt64)
	return out, duplicates, late
}

func TestQueue(t *testing.T) {
	for _, c := range []struct {
		name      string
		in, want  []arrival
		dup, late int
	}{
		{"in order", []arrival{{1, 0, 0}, {1, 1, 1}, {1, 2, 2}}, []arrival{{1, 0, 0}, {1, 1, 1}, {1, 2, 2}}, 0, 0},
		{"swapped", []arrival{{1, 0, 0}, {1, 2, 1}, {1, 1, 2}, {1, 3, 3}}, []arrival{{1, 0, 0}, {1, 1, 2}, {1, 2, 1}, {1, 3, 3}}, 0, 0},
		{"every one twice", []arrival{{1, 0, 0}, {1, 0, 0}, {1, 1, 1}, {1, 1, 9}}, []arrival{{1, 0, 0}, {1, 1, 1}}, 2, 0},
		{"held twice", []arrival{{1, 0, 0}, {1, 2, 1}, {1, 2, 1}, {1, 1, 2}}, []arrival{{1, 0, 0}, {1, 1, 2}, {1, 2, 1}}, 1, 0},
		{"lost for good", []arrival{{1, 0, 0}, {1, 2, 2}, {1, 3, 3}, {1, 4, 33}}, []arrival{{1, 0, 0}, {1, 2, 2}, {1, 3, 3}, {1, 4, 33}}, 0, 0},
		{"late", []arrival{{1, 0, 0}, {1, 2, 2}, {1, 3, 33}, {1, 1, 40}}, []arrival{{1, 0, 0}, {1, 2, 2}, {1, 3, 33}}, 0, 1},
		{"late, before the first that came", []arrival{{1, 500, 0}, {1, 501, 1}, {1, 3, 40}}, []arrival{{1, 500, 0}, {1, 501, 1}}, 0, 1},
		{"second boot", []arrival{{1, 0, 0}, {1, 1, 1}, {2, 0, 900}, {2, 1, 901}}, []arrival{{1, 0, 0}, {1, 1, 1}, {2, 0, 900}, {2, 1, 901}}, 0, 0},
		{"the end of a boot comes after the next has begun", []arrival{{1, 0, 0}, {1, 1, 1}, {2, 0, 5}, {1, 2, 6}, {2, 1, 40}},
			[]arrival{{1, 0, 0}, {1, 1, 1}, {1, 2, 6}, {2, 0, 5}, {2, 1, 40}}, 0, 0},
		{"the end of a boot comes too late", []arrival{{1, 0, 0}, {2, 0, 50}, {1, 1, 60}, {1, 0, 61}}, []arrival{{1, 0, 0}, {2, 0, 50}}, 1, 1},
		{"a boot before all that was seen", []arrival{{9, 0, 0}, {9, 1, 1}, {4, 0, 50}, {9, 0, 51}}, []arrival{{9, 0, 0}, {9, 1, 1}}, 1, 1},
		{"a counter that began anew", []arrival{{500, 0, 0}, {500, 1, 1}, {1, 0, 100}, {1, 1, 110}, {1, 2, 131}, {1, 3, 132}},
			[]arrival{{500, 0, 0}, {500, 1, 1}, {1, 2, 131}, {1, 3, 132}}, 0, 2},
		{"one corrupt boot", []arrival{{5, 0, 0}, {math.MaxUint32, 0, 40}, {5, 1, 41}, {5, 2, 42}, {5, 3, 72}},
			[]arrival{{5, 0, 0}, {math.MaxUint32, 0, 40}}, 0, 3},
		{"no counter reaches the last sequence", []arrival{{1, 0, 0}, {1, math.MaxUint64, 1}, {1, 1, 2}}, []arrival{{1, 0, 0}, {1, 1, 2}}, 0, 1},
		{"first seen in the middle of a boot", []arrival{{7, 50, 0}, {7, 51, 1}, {7, 52, 31}}, []arrival{{7, 50, 0}, {7, 51, 1}, {7, 52, 31}}, 0, 0},
		{"second boot behind a hole", []arrival{{1, 0, 0}, {1, 2, 1}, {2, 0, 2}, {2, 1, 40}}, []arrival{{1, 0, 0}, {1, 2, 1}, {2, 0, 2}, {2, 1, 40}}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, dup, late := play(c.in)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(arrival{})); diff != "" {
				t.Errorf("released (-want +got):\n%s", diff)
			}
			if dup != c.dup || late != c.late {
				t.Errorf("%d duplicates and %d late, want %d and %d", dup, late, c.dup, c.late)
			}
		})
	}
}

// A permutation within the wait, with repeats, changes nothing.
func TestPermutationWithinTheWaitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var want, in []arrival
		for i := range uint64(200) {
			a := arrival{uint32(1 + i/70), i % 70, int64(i)}
			want = append(want, a)
			for range 1 + r.IntN(2) {
				a.at = int64(i) + r.Int64N(14)
				in = append(in, a)
			}
		}
		slices.SortStableFunc(in, func(a, b arrival) int { return int(a.at - b.at) })
		got, _, late := play(in)
		if late > 0 {
			t.Fatalf("%d late", late)
		}
		for i := range got {
			got[i].at = int64(i)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("released %v", got)
		}
	})
}

// A burst behind one missing frame costs per frame what a short one costs, and what
// was never before the first frame is not missing.
func TestLongBurstBehindAHole(t *testing.T) {
	var q Queue
	got := 0
	f := &telemetry.Frame{Boot: 1, Sequence: 1_000_000}
	q.Push(f)
	for i := range uint64(30_000) {
		f := &telemetry.Frame{Boot: 1, Sequence: 1_000_002 + i, Arrived: 5e6}
		if q.Push(f) == Now {
			got++
		}
		for h, _ := q.Pop(f.Arrived); h != nil; h, _ = q.Pop(f.Arrived) {
			got++
		}
	}
	for h, _ := q.Pop(math.MaxInt64); h != nil; h, _ = q.Pop(math.MaxInt64) {
		got++
	}
	if got != 30_001 || q.Gaps != 1 || len(q.waiting.free) > keptFree {
		t.Errorf("%d frames out of 30,001, %d missing, %d buffers kept", got, q.Gaps, len(q.waiting.free))
	}
}

// A counter that begins anew with the very boots it used before is not a repeat:
// its frames begin later than all that passed.
func TestCounterBegunAnewWithKnownBoots(t *testing.T) {
	var q Queue
	got := map[Verdict]int{}
	for life := range int64(2) {
		for i := range int64(100) {
			at := (life*1000 + i) * 1e6
			got[q.Push(&telemetry.Frame{Boot: 3, Sequence: uint64(i), Start: at, Arrived: at})]++
		}
	}
	// Thirty seconds pass before it is believed.
	if got[Now] != 170 || got[Late] != 30 {
		t.Errorf("verdicts %v, want 170 used and 30 late", got)
	}
}
