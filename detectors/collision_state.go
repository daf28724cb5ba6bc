package detectors

import (
	"milepost/state"
)

// State writes or reads the detector; the fields of each type are visited in one order
// for ever, but for a new version of the whole.
func (d *Collisions) State(c *state.Codec) {
	c.Int64(&d.second)
	c.Check(d.second >= 0 && d.second < 1<<43, "second of collisions")
	c.Uint64(&d.body.heard)
	c.Uint64(&d.body.value)
	c.Time(&d.awake.until)
	c.Bool(&d.awake.told)
	d.mount.state(c)
	d.blows.state(c)
	d.bags.state(c)
	optional(c, &d.watch, (*watch).state)
	n := c.Len(len(d.open), 8)
	if c.Reading() {
		d.open = nil
		for range n {
			d.open = append(d.open, &crash{})
		}
	}
	for _, x := range d.open {
		x.state(c)
	}
}

// optional visits what a pointer points to, if it points to anything.
func optional[T any](c *state.Codec, p **T, visit func(*T, *state.Codec)) {
	has := *p != nil
	c.Bool(&has)
	if c.Reading() {
		*p = nil
		if has {
			*p = new(T)
		}
	}
	if has {
		visit(*p, c)
	}
}

func (t *mounting) state(c *state.Codec) {
	for axis := range t.offset {
		c.Float32(&t.offset[axis])
	}
	c.Uint8(&t.seconds)
	c.Time(&t.turned)
	for i := range t.along {
		c.Float32(&t.along[i].both)
		c.Float32(&t.along[i].axis)
		c.Float32(&t.along[i].other)
		c.Uint8(&t.along[i].told)
		c.Float32(&t.along[i].meanAxis)
		c.Float32(&t.along[i].meanOther)
		c.Uint8(&t.along[i].strange)
	}
	for axis := range t.packed {
		t.packed[axis] = pack(t.offset[axis])
		c.Check(t.offset[axis] == t.offset[axis], "offset of an axis")
	}
}

func (w *watch) state(c *state.Codec) {
	w.speeds.state(c)
	w.drop.state(c)
	w.ring.state(c)
	c.Time(&w.last)
	c.Int64(&w.step)
	c.Check(w.step >= 0 && w.step < second, "step of motion")
	c.Uint8(&w.odd)
	w.group.state(c)
	w.sums.state(c)
	c.Float32(&w.roll.angle)
	c.Bool(&w.roll.over)
	c.Float32(&w.yawNow)
	c.Time(&w.hotUntil)
	c.Time(&w.airbag)
	c.Time(&w.loose)
	c.Time(&w.after)
	optional(c, &w.pulse, (*hit).state)
}

func (p *speedPast) state(c *state.Codec) {
	if c.Reading() {
		p.head = 0
	}
	speedAtState(c, &p.newest)
	for i := range p.recent { // oldest first, so that they are read to the beginning
		m := p.mark(i)
		c.Time(&m.at)
		c.Float32(&m.v)
	}
	c.Time(&p.marked)
	c.Int64(&p.slot)
	c.Check(p.slot >= 0, "slot of speeds")
	if p.slot < 0 {
		p.slot = 0 // it becomes an index
	}
	// As what differs from the slot before: readings come at the same place in each.
	var ms, v int32
	for i := range int64(pastSpeeds) {
		m := &p.past[(p.slot+1+i)%pastSpeeds]
		dms, dv := int32(m.ms)-ms, int32(m.v)-v
		c.Int32(&dms)
		c.Int32(&dv)
		m.ms, m.v = uint16(ms+dms), int16(v+dv)
		ms, v = int32(m.ms), int32(m.v)
	}
}

func speedAtState(c *state.Codec, s *SpeedAt) {
	c.Time(&s.At)
	c.Float64(&s.V)
}

func (p *wheelDrop) state(c *state.Codec) {
	c.Time(&p.sameSince)
	c.Time(&p.at)
	c.Float32(&p.from)
	c.Float32(&p.to)
	c.Time(&p.done)
	c.Bool(&p.failed)
	c.Time(&p.jolted)
	c.Time(&p.heard)
}

// state visits the samples held, oldest first, so that they are read to the beginning.
func (r *ring) state(c *state.Codec) {
	room := len(r.s)
	c.Int(&room)
	n := c.Len(r.n, 1+axes)
	if !c.Check(room >= 0 && room <= ringMost && n <= room, "ring of motion") {
		room, n = 0, 0
	}
	c.Time(&r.at)
	if c.Reading() {
		*r = ring{at: r.at}
		if room > 0 {
			r.s = make([]ringSample, room)
		}
		r.n = n
		if r.head = n; n == room {
			r.head = 0
		}
	}
	last := ringSample{}
	for i := n - 1; i >= 0; i-- {
		r.back(i).state(c, &last)
	}
}

// state visits a sample as what differs from the one before.
func (s *ringSample) state(c *state.Codec, last *ringSample) {
	step := int32(s.step) - int32(last.step)
	c.Int32(&step)
	s.step = uint16(int32(last.step) + step)
	for axis := range s.a {
		d := int32(s.a[axis]) - int32(last.a[axis])
		c.Int32(&d)
		s.a[axis] = int16(int32(last.a[axis]) + d)
	}
	*last = *s
}

func (g *group) state(c *state.Codec) {
	c.Int32(&g.n)
	if c.Check(g.n >= 0, "group of motion") && g.n == 0 || g.n < 0 {
		*g = group{}
		return
	}
	c.Time(&g.first)
	c.Int64(&g.sum)
	for axis := range g.a {
		c.Int32(&g.a[axis])
		c.Int32(&g.unknown[axis])
	}
}

func (s *secondSums) state(c *state.Codec) {
	c.Int32(&s.n)
	for axis := range s.a {
		if s.n != 0 {
			c.Int32(&s.a[axis])
			c.Int32(&s.unknown[axis])
		}
	}
	c.Float32(&s.yaw)
	c.Int32(&s.k)
	c.Float32(&s.before)
	c.Float32(&s.v)
	c.Time(&s.vAt)
	c.Uint8(&s.lying)
}
