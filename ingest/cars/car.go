package cars

import (
	"math"

	"milepost/ingest/order"
	"milepost/pipeline"
	"milepost/telemetry"
)

// car is one vehicle: awake, with its order and its life, or packed as bytes.
type car struct {
	id     string
	awake  *awake
	packed []byte         // while not awake
	due    int64          // of its entry in the timers, math.MaxInt64 for none
	lag    int64          // its newest record lay this far behind the watermark, µs
	refs   []pipeline.Ref // pieces of its state outside memory, as of the last cut
	dirty  bool           // changed since the last cut
	second int64          // newest second of event time counted
}

// awake is a car's state as it is worked on.
type awake struct {
	queue   order.Queue
	timed   *order.Timed // of formats without boot and sequence
	vehicle *pipeline.Vehicle
}

// waits is the arrival time from which a held frame may be used.
func (a *awake) waits() int64 {
	if a.timed == nil {
		return a.queue.Due()
	}
	return min(a.queue.Due(), a.timed.Due())
}

// due is the arrival time from which there is something to do without a record.
func (a *awake) due() int64 { return min(a.waits(), a.vehicle.Next()) }

// advance lets waits and timers run out up to an arrival time, each in its turn: so
// it does not matter how often it is called.
func (a *awake) advance(now int64, s *pipeline.Scratch) {
	for {
		waits, timer := a.waits(), a.vehicle.Next()
		due := min(waits, timer)
		switch {
		case due > now || due == math.MaxInt64:
			return
		case timer < waits:
			a.vehicle.Advance(timer, s)
		case a.timed != nil && a.timed.Due() == waits:
			a.release(now, s)
		default:
			a.pop(now, s)
		}
	}
}

// pop uses the next held frame of a format with sequences.
func (a *awake) pop(now int64, s *pipeline.Scratch) {
	f, missed := a.queue.Pop(now)
	if f == nil {
		return
	}
	if missed {
		a.vehicle.Missed()
	}
	a.vehicle.Apply(f, s)
}

// release uses what a format without sequences has held long enough.
func (a *awake) release(now int64, s *pipeline.Scratch) {
	if f := a.timed.Pop(now); f != nil {
		a.vehicle.Apply(f, s)
	}
}

// take gives a frame its place.
func (a *awake) take(f *telemetry.Frame, s *pipeline.Scratch) Fate {
	verdict := a.push(f)
	switch verdict {
	case order.Now:
		a.vehicle.Apply(f, s)
		a.advance(f.Arrived, s)
	case order.Duplicate:
		return Duplicate
	case order.Late:
		if a.vehicle.Late(f, s) {
			return Amends
		}
		return TooLate
	}
	return Used
}

// push puts a frame into the order that its format has. Where a frame has a record
// id of its own it has no sequence.
func (a *awake) push(f *telemetry.Frame) order.Verdict {
	if f.RecordID == "" {
		return a.queue.Push(f)
	}
	if a.timed == nil {
		a.timed = &order.Timed{}
	}
	return a.timed.Push(f)
}

// newSeconds counts the seconds of event time that a frame is the first to reach.
func (c *car) newSeconds(f *telemetry.Frame) int64 {
	from, to := f.Start/1_000_000, f.End()/1_000_000
	if to == from && f.Samples() == 0 {
		return 0
	}
	from = max(from, c.second+1)
	c.second = max(c.second, to)
	return max(0, to-from+1)
}
