package order

import (
	"cmp"
	"math"

	"milepost/telemetry"
)

// Wait is how long, in µs of arrival time, a frame waits for those before it.
const Wait = 30_000_000

// ended is how long, in µs of arrival time, nothing must have come for a boot to be
// taken as ended when the next one begins: an uplink that is on sends at least once
// in Wait, and what it sends comes within Wait.
const ended = 2 * Wait

// heldLimit bounds the frames that wait, and heldBytes what they take: with more, those
// missing are given up. A state of that size can still be stored.
const (
	heldLimit = 20_000
	heldBytes = 16 << 20
)

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

func positionOf(f *telemetry.Frame) position { return position{f.Boot, f.Sequence} }

// Queue is one vehicle's order. The zero value is ready.
type Queue struct {
	next    position
	started bool
	arrived int64 // of the newest frame passed, µs
	newest  int64 // latest start of a frame passed, as far as its clock can be believed, µs
	waiting waiting
	past    past
	low     int64 // arrival of the first of a run of frames that a counter begun anew would give; 0 for none
	Gaps    int64 // frames given up, as far as their number is known
}

// Push takes a frame in the order of arrival.
func (q *Queue) Push(f *telemetry.Frame) Verdict {
	q.waiting.recycle()
	at := positionOf(f)
	if at.seq == math.MaxUint64 {
		return Late // no counter reaches it
	}
	if q.started && at.compare(q.next) < 0 {
		return q.behind(f, at)
	}
	q.low = 0
	if q.follows(at, f.Arrived) {
		q.pass(at, f)
		return Now
	}
	if !q.waiting.add(f, at) {
		return Duplicate
	}
	return Held
}

// behind judges a frame before the present place. One that begins after all that
// passed is no repeat; nor is one of a lower boot never seen. Where such frames keep
// coming for as long as frames wait, the counter began anew, or it is another unit:
// the order starts again with them.
func (q *Queue) behind(f *telemetry.Frame, at position) Verdict {
	fresh := f.Start > q.newest && telemetry.Timely(f.Start, f.Arrived)
	if !fresh && q.past.used(at, q.next) {
		return Duplicate
	}
	if !fresh && (at.boot == q.next.boot || q.past.knows(at.boot)) {
		return Late
	}
	if q.low == 0 {
		q.low = f.Arrived
	}
	if f.Arrived-q.low < Wait {
		return Late
	}
	q.low, q.past = 0, past{}
	q.started = false
	q.pass(at, f)
	return Now
}

// follows reports whether a frame is the next one: the next sequence, or the first
// of the next boot once the one before can be taken as ended. Where boots between are
// missing it waits, for they may be on their way; so does the first frame ever seen,
// unless it is the first of boot 0.
func (q *Queue) follows(at position, arrived int64) bool {
	if at == q.next {
		return true
	}
	return q.started && q.waiting.n() == 0 && at.seq == 0 && at.boot == q.next.boot+1 && arrived-q.arrived >= ended
}

// pass moves on behind a position. Where a boot ended is known only by the next
// one's coming: what lies behind its end is late from then on.
func (q *Queue) pass(at position, f *telemetry.Frame) {
	if q.started && at.boot != q.next.boot {
		q.past.end(q.next)
	}
	q.next, q.started, q.arrived = position{at.boot, at.seq + 1}, true, max(q.arrived, f.Arrived)
	if telemetry.Timely(f.Start, f.Arrived) {
		q.newest = max(q.newest, f.Start)
	}
}

// Due is the arrival time from which Pop has something to give; the largest int64
// where nothing waits.
func (q *Queue) Due() int64 {
	first := q.waiting.first()
	switch {
	case first == nil:
		return math.MaxInt64
	case first.at == q.next || q.waiting.n() > heldLimit || q.waiting.bytes > heldBytes:
		return math.MinInt64
	}
	return q.waiting.oldest() + Wait
}

// Pop gives a held frame that may be used now, at an arrival time in µs: because it
// is next, or because some frame has waited long enough; missed says that frames
// before it were given up. Nil where there is none. The frame is the caller's until
// the next Push.
func (q *Queue) Pop(now int64) (f *telemetry.Frame, missed bool) {
	if now < q.Due() {
		return nil, false
	}
	f = q.waiting.take()
	if f == nil {
		return nil, false
	}
	at := positionOf(f)
	if at != q.next {
		missed = q.skipTo(at)
	}
	q.pass(at, f)
	return f, missed
}

// skipTo gives up what is missing before a position. What was before the first frame
// ever seen is not missing, though it may come. Whether the boot before had more frames, or whole boots are
// missing, nobody knows: a new boot is no reason to report missed frames, and whoever
// must fear a loss there (the privacy gate) goes by the boot's number.
func (q *Queue) skipTo(at position) (missed bool) {
	from := uint64(0)
	if q.started && q.next.boot == at.boot {
		from = q.next.seq
	}
	if from >= at.seq {
		return false
	}
	q.past.lose(hole{boot: at.boot, from: from, to: at.seq})
	if q.started {
		q.Gaps += int64(min(at.seq-from, 1<<32))
	}
	return q.started
}
