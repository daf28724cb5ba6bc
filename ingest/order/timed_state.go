package order

import (
	"slices"

	"milepost/state"
	"milepost/telemetry"
)

// timedVersion is the layout of a Timed's state.
const timedVersion = 1

// State writes or reads the queue with all that waits.
func (q *Timed) State(c *state.Codec) {
	c.Version(timedVersion)
	c.Time(&q.arrived)
	c.Time(&q.passed)
	c.String(&q.vehicle)
	c.Uint64(&q.sequence)
	state.Slice(c, &q.records, func(c *state.Codec, p *pending) {
		c.Time(&p.due)
		c.Time(&p.end)
	})
	c.Int(&q.let)
	c.Check(q.let >= 0 && q.let <= len(q.records), "more records let go than there are")
	q.held.state(c)
	q.seen.state(c)
	c.Int64(&q.Stale)
	c.Int64(&q.Early)
	if c.Reading() {
		q.given = nil
	}
	if c.Reading() && c.Err() != nil {
		*q = Timed{}
	}
}

func (l *timeline) state(c *state.Codec) {
	if c.Reading() {
		*l = timeline{}
	}
	left := l.all[l.head:]
	state.Slice(c, &left, readingState)
	if !c.Reading() {
		return
	}
	l.all = left
	for i := 1; i < len(left); i++ {
		c.Check(left[i-1].Compare(left[i]) < 0, "values out of order")
	}
}

// readingState names a signal by its place in a frame: the table's rows move as it
// grows.
func readingState(c *state.Codec, r *telemetry.Reading) {
	var track uint8
	var double bool
	var index int
	if !c.Reading() {
		s := &telemetry.Signals()[r.Signal]
		track, double, index = uint8(s.Track), s.Double, s.Index
	}
	c.Uint8(&track)
	c.Bool(&double)
	c.Int(&index)
	c.Time(&r.At)
	c.Float64(&r.Value)
	if c.Reading() {
		r.Signal = telemetry.RowAt(telemetry.Track(track), double, index)
		c.Check(r.Signal >= 0, "a value of no signal")
	}
}

func (s *seen) state(c *state.Codec) {
	c.Int64(&s.epoch)
	hashes(c, &s.newer)
	hashes(c, &s.old)
}

// hashes are sorted: what is stored is their distances.
func hashes(c *state.Codec, all *[]uint64) {
	last := uint64(0)
	state.Slice(c, all, func(c *state.Codec, h *uint64) {
		d := *h - last
		c.Uint64(&d)
		*h = last + d
		last = *h
	})
	if c.Reading() {
		c.Check(slices.IsSorted(*all) && len(*all) <= seenKept, "ids out of order")
	}
}
