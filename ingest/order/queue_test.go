package order

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/state"
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
		{"the end of a boot comes while the next waits", []arrival{{1, 0, 0}, {2, 0, 50}, {1, 1, 60}, {2, 1, 70}}, []arrival{{1, 0, 0}, {1, 1, 60}, {2, 0, 50}, {2, 1, 70}}, 0, 0},
		{"the end of a boot comes too late", []arrival{{1, 0, 0}, {2, 0, 90}, {1, 1, 91}, {1, 0, 92}}, []arrival{{1, 0, 0}, {2, 0, 90}}, 1, 1},
		{"an earlier boot's end comes behind the first frame ever seen", []arrival{{2, 0, 0}, {1, 7, 1}, {2, 1, 2}, {1, 8, 3}},
			[]arrival{{1, 7, 1}, {1, 8, 3}, {2, 0, 0}, {2, 1, 2}}, 0, 0},
		{"a boot before all that was seen", []arrival{{9, 0, 0}, {9, 1, 1}, {4, 0, 50}, {9, 0, 51}}, []arrival{{9, 0, 0}, {9, 1, 1}}, 1, 1},
		{"a counter that began anew", []arrival{{500, 0, 0}, {500, 1, 1}, {1, 0, 100}, {1, 1, 110}, {1, 2, 131}, {1, 3, 132}},
			[]arrival{{500, 0, 0}, {500, 1, 1}, {1, 2, 131}, {1, 3, 132}}, 0, 2},
		{"one corrupt boot", []arrival{{5, 0, 0}, {math.MaxUint32, 0, 40}, {5, 1, 41}, {5, 2, 42}, {5, 3, 72}},
			[]arrival{{5, 0, 0}, {5, 1, 41}, {5, 2, 42}, {math.MaxUint32, 0, 40}}, 0, 1},
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

// release is what a Queue gave, and whether it said that frames before were missed.
type release struct {
	boot   uint32
	seq    uint64
	missed bool
}

// flight is a frame on its way, with times in ms.
type flight struct {
	boot     uint32
	seq      uint64
	sent, at int64
}

// epoch is a time of this century, µs: others are not believed.
const epoch = 1_700_000_000_000_000

// releases plays flights in the order of arrival and fails where one is late.
func releases(t *rapid.T, in []flight) (out []release, gaps int64) {
	var q Queue
	drain := func(now int64) {
		for f, missed := q.Pop(now); f != nil; f, missed = q.Pop(now) {
			out = append(out, release{f.Boot, f.Sequence, missed})
		}
	}
	for _, a := range in {
		now := epoch + a.at*1000
		drain(now)
		switch q.Push(&telemetry.Frame{Boot: a.boot, Sequence: a.seq, Start: epoch + a.sent*1000, Arrived: now}) {
		case Now:
			out = append(out, release{a.boot, a.seq, false})
			drain(now)
		case Late:
			t.Fatalf("boot %d, sequence %d is late at %d ms", a.boot, a.seq, a.at)
		}
	}
	drain(math.MaxInt64)
	return out, q.Gaps
}

// drawSent draws the frames of several boots as they were sent, in ms: some lost, never
// more than Wait without one while a boot lasts, any time between boots.
func drawSent(r *rand.Rand) (sent []flight) {
	const wait = Wait / 1000
	boot, at, last := uint32(r.IntN(3)), int64(0), int64(0)
	longest := []int64{50, 1000, 10_000, wait}[r.IntN(4)]
	for range 1 + r.IntN(6) {
		for seq := range uint64(1 + r.IntN(40)) {
			at += r.Int64N(longest + 1)
			if r.IntN(20) == 0 && at+longest-last <= wait {
				continue
			}
			sent, last = append(sent, flight{boot, seq, at, at}), at
		}
		boot += 1 + uint32(r.IntN(2))
		at += []int64{0, r.Int64N(2000), r.Int64N(4 * wait)}[r.IntN(3)]
		last = max(last, at)
	}
	return sent
}

// Whatever overtakes whatever, over boots and behind lost frames: where each frame
// comes within the wait after it was sent, the releases are those of the order sent.
func TestPermutationWithinTheWaitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		sent := drawSent(r)
		var in []flight
		for _, a := range sent {
			for range 1 + r.IntN(5)/4 {
				late := a
				late.at += r.Int64N([]int64{1, 2000, Wait / 1000}[r.IntN(3)])
				in = append(in, late)
			}
		}
		slices.SortStableFunc(in, func(a, b flight) int { return int(a.at - b.at) })
		want, gaps := releases(t, sent)
		got, gotGaps := releases(t, in)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(release{})); diff != "" || gaps != gotGaps {
			t.Fatalf("%d missing, want %d; releases (-as sent +disturbed):\n%s", gotGaps, gaps, diff)
		}
	})
}

// In the ordinary case nothing waits: within a boot, and where a boot begins after the
// one before has been quiet.
func TestOrdinaryFramesAreNotHeld(t *testing.T) {
	var q Queue
	for boot := range uint32(3) {
		for seq := range uint64(100) {
			at := int64(boot)*200e6 + int64(seq)*1e6
			if v := q.Push(&telemetry.Frame{Boot: boot, Sequence: seq, Start: at, Arrived: at}); v != Now {
				t.Fatalf("boot %d, sequence %d: verdict %d", boot, seq, v)
			}
		}
	}
}

// A vehicle that loses a frame of three, for ever, has always one waiting; the places
// of those taken are used again.
func TestMemoryOfALosingVehicleIsBounded(t *testing.T) {
	var q Queue
	released := 0
	for i := range uint64(200_000) {
		at := int64(i) * 1e6
		for f, _ := q.Pop(at); f != nil; f, _ = q.Pop(at) {
			released++
		}
		if i%3 == 2 {
			continue
		}
		if q.Push(&telemetry.Frame{Boot: 1, Sequence: i, Start: at, Arrived: at}) == Now {
			released++
		}
		if i > 100 && q.waiting.n() == 0 {
			t.Fatalf("nothing waits at %d: the test tests nothing", i)
		}
	}
	if a, b := cap(q.waiting.byPosition), cap(q.waiting.byArrival); a > keptPlaces || b > keptPlaces || released < 133_000 {
		t.Errorf("%d released; room for %d and %d where some 30 wait", released, a, b)
	}
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
	if got != 30_001 || q.Gaps != 1 || cap(q.waiting.byPosition) > keptPlaces {
		t.Errorf("%d frames out of 30,001, %d missing, %d places kept", got, q.Gaps, cap(q.waiting.byPosition))
	}
}

// A counter that begins anew with the very boots it used before is not a repeat:
// its frames begin later than all that passed.
func TestCounterBegunAnewWithKnownBoots(t *testing.T) {
	var q Queue
	used, late := 0, 0
	// A clock that is wild for one frame changes nothing of it.
	q.Push(&telemetry.Frame{Boot: 2, Start: 4 * epoch, Arrived: epoch - 100e6})
	for life := range int64(2) {
		for i := range int64(100) {
			at := epoch + (life*1000+i)*1e6
			for f, _ := q.Pop(at); f != nil; f, _ = q.Pop(at) {
				used++
			}
			switch q.Push(&telemetry.Frame{Boot: 3, Sequence: uint64(i), Start: at, Arrived: at}) {
			case Now:
				used++
			case Late:
				late++
			}
		}
	}
	// Thirty seconds pass before it is believed.
	if used != 171 || late != 30 {
		t.Errorf("%d used and %d late, want 171 and 30", used, late)
	}
}

// A car that hands over a day at once, but for its first frame, must not have a state
// that is too large to be stored.
func TestSamplesThatWaitAreBounded(t *testing.T) {
	var q Queue
	q.Push(&telemetry.Frame{})
	longest := &telemetry.Frame{Sequence: 1, Arrived: 1}
	longest.Motion.At = make([]int32, 60_000)
	longest.Pad()
	for range 400 {
		longest.Sequence += 2 // each behind a gap of its own
		q.Push(longest)
		for f, _ := q.Pop(2); f != nil; f, _ = q.Pop(2) {
			if q.waiting.n() == 0 {
				t.Fatal("none waits")
			}
		}
	}
	c := state.NewWriter(nil)
	q.State(c)
	if b, err := c.Done(); err != nil || len(b) > heldBytes+1<<20 {
		t.Errorf("a state of %d bytes: %v", len(b), err)
	}
	if q.Gaps == 0 {
		t.Error("nothing was given up")
	}
}
