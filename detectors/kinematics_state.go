package detectors

import (
	"math/bits"

	"milepost/state"
)

// State writes or reads what the estimators hold of the last seconds.
func (e *Estimators) State(c *state.Codec) {
	state.Enum(c, &e.kind, sampledWave)
	c.Time(&e.lastMotion)
	c.Time(&e.speed.at)
	c.Float32(&e.speed.v)
	c.Bool(&e.speed.ok)
	e.frozen.state(c)
	e.slope.state(c)
	e.forward.state(c)
	e.leftward.state(c)
	e.yaw.state(c)
	e.bias.forward.state(c)
	e.bias.leftward.state(c)
	e.course.state(c)
	e.means.state(c)
	c.Time(&e.fused)
	e.held.state(c)
}

func (p *Peak) state(c *state.Codec) {
	c.Time(&p.At)
	c.Int64(&p.Step)
	c.Float64(&p.Forward)
	c.Float64(&p.Leftward)
	c.Float64(&p.V)
}

func (f *frozen) state(c *state.Codec) {
	c.Float32(&f.v)
	c.Time(&f.since)
	c.Time(&f.at)
	c.Float64(&f.jump)
}

// state visits the samples held; what lies behind them is never looked at.
func (s *slope) state(c *state.Codec) {
	s.n = c.Len(s.n, 2)
	if !c.Check(s.n <= len(s.at), "slope") {
		s.n = 0
	}
	for i := range s.n {
		c.Time(&s.at[i])
		c.Float32(&s.v[i])
	}
}

// state visits the samples held, oldest first: where in the ring they stand is all
// the same, so that they are read to its beginning.
func (b *boxcar) state(c *state.Codec) {
	n := c.Len(int(b.n), 2)
	if !c.Check(n <= boxcarLen, "boxcar") {
		n = 0
	}
	if c.Reading() {
		*b = boxcar{ring: make([]tap, ringLen(n)), head: uint(n), n: uint(n)}
	}
	last := uint32(0)
	for i := b.head - b.n; i != b.head; i++ {
		s := b.tap(i)
		step := s.at - last
		c.Uint32(&step)
		last += step
		s.at = last
		c.Int32(&s.x)
	}
	c.Int64(&b.sum)
}

// ringLen is the room that n samples of a boxcar take.
func ringLen(n int) int {
	if n == 0 {
		return 0
	}
	return max(boxcarLeast, 1<<bits.Len(uint(n-1)))
}

// state visits the ring oldest first. Only a ring never used has i 0: else i is read
// to be within its second round.
func (m *means) state(c *state.Codec) {
	place := uint8(0)
	if m.i != 0 {
		place = 1 + uint8(m.i%16)
	}
	state.Enum(c, &place, 16)
	if place == 0 {
		if c.Reading() {
			*m = means{}
		}
		return
	}
	if c.Reading() {
		m.i = 16 + uint(place-1)
	}
	for k := range uint(16) {
		c.Time(&m.at[(m.i+k)%16])
		c.Float32(&m.a[(m.i+k)%16])
	}
}

func (x *axis) state(c *state.Codec) {
	c.Float64(&x.value)
	c.Int(&x.seconds)
	for i := range x.n {
		c.Int(&x.n[i])
		c.Float64(&x.sum[i])
	}
	c.Int64(&x.now)
	if !c.Check(x.now >= 0, "second of a bias") {
		x.now = 0 // it becomes an index
	}
}

func (s *course) state(c *state.Codec) {
	s.n = c.Len(s.n, 3)
	if !c.Check(s.n <= len(s.at), "course") {
		s.n = 0
	}
	for i := range s.n {
		c.Time(&s.at[i])
		c.Float32(&s.heading[i])
		c.Float64(&s.v[i])
	}
}
