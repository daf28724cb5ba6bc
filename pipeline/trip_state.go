package pipeline

import (
	"milepost/detectors"
	"milepost/state"
)

func (t *trip) state(c *state.Codec) {
	c.Time(&t.start)
	c.String(&t.id)
	c.Uint32(&t.revision)
	c.String(&t.month)
	c.String(&t.date)
	t.share.State(c)
	c.Int64(&t.monthOf)

	c.Int64(&t.second)
	t.estimates.State(c)
	t.grid.State(c)
	t.fixes.State(c)
	t.distance.State(c)
	t.energy.State(c)
	t.tunnels.State(c)
	t.dynamics.State(c)
	t.trace.State(c)
	t.spans.state(c)
	c.Int64(&t.night.quarter)
	c.Int64(&t.night.offset)
	c.Int64(&t.night.seconds)

	t.braking.State(c)
	t.acceleration.State(c)
	t.cornering.State(c)
	t.peaks.State(c)
	if c.Reading() {
		t.listen()
	}
	state.Slice(c, &t.found, func(c *state.Codec, f *detectors.Finding) { f.State(c) })
	c.Int(&t.sent)
	if !c.Check(t.sent >= 0 && t.sent <= len(t.found), "findings sent") {
		t.sent = 0
	}

	c.Bool(&t.hidden)
	c.Bool(&t.short)
	t.place.State(c)
	t.next.State(c)
	c.Float64(&t.driven)
	c.Int64(&t.moving)
}

func (s *spans) state(c *state.Codec) {
	for t := range s.track {
		s.track[t].state(c)
	}
	s.drive.state(c)
}

func (s *span) state(c *state.Codec) {
	c.Time(&s.from)
	c.Time(&s.to)
	c.Int64(&s.samples)
	c.Int(&s.gaps)
	c.Int64(&s.gap)
}
