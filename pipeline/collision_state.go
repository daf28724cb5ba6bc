package pipeline

import (
	"milepost/detectors"
	"milepost/state"
)

func (x *collisions) state(c *state.Codec) {
	x.detector.State(c)
	x.places.state(c)
	c.Int64(&x.wheel.driver)
	c.Int64(&x.wheel.before)
	c.Time(&x.wheel.since)
	c.Bool(&x.veils)
	c.Time(&x.arrived)
	c.Time(&x.hush)
	c.Time(&x.broken)
	c.Time(&x.gone)
	n := c.Len(len(x.known), 1)
	if c.Reading() {
		x.known = make([]*collision, n)
	}
	for i := range x.known {
		if c.Reading() {
			x.known[i] = &collision{}
		}
		x.known[i].state(c)
	}
}

func (k *collision) state(c *state.Codec) {
	c.Time(&k.at)
	state.Slice(c, &k.live, func(c *state.Codec, f *detectors.Collision) { f.State(c) })
	state.Slice(c, &k.late, func(c *state.Codec, f *detectors.Collision) { f.State(c) })
	c.Check(len(k.live)+len(k.late) > 0, "a collision of which nothing is known")
	state.Slice(c, &k.places, fixState)
	k.terms.state(c)
	c.Uint32(&k.revision)
	c.String((*string)(&k.said.Highest))
	for i := range k.said.Prints {
		c.Uint64(&k.said.Prints[i])
	}
	c.Time(&k.reported)
	c.Bool(&k.closed)
	c.Bool(&k.tardy)
	c.Time(&k.guess)
}

func (p *party) state(c *state.Codec) {
	c.String(&p.powertrain)
	c.String(&p.account)
	c.Int64(&p.driver)
	c.Bool(&p.assist)
	c.Bool(&p.placed)
}
