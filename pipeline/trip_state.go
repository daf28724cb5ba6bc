package pipeline

import (
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/state"
)

func (t *trip) state(c *state.Codec, version uint16) {
	c.Time(&t.start)
	t.standing.state(c, t.start, version)
	if version >= 3 {
		state.Slice(c, &t.speeding, toldState)
	}
	t.terms.state(c)
	if version >= 4 {
		c.Float64(&t.terms.massKg)
	}

	c.Int64(&t.second)
	t.estimates.State(c)
	t.grid.State(c)
	t.fixes.State(c)
	t.distance.State(c, version >= 3)
	t.energy.State(c)
	t.tunnels.State(c)
	t.dynamics.State(c)
	t.trace.State(c)
	t.spans.state(c)
	c.Int64(&t.night.quarter)
	c.Int64(&t.night.offset)
	c.Int64(&t.night.seconds)

	t.eventsState(c)

	c.Time(&t.hidden)
	c.Time(&t.forgot.from)
	c.Time(&t.forgot.to)
	c.Bool(&t.short)
	t.place.State(c)
	t.next.State(c)
	c.Float64(&t.driven)
	c.Int64(&t.moving)
}

// eventsState visits the detectors of events, and what they have found.
func (t *trip) eventsState(c *state.Codec) {
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
}

func (t *terms) state(c *state.Codec) {
	zone, powertrain := "", string(t.powertrain)
	if t.zone != nil {
		zone = t.zone.String()
	}
	c.String(&zone)
	c.String(&powertrain)
	c.String(&t.account)
	c.Int64(&t.driver)
	if !c.Reading() {
		return
	}
	if t.powertrain = fleet.Powertrain(powertrain); zone == "" {
		t.zone = nil // no trip has begun
		return
	}
	at, err := fleet.Profile{Zone: zone}.Location()
	if !c.Check(err == nil, "zone of a trip") {
		at = time.UTC
	}
	t.zone = at
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
