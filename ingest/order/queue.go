package order

import (
	"cmp"
	"slices"

	"milepost/telemetry"
)

// Wait is how long, in µs of arrival time, a frame waits for those before it.
const Wait = 30_000_000

// Verdict says what became of a frame.
type Verdict uint8

// The verdicts.
const (
	Now       Verdict = iota // it is next: use it, then Pop
	Held                     // it waits for a frame before it; a copy is kept
	Duplicate                // it was here before
	Late                     // its place was given up; what it holds is lost to the trip
)

// position orders frames within a vehicle.
type position struct {
	boot uint32
	seq  uint64
}

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.boot, q.boot), cmp.Compare(p.seq, q.seq))
}

// Queue is one vehicle's order. The zero value is ready.
type Queue struct {
	next    position
	started bool
	arrived int64              // of the newest frame passed, µs
	held    []*telemetry.Frame // by position
	free    []*telemetry.Frame
	lost    []hole     // given up, oldest first
	ended   []position // behind the ends of boots before this one, oldest first
	Gaps    int64      // frames given up, as far as their number is known
}

// hole is a run of sequences of a boot that were given up.
type hole struct {
	boot     uint32
	from, to uint64 // to is exclusive
}

// keptHoles bounds the memory for telling a late frame from a repeated one.
const keptHoles = 32

// Push takes a frame in the order of arrival.
func (q *Queue) Push(f *telemetry.Frame) Verdict {
	at := position{f.Boot, f.Sequence}
	if q.started && at.compare(q.next) < 0 {
		if q.wasUsed(at) {
			return Duplicate
		}
		return Late
	}
	if q.follows(at, f.Arrived) {
		q.pass(at, f.Arrived)
		return Now
	}
	i, found := slices.BinarySearchFunc(q.held, at, func(h *telemetry.Frame, p position) int {
		return position{h.Boot, h.Sequence}.compare(p)
	})
	if found {
		return Duplicate
	}
	q.held = slices.Insert(q.held, i, q.copyOf(f))
	return Held
}

// follows reports whether a frame is the next one: the next sequence, or the first
// of a later boot once the end of the one before can be taken to be here.
func (q *Queue) follows(at position, arrived int64) bool {
	if at == q.next {
		return true
	}
	return at.seq == 0 && len(q.held) == 0 && (!q.started || arrived-q.arrived >= Wait)
}

// pass moves on behind a position. Where a boot ended is known only by the next
// one's coming: what lies behind its end is late from then on.
func (q *Queue) pass(at position, arrived int64) {
	if q.started && at.boot != q.next.boot {
		q.ended = append(q.ended, q.next)
		if len(q.ended) > keptHoles {
			q.ended = slices.Delete(q.ended, 0, 1)
		}
	}
	q.next, q.started, q.arrived = position{at.boot, at.seq + 1}, true, max(q.arrived, arrived)
}

// Pop gives a held frame that may be used now, at an arrival time in µs: because it
// is next, or because it has waited long enough. Nil where there is none. The frame
// is the caller's until the next call.
func (q *Queue) Pop(now int64) *telemetry.Frame {
	if len(q.held) == 0 {
		return nil
	}
	f := q.held[0]
	at := position{f.Boot, f.Sequence}
	if at != q.next {
		if !q.waited(now) {
			return nil
		}
		q.skipTo(at)
	}
	q.held = slices.Delete(q.held, 0, 1)
	q.free = append(q.free, f)
	q.pass(at, f.Arrived)
	return f
}

// waited reports whether any held frame has waited long enough: then all before it go.
func (q *Queue) waited(now int64) bool {
	for _, f := range q.held {
		if now-f.Arrived >= Wait {
			return true
		}
	}
	return false
}

// skipTo gives up what is missing before a position.
func (q *Queue) skipTo(at position) {
	from := uint64(0)
	if q.started && q.next.boot == at.boot {
		from = q.next.seq
	}
	if from < at.seq {
		q.Gaps += int64(at.seq - from)
		q.giveUp(hole{boot: at.boot, from: from, to: at.seq})
	}
}

func (q *Queue) giveUp(h hole) {
	if len(q.lost) == keptHoles {
		q.lost = slices.Delete(q.lost, 0, 1)
	}
	q.lost = append(q.lost, h)
}

// wasUsed reports whether a frame behind the present place was here before, as far
// back as is remembered.
func (q *Queue) wasUsed(at position) bool {
	if at.boot != q.next.boot && !slices.ContainsFunc(q.ended, func(end position) bool {
		return end.boot == at.boot && at.seq < end.seq
	}) {
		return false
	}
	return !slices.ContainsFunc(q.lost, func(h hole) bool {
		return h.boot == at.boot && at.seq >= h.from && at.seq < h.to
	})
}

func (q *Queue) copyOf(f *telemetry.Frame) *telemetry.Frame {
	c := &telemetry.Frame{}
	if n := len(q.free); n > 0 {
		c, q.free = q.free[n-1], q.free[:n-1]
	}
	c.CopyFrom(f)
	return c
}
