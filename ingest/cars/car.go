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
		case waits == math.MaxInt64:
			a.vehicle.Advance(now, s)
			if s.Err != nil {
				return
			}
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
	if f != nil {
		a.apply(f, missed, s)
	}
}

// release uses what a format without sequences has held long enough.
func (a *awake) release(now int64, s *pipeline.Scratch) {
	if f := a.timed.Pop(now); f != nil {
		a.apply(f, false, s)
	}
}

// apply uses a frame whose turn it is. Where with it the location is no longer
// shared, what waits behind it must not keep places.
func (a *awake) apply(f *telemetry.Frame, missed bool, s *pipeline.Scratch) {
	hidden, unshared := a.vehicle.Hidden(), a.vehicle.Unshared()
	if missed {
		a.vehicle.Missed()
	}
	a.vehicle.Apply(f, s)
	a.concealMore(hidden, unshared, s)
}

// concealMore is conceal where a frame made more hidden than was.
func (a *awake) concealMore(hidden, unshared bool, s *pipeline.Scratch) {
	if !hidden && a.vehicle.Hidden() || !unshared && a.vehicle.Unshared() {
		a.conceal(nil, s)
	}
}

// conceal takes hidden places out of the frames that wait: fresh is the newest of
// them, nil where something else has changed.
func (a *awake) conceal(fresh *telemetry.Frame, s *pipeline.Scratch) {
	held := func(yield func(pipeline.Waiting) bool) {
		a.queue.Held(func(h *order.HeldFrame) bool { return yield(h) })
	}
	a.vehicle.Conceal(held, fresh, s)
}

// take gives a frame its place.
func (a *awake) take(f *telemetry.Frame, s *pipeline.Scratch) Fate {
	verdict := a.push(f, s)
	switch verdict {
	case order.Now:
		a.apply(f, false, s)
		a.advance(f.Arrived, s)
	case order.Duplicate:
		return Duplicate
	case order.Late:
		hidden, unshared := a.vehicle.Hidden(), a.vehicle.Unshared()
		used := a.vehicle.Late(f, s)
		a.concealMore(hidden, unshared, s)
		if used {
			return Amends
		}
		return TooLate
	}
	return Used
}

// push puts a frame into the order that its format has. Where a frame has a record
// id of its own it has no sequence. What waits is stored, so it loses its hidden places.
func (a *awake) push(f *telemetry.Frame, s *pipeline.Scratch) order.Verdict {
	if f.RecordID == "" {
		verdict := a.queue.Push(f)
		if verdict == order.Held {
			a.conceal(f, s)
		}
		return verdict
	}
	a.vehicle.ConcealUnshared(f, s)
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
