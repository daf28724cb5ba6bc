package order

import (
	"slices"

	"milepost/state"
	"milepost/telemetry"
)

// queueVersion is the layout of a Queue's state.
const queueVersion = 2 // 2: frames have charged energy

// State writes or reads the queue with copies of the frames that wait.
func (q *Queue) State(c *state.Codec) {
	version := c.Version(queueVersion)
	q.next.state(c)
	c.Bool(&q.started)
	c.Time(&q.arrived)
	c.Time(&q.newest)
	q.waiting.state(c, version >= 2)
	state.Slice(c, &q.past.ends, func(c *state.Codec, p *position) { p.state(c) })
	state.Slice(c, &q.past.holes, func(c *state.Codec, h *hole) {
		c.Uint32(&h.boot)
		c.Uint64(&h.from)
		c.Uint64(&h.to)
	})
	c.Time(&q.low)
	c.Int64(&q.Gaps)
	if c.Err() != nil && c.Reading() {
		*q = Queue{}
	}
}

func (p *position) state(c *state.Codec) {
	c.Uint32(&p.boot)
	c.Uint64(&p.seq)
}

// state visits the frames in the order in which they came; that of their turn
// follows from them. Frames of a state without charged energy are packed anew.
func (w *waiting) state(c *state.Codec, charged bool) {
	if !c.Reading() {
		c.Len(w.n(), frameLeast)
		for _, t := range w.byArrival[w.old:] {
			if t != nil && !t.gone {
				c.Bytes(&t.packed)
			}
		}
		return
	}
	*w = waiting{}
	f := &telemetry.Frame{}
	for range c.Len(0, frameLeast) {
		t := &ticket{}
		c.Bytes(&t.packed)
		if !c.Check(c.Err() == nil && unpack(t.packed, f, charged) == nil, "a frame that waits") {
			return
		}
		if !charged {
			t.packed = packed(f)
		}
		w.bytes += len(t.packed)
		t.at, t.arrived, t.switches = positionOf(f), f.Arrived, slices.Contains(f.Body.Signal, telemetry.LocationShared)
		w.byArrival = append(w.byArrival, t)
	}
	w.byPosition = slices.Clone(w.byArrival)
	slices.SortFunc(w.byPosition, func(a, b *ticket) int { return a.at.compare(b.at) })
	for i := 1; i < len(w.byPosition); i++ {
		c.Check(w.byPosition[i-1].at != w.byPosition[i].at, "two frames of one position")
	}
}

// frameLeast is less than an empty frame takes, bytes: its columns alone are 31.
const frameLeast = 30
