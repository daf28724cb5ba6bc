package order

import (
	"math"

	"milepost/telemetry"
)

const (
	// TimedWait is how long, in µs of arrival time, every sample waits for those
	// before it.
	TimedWait = 10_000_000
	// timedLimit bounds the values that wait: with more, the oldest records go early.
	timedLimit = 8192
)

// Merged is the RecordID of the frames that Timed gives: what they hold is of many
// records, and their sequences do not tell what is missing.
const Merged = "merged"

// Timed is the order of one vehicle whose format has neither boot nor sequence.
// Records are known by their own ids; each waits TimedWait, then all samples up to
// its newest go, merged and in event order. Two values of one signal at one time are
// one: the later arrival's. The zero value is ready.
//
// Everything is decided by arrival times: how often Pop is called changes nothing,
// as long as it is never told a time that a later Push comes before.
type Timed struct {
	arrived  int64 // newest arrival, µs
	passed   int64 // event time, µs, up to which all was let go
	vehicle  string
	sequence uint64
	records  []pending // in the order of arrival
	let      int       // how many of them were let go; they wait for Pop
	held     timeline
	seen     seen
	given    *telemetry.Frame // what Pop gave last
	// Stale counts the values that came after their place was let go, Early the
	// records that were let go before their time for want of room.
	Stale, Early int64
}

// pending is a record whose samples wait.
type pending struct {
	due int64 // arrival time from which it may go
	end int64 // event time of its newest sample
}

// Push takes a frame in the order of arrival and keeps none of its buffers: Held, or
// Duplicate. Where samples of it lie behind what was let go it says Late and cuts
// the frame down to those; what is not late waits all the same.
func (q *Timed) Push(f *telemetry.Frame) Verdict {
	q.recycle()
	q.arrived, q.vehicle = max(q.arrived, f.Arrived), f.VehicleID
	q.expire(q.arrived)
	if f.RecordID != "" && q.seen.again(f.RecordID, q.arrived) {
		return Duplicate
	}
	passed, stale := q.passed, q.keep(f)
	q.shed()
	if stale == 0 {
		return Held
	}
	q.Stale += stale
	for t := range telemetry.Track(telemetry.TrackCount) {
		f.Filter(t, func(at int32) bool { return f.Start+int64(at) <= passed })
	}
	return Late
}

// keep holds the values of a frame that are not behind, and counts the others.
func (q *Timed) keep(f *telemetry.Frame) (stale int64) {
	buf := readingBuffers.Get().(*[]telemetry.Reading)
	defer readingBuffers.Put(buf)
	*buf = f.Readings((*buf)[:0])
	end := q.passed
	for _, r := range *buf {
		if r.At <= q.passed {
			stale++
			continue
		}
		q.held.put(r)
		end = max(end, r.At)
	}
	if end > q.passed {
		q.records = append(q.records, pending{q.arrived + TimedWait, end})
	}
	return stale
}

// expire lets go what has waited long enough at an arrival time.
func (q *Timed) expire(now int64) {
	for q.let < len(q.records) && q.records[q.let].due <= now {
		q.passed = max(q.passed, q.records[q.let].end)
		q.let++
	}
}

// shed lets the oldest records go while too many values wait.
func (q *Timed) shed() {
	for q.let < len(q.records) && q.held.after(q.passed) > timedLimit {
		r := &q.records[q.let]
		r.due = min(r.due, q.arrived)
		q.passed = max(q.passed, r.end)
		q.let++
		q.Early++
	}
}

// Due is the arrival time from which Pop has something to give; the largest int64
// where nothing waits.
func (q *Timed) Due() int64 {
	if len(q.records) == 0 {
		return math.MaxInt64
	}
	return q.records[0].due
}

// Pop gives the next samples that may be used at an arrival time in µs: a frame of
// Boot 0 with sequences of its own and the RecordID Merged, whose Arrived is the time at which it was let go.
// Nil where there is none. The frame is the caller's until the next Push or Pop.
func (q *Timed) Pop(now int64) *telemetry.Frame {
	q.recycle()
	q.seen.forget(now)
	for len(q.records) > 0 && q.records[0].due <= now {
		r := q.records[0]
		q.expire(r.due)
		f := timedFrames.Get().(*telemetry.Frame)
		f.Reset()
		taken, all := q.held.take(f, r.end)
		if all {
			q.records = append(q.records[:0], q.records[1:]...)
			q.let--
		}
		if taken == 0 {
			timedFrames.Put(f)
			continue // a later sample that was let go before took all of this with it
		}
		f.VehicleID, f.Arrived, f.Sequence = q.vehicle, r.due, q.sequence
		f.RecordID = Merged
		q.sequence++
		q.given = f
		return f
	}
	return nil
}

// recycle takes back the frame that Pop gave: vehicles have none while they wait.
func (q *Timed) recycle() {
	if q.given != nil {
		timedFrames.Put(q.given)
		q.given = nil
	}
}
