package detectors

import (
	"slices"

	"github.com/paulmach/orb"

	"milepost/outcome"
	"milepost/state"
)

// State writes or reads the findings, places and episodes of a trip; the fields of
// each type are visited in one order for ever, but for a new version of the whole.

// kinds are the events of Finding, by the number that stands for them. A new one
// goes to the end.
var kinds = [...]outcome.EventKind{outcome.HarshBraking, outcome.HarshAcceleration, outcome.HarshCornering}

// State writes or reads the finding.
func (f *Finding) State(c *state.Codec) {
	kind := uint8(slices.Index(kinds[:], f.Kind) + 1) // 0: spelt out
	state.Enum(c, &kind, uint8(len(kinds)))
	switch {
	case kind == 0:
		c.String((*string)(&f.Kind))
	case c.Reading():
		f.Kind = kinds[kind-1]
	}
	c.Int(&f.Level)
	c.Time(&f.Start)
	c.Int64(&f.Duration)
	c.Float64(&f.Peak)
	state.Enum(c, &f.Estimator, Fused)
	c.Float64(&f.RateHz)
	c.Float64(&f.Speed)
	c.Float64(&f.Lat)
	c.Float64(&f.Lon)
}

// State writes or reads the place.
func (p *Place) State(c *state.Codec) {
	c.Float64(&p.Lat)
	c.Float64(&p.Lon)
	c.Time(&p.At)
	c.Time(&p.Until)
}

// State writes or reads the detector.
func (d *Braking) State(c *state.Codec) { d.e.state(c) }

// State writes or reads the detector.
func (d *Acceleration) State(c *state.Codec) { d.e.state(c) }

// State writes or reads the detector.
func (d *Cornering) State(c *state.Codec) { d.e.state(c) }

// State writes or reads the detector.
func (d *Peaks) State(c *state.Codec) { d.e.state(c) }

func (e *episode) state(c *state.Codec) {
	c.Bool(&e.held)
	if !e.held { // then nothing else is set
		if c.Reading() {
			*e = episode{}
		}
		return
	}
	c.Bool(&e.open)
	c.Float64(&e.peakRel)
	c.Time(&e.run)
	c.Int64(&e.longest)
	c.Time(&e.last)
	c.Int64(&e.step)
	e.f.State(c)
}

// State writes or reads where the last fix stood.
func (d *Tunnels) State(c *state.Codec) {
	c.Time(&d.at)
	c.Float64(&d.driven)
	c.Float64(&d.Metres)
	c.Int(&d.Count)
}

// State writes or reads which fixes are believed.
func (j *Fixes) State(c *state.Codec) {
	c.Time(&j.seen)
	pointState(c, &j.anchor)
	c.Bool(&j.ok)
	pointState(c, &j.rival)
	c.Time(&j.at)
	c.Int(&j.agree)
	c.Int(&j.Bad)
}

func pointState(c *state.Codec, p *orb.Point) {
	c.Float64(&p[0])
	c.Float64(&p[1])
}

// State writes or reads the sums.
func (e *Energy) State(c *state.Codec) {
	c.Time(&e.at)
	c.Float64(&e.power)
	c.Float64(&e.fuel)
	c.Time(&e.fuelAt)
	c.Bool(&e.haveFuel)
	c.Bool(&e.havePower)
	c.Bool(&e.haveEngine)
	c.Float64(&e.drawn)
	c.Float64(&e.regenerated)
	c.Float64(&e.litres)
	c.Time(&e.offSince)
	c.Float64(&e.metresAtOff)
	c.Float64(&e.evMetres)
	c.Int64(&e.atOff)
	c.Int64(&e.evTime)
}
