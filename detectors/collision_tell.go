package detectors

import (
	"math"
	"slices"
)

// tell gives what is known now, after a sample of a time.
func (x *crash) tell(at int64) Collision {
	aboard := x.body.aboard()
	c := Collision{
		At: x.at, Seen: at, Open: true, Confidence: x.confidence(),
		Impacts: slices.Clone(x.impacts), Evidence: slices.Clone(x.evidence), Flags: x.flags(),
		Rollover: x.rolled, RateHz: x.rate, Aboard: aboard,
		SpeedAtImpact: x.speed, SpeedBefore: slices.Clone(x.before),
	}
	c.Severity, c.RaisedBy = severity(x.impacts, x.rolled, aboard)
	for i := range x.impacts {
		c.Saturated = c.Saturated || x.impacts[i].Saturated
	}
	if x.stretch.at >= x.at+pulseAfter {
		c.Pulse = x.pulse()
	}
	x.told = told{c.Confidence, c.Severity, len(c.Impacts)}
	return c
}

// final is what is known in the end.
func (x *crash) final(at int64) Collision {
	c := x.tell(at)
	c.Open = false
	if c.Pulse == nil && len(x.s) > 1 {
		c.Pulse = x.pulse() // it broke off
	}
	return c
}

// changed reports whether the last snapshot is out of date in what matters.
func (x *crash) changed() bool {
	s, _ := severity(x.impacts, x.rolled, x.body.aboard())
	return x.told != told{x.confidence(), s, len(x.impacts)}
}

// flags names what weakens the collision, in the order of the alphabet.
func (x *crash) flags() []string {
	var out []string
	add := func(is bool, name string) {
		if is {
			out = append(out, name)
		}
	}
	seen := len(x.impacts) > 0
	add(!seen && !x.wheels, "airbag_only")
	add(seen && (x.turned[0] || x.turned[1]), "axes_reversed")
	add(seen && x.rate > 0 && second/x.rate > slowStep, "low_rate")
	add(seen && !slices.ContainsFunc(x.s, func(s ringSample) bool { return s.a[2] != unknownA }), "no_vertical_axis")
	add(slices.ContainsFunc(x.impacts, func(i Impact) bool { return i.SamplesMissing }), "samples_missing")
	add(x.wheels, "wheel_speed_only")
	return out
}

// pulse is the acceleration around At at an even step.
func (x *crash) pulse() *Pulse {
	if len(x.s) < 2 {
		return nil
	}
	u := unroll(x.s, x.stretch.at, &x.mounted)
	p := &Pulse{From: x.at - pulseBefore, Step: max(10*millisecond, u.step)}
	if u.step*10 < 11*10*millisecond && u.step > 9*millisecond {
		p.Step = 10 * millisecond // of 100 Hz, as clocks go
	}
	columns := [axes]*[]float32{&p.Longitudinal, &p.Lateral, &p.Vertical}
	for axis, out := range columns {
		if !u.known[axis] {
			continue
		}
		for at := p.From; at <= x.at+pulseAfter; at += p.Step {
			*out = append(*out, u.value(axis, at))
		}
	}
	return p
}

// value is an axis between two samples, NaN where none is near.
func (w *wave) value(axis int, at int64) float32 {
	i := w.index(at)
	if i < 0 || i == len(w.t)-1 && at != w.t[i] {
		return float32(math.NaN())
	}
	if at == w.t[i] {
		return float32(w.a[axis][i])
	}
	dt := w.t[i+1] - w.t[i]
	if dt > w.reach {
		return float32(math.NaN())
	}
	share := float64(at-w.t[i]) / float64(dt)
	return float32(w.a[axis][i] + float64(share*(w.a[axis][i+1]-w.a[axis][i])))
}
