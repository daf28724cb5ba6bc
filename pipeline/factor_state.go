package pipeline

import (
	"milepost/outcome"
	"milepost/state"
)

// policiesState visits the periods, which most vehicles have none of.
func (v *Vehicle) policiesState(c *state.Codec) {
	if !begun(c, v.policies != nil) {
		v.policies = nil
		return
	}
	if c.Reading() {
		v.policies = &policies{}
	}
	ps := v.policies
	c.Uint32(&ps.number)
	n := c.Len(len(ps.periods), 1)
	if c.Reading() {
		ps.periods = make([]*period, n)
	}
	for i := range ps.periods {
		if c.Reading() {
			ps.periods[i] = &period{}
		}
		ps.periods[i].state(c)
	}
}

func (p *period) state(c *state.Codec) {
	c.Uint32(&p.number)
	c.String(&p.policy)
	product, ended := string(p.product), string(p.endedBy)
	c.String(&product)
	c.String(&ended)
	p.product, p.endedBy = outcome.Product(product), outcome.EndedBy(ended)
	c.String(&p.account)
	c.String(&p.table)
	c.Float64(&p.rangeKm)
	c.Int(&p.months)
	c.Check(p.months > 0, "months of a period")
	c.Int32(&p.from)
	c.Int32(&p.to)
	c.Int32(&p.last)
	p.sums.State(c)
	for r := range reasons {
		if begun(c, p.left[r] != (left{})) {
			p.left[r].state(c)
		}
	}
	p.driven.state(c, p.from)
	p.charged.state(c, p.from)
	c.Uint32(&p.revision)
	c.Bool(&p.issued)
	c.Float64(&p.given)
	c.Float64(&p.now)
	c.Time(&p.due)
}

func (l *left) state(c *state.Codec) {
	c.Int64(&l.trips)
	c.Int64(&l.distance)
	c.Int64(&l.driving)
}

// state visits days; from is a day that they are about.
func (d *dates) state(c *state.Codec, from int32) {
	c.Int(&d.gone)
	until := d.until - from
	c.Int32(&until)
	d.until = from + until
	before := from
	state.Slice(c, &d.recent, func(c *state.Codec, e *dated) {
		after := e.day - before
		c.Int32(&after)
		e.day = before + after
		before = e.day
		c.Int64(&e.times)
	})
}

// state visits what a trip has put into periods; start is the trip's.
func (t *counted) state(c *state.Codec) {
	t.share.State(c)
	c.Int32(&t.day)
	state.Slice(c, &t.puts, func(c *state.Codec, at *put) {
		c.Uint32(&at.period)
		state.Enum(c, &at.reason, reasons-1)
	})
}
