package detectors

import (
	"slices"

	"milepost/outcome"
	"milepost/state"
)

// What is under way when a state is written, which is rare: a pulse, and collisions of
// which evidence is awaited.

func (p *hit) state(c *state.Codec) {
	p.stretch.state(c)
	p.mounted.state(c)
	c.Time(&p.t0)
	c.Time(&p.by)
	c.Float64(&p.rate)
	c.Float64(&p.speed)
	state.Slice(c, &p.before, speedAtState)
	c.Uint64(&p.body.heard)
	c.Uint64(&p.body.value)
	p.swing.state(c)
	c.Check(len(p.s) > 2, "pulse")
}

func (t *stretch) state(c *state.Codec) {
	c.Time(&t.at)
	n := c.Len(len(t.s), 1+axes)
	if c.Reading() {
		state.Resize(&t.s, n)
	}
	last := ringSample{}
	for i := range t.s {
		t.s[i].state(c, &last)
	}
}

func (m *mounted) state(c *state.Codec) {
	for axis := range m.offset {
		c.Float64(&m.offset[axis])
	}
	for axis := range m.turned {
		c.Bool(&m.turned[axis])
	}
}

func (s *swing) state(c *state.Codec) {
	c.Float32(&s.from)
	c.Float32(&s.most)
}

func (x *crash) state(c *state.Codec) {
	c.Time(&x.at)
	state.Slice(c, &x.impacts, impactState)
	state.Slice(c, &x.evidence, evidenceState)
	c.Float64(&x.rate)
	c.Bool(&x.wheels)
	c.Bool(&x.rolled)
	c.Float64(&x.speed)
	state.Slice(c, &x.before, speedAtState)
	c.Uint64(&x.body.heard)
	c.Uint64(&x.body.value)
	c.Bool(&x.felt.any)
	c.Float64(&x.felt.best)
	c.Float64(&x.felt.most)
	c.Float64(&x.felt.gap)
	c.Bool(&x.felt.done)
	x.stretch.state(c)
	x.mounted.state(c)
	x.swing.state(c)
	x.told.state(c)
}

func impactState(c *state.Codec, i *Impact) {
	c.Time(&i.At)
	c.Time(&i.End)
	c.Float64(&i.DeltaX)
	c.Float64(&i.DeltaY)
	c.Float64(&i.Peak)
	c.Bool(&i.Saturated)
	c.Bool(&i.SamplesMissing)
	c.Bool(&i.weak)
	c.Float64(&i.brakeX)
	c.Float64(&i.excessX)
	c.Float64(&i.excessY)
	c.Bool(&i.mild)
}

func evidenceState(c *state.Codec, e *Evidence) {
	state.Enum(c, &e.Kind, DrivingOn)
	c.Time(&e.At)
	c.Float64(&e.Value)
}

// severities are told's, by the number that stands for them.
var severities = [...]outcome.Severity{
	outcome.SeverityUnknown, outcome.SeverityMinor, outcome.SeverityModerate, outcome.SeveritySerious, outcome.SeverityCritical,
}

func (t *told) state(c *state.Codec) {
	confidence := uint8(max(0, slices.Index(confidences[:], t.confidence)))
	band := uint8(max(0, slices.Index(severities[:], t.severity)))
	state.Enum(c, &confidence, uint8(len(confidences)-1))
	state.Enum(c, &band, uint8(len(severities)-1))
	t.confidence, t.severity = confidences[confidence], severities[band]
	c.Int(&t.impacts)
}
