package geo

import (
	"milepost/state"
)

// State writes or reads the line so far. Reading, it reuses the trace's buffers.
func (t *Trace) State(c *state.Codec) {
	var last packed
	n := c.Len(len(t.points), 2)
	if c.Reading() {
		state.Resize(&t.points, n)
	}
	for i := range t.points {
		t.points[i].state(c, &last)
	}
	t.newest.state(c, &last)
	c.Time(&t.at)
	c.Time(&t.kept)
	c.Float64(&t.bearing)
	before := 0
	state.Slice(c, &t.breaks, func(c *state.Codec, b *int) {
		step := *b - before
		c.Int(&step)
		*b = before + step
		c.Check(step > 0 && *b < len(t.points), "break of a line")
		before = *b
	})
	c.Bool(&t.left)
	c.Int64(&t.sparse)
	if !c.Check(t.sparse >= 0 && t.sparse < 1<<20, "spacing of a line") { // it becomes a shift
		t.Reset()
	}
}

// state visits a point by its distance from the one before, in 1e-7 degrees, which
// wraps around as int32 does.
func (p *packed) state(c *state.Codec, last *packed) {
	lat, lon := p.lat-last.lat, p.lon-last.lon
	c.Int32(&lat)
	c.Int32(&lon)
	p.lat, p.lon = last.lat+lat, last.lon+lon
	*last = *p
}
