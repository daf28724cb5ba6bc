package pipeline

import (
	"encoding/hex"
	"slices"

	"milepost/scoring"
	"milepost/state"
	"milepost/telemetry"
)

// retire passes the last trip on for good, once no sample can take it up again: what
// late data may need of it does not go with the trip.
func (v *Vehicle) retire() {
	if v.trip.id == "" || !v.Settled() {
		return
	}
	v.past.leave(&v.trip)
	v.past.lean = false
	v.past.live.reset()
	v.past.sum = summing{}
	v.trip = trip{trace: v.trip.trace, found: v.trip.found[:0]}
	v.trip.trace.Reset()
}

func (p *past) state(c *state.Codec, version uint16) {
	c.Bool(&p.under)
	c.Bool(&p.gap)
	c.Bool(&p.lean)
	c.Bool(&p.loose)
	c.Bool(&p.over)
	c.Bool(&p.missed)
	c.Int32(&p.late)
	c.Time(&p.end)
	p.given.state(c)
	c.Time(&p.closed)
	c.Time(&p.arrived)
	c.Time(&p.gapAt)
	c.Time(&p.gone)
	c.Time(&p.due)
	p.sum.state(c, version)
	p.live.state(c, version)
	state.Slice(c, &p.moved, findingState)
	n := c.Len(len(p.kept), 1)
	if c.Reading() {
		p.kept = make([]*kept, n)
	}
	for i := range p.kept {
		if c.Reading() {
			p.kept[i] = &kept{}
		}
		p.kept[i].state(c, version)
	}
	state.Slice(c, &p.done, func(c *state.Codec, e *extent) { e.state(c) })
	state.Slice(c, &p.names, (*state.Codec).Time)
	c.Time(&p.named)
	state.Slice(c, &p.runs, func(c *state.Codec, r *run) {
		r.state(c, version)
		c.Time(&r.arrived)
		c.Bool(&r.fresh)
	})
	if version >= 3 {
		c.Time(&p.beat.at)
		c.Bool(&p.beat.moving)
	}
	n = c.Len(len(p.held), 1)
	if c.Reading() {
		p.held = make([]heldFrame, n)
	}
	for i := range p.held {
		if c.Reading() {
			p.held[i] = heldFrame{&telemetry.Frame{}, true}
		}
		p.held[i].State(c, version >= 4)
		if version >= 2 {
			c.Bool(&p.held[i].trip)
		}
	}
	if version >= 3 {
		p.limitState(c)
	}
}

func (e *extent) state(c *state.Codec) {
	c.Time(&e.from)
	c.Time(&e.to)
}

// state visits what is known of a trip; start is its own.
func (t *standing) state(c *state.Codec, start int64, version uint16) {
	idState(c, &t.id)
	moved := t.named - start
	c.Int64(&moved)
	t.named = start + moved
	c.Uint32(&t.revision)
	c.String(&t.date)
	if of := len(t.date) >= 7 && t.date[:7] == t.month; !begun(c, of) {
		c.String(&t.month)
	} else if c.Reading() && c.Check(len(t.date) >= 7, "date of a trip") {
		t.month = t.date[:7]
	}
	t.shareState(c, version)
	c.Int64(&t.monthOf)
}

// shareState visits what the trip put into its month and into periods.
func (t *standing) shareState(c *state.Codec, version uint16) {
	if version < 4 || begun(c, t.share != nil) {
		if c.Reading() {
			t.share = &scoring.Share{}
		}
		t.share.State(c, version)
	} else if c.Reading() {
		t.share = nil
	}
	if c.Reading() {
		t.counted = nil
	}
	c.Check(t.month == "" || t.share != nil, "share of a trip")
	if version < 4 || !begun(c, t.counted != nil) {
		return
	}
	if c.Reading() {
		t.counted = &counted{}
	}
	t.counted.state(c)
}

func toldState(c *state.Codec, k *told) {
	c.Time(&k.start)
	c.Uint32(&k.revision)
	c.Uint32(&k.sum)
}

// limitState visits what has to do with limits, which most vehicles have nothing of.
func (p *past) limitState(c *state.Codec) {
	if !begun(c, p.sign != (sign{}) || slices.ContainsFunc(p.kept, func(k *kept) bool { return len(k.speeding) > 0 })) {
		return
	}
	c.Time(&p.sign.at)
	c.Int64(&p.sign.kmh)
	for _, k := range p.kept {
		state.Slice(c, &k.speeding, toldState)
	}
}

// begun writes or reads whether something differs from its zero value.
func begun(c *state.Codec, is bool) bool {
	c.Bool(&is)
	return is
}

// idState visits an identity: as its 16 bytes where it is 32 hex digits.
func idState(c *state.Codec, id *string) {
	raw, err := hex.DecodeString(*id)
	if !begun(c, err == nil && hex.EncodeToString(raw) == *id) {
		c.String(id)
		return
	}
	c.Bytes(&raw)
	*id = hex.EncodeToString(raw)
}

func (k *kept) state(c *state.Codec, version uint16) {
	c.Time(&k.start)
	c.Time(&k.end)
	k.standing.state(c, k.start, version)
	c.Time(&k.arrived)
	c.Int32(&k.late)
	c.Bool(&k.short)
	c.Bool(&k.over)
	k.record.state(c, version)
}

func (r *record) state(c *state.Codec, version uint16) {
	c.Time(&r.from)
	c.Time(&r.to)
	c.Float64(&r.way)
	state.Slice(c, &r.refs, func(c *state.Codec, f *Ref) {
		c.Uint64(&f.File)
		c.Uint32(&f.Offset)
		c.Uint32(&f.Length)
	})
	c.Bool(&r.kept)
	c.Bytes(&r.tail)
	c.Int(&r.seconds)
	c.Check(r.seconds >= 0, "seconds of summaries")
	if coded := r.coder != (coder{}); begun(c, coded) {
		r.coder.s.state(c, version)
		c.Int32(&r.coder.lat)
		c.Int32(&r.coder.lon)
		c.Time(&r.coder.markAt)
	}
	state.Slice(c, &r.found, findingState)
}

func findingState(c *state.Codec, f *finding) {
	f.State(c)
	c.Uint32(&f.revision)
	idState(c, &f.trip)
}

func (g *summing) state(c *state.Codec, version uint16) {
	if !begun(c, *g != (summing{})) {
		return
	}
	g.s.state(c, version)
	c.Bool(&g.open)
	c.Time(&g.firstAt)
	c.Time(&g.lastAt)
	c.Float32(&g.firstV)
	c.Float32(&g.lastV)
	c.Float32(&g.high)
	c.Time(&g.before)
	c.Float32(&g.beforeV)
	c.Float64(&g.driven)
	c.Int64(&g.moving)
	c.Int(&g.breaks)
	c.Float64(&g.drawn)
	c.Float64(&g.regen)
	c.Int64(&g.powerSecond)
	signals := len(g.last)
	switch {
	case version < 3:
		signals = 4
	case version < 4:
		signals = 5
	}
	for i := range signals {
		c.Int64(&g.last[i])
		c.Bool(&g.has[i])
	}
	if version >= 3 {
		c.Time(&g.fixAt)
		c.Uint16(&g.heading)
		c.Uint8(&g.accuracy)
	}
	if version >= 4 {
		c.Uint16(&g.altitude)
	}
}

func (s *summary) state(c *state.Codec, version uint16) {
	c.Int64(&s.second)
	for i := range s.counts {
		c.Uint16(&s.counts[i])
	}
	for _, b := range [...]*bool{&s.speeds, &s.broken, &s.fix, &s.power, &s.known} {
		c.Bool(b)
	}
	for _, i := range [...]*int32{&s.first, &s.last, &s.v, &s.w, &s.metres, &s.driving, &s.high, &s.fixAt, &s.lat, &s.lon, &s.energyAt} {
		c.Int32(i)
	}
	c.Int64(&s.odometer)
	c.Int64(&s.fuel)
	c.Uint8(&s.engine)
	c.Uint32(&s.drawn)
	c.Uint32(&s.regen)
	if version >= 3 {
		c.Uint16(&s.heading)
		c.Uint8(&s.accuracy)
	}
	if version >= 4 {
		c.Uint16(&s.altitude)
	}
}
