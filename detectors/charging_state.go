package detectors

import "milepost/state"

// State writes or reads what is known of charging.
func (d *Charging) State(c *state.Codec) {
	state.Enum(c, &d.charges, yes)
	state.Enum(c, &d.cable, yes)
	state.Enum(c, &d.engine, yes)
	d.reading.state(c)
	c.Int64(&d.second)
	c.Bool(&d.moves)
	c.Bool(&d.stands)
	c.Int64(&d.moved)
	c.Bool(&d.blind)
	open := d.session.phase != chargeNone
	if c.Bool(&open); open {
		d.session.state(c)
		c.Time(&d.arrived)
	}
}

func (r *chargeReading) state(c *state.Codec) {
	c.Float32(&r.soc)
	c.Float32(&r.volts)
	c.Float32(&r.amps)
	c.Float32(&r.power)
	c.Float64(&r.counter)
	for _, at := range [...]*int64{&r.socAt, &r.voltsAt, &r.ampsAt, &r.powerAt, &r.counterAt} {
		c.Time(at)
	}
}

func (s *chargeSession) state(c *state.Codec) {
	state.Enum(c, &s.phase, chargePaused)
	c.Bool(&s.told)
	c.Bool(&s.toldUnseen)
	c.Bool(&s.partial)
	c.Time(&s.start)
	c.Time(&s.at)
	c.Time(&s.stopped)
	c.Int64(&s.charged)
	c.Int64(&s.pauses)
	c.Int64(&s.unheard)
	c.Float64(&s.counterKwh)
	c.Bool(&s.counted)
	c.Float64(&s.powerJ)
	c.Float64(&s.currentJ)
	c.Int64(&s.powerS)
	c.Int64(&s.currentS)
	c.Float32(&s.socFrom)
	c.Float32(&s.socTo)
	c.Bool(&s.haveSoC)
	c.Float32(&s.socBefore)
	c.Float64(&s.peak)
}
