package coaching

import (
	"sort"

	"milepost/outcome"
)

// events tells of harsh manoeuvres.
func (o *observer) events() {
	for i := range o.t.Events {
		e := &o.t.Events[i]
		from, to := o.steps(e.Start, e.Start+int64(e.Duration*1e6))
		p := params{"peak_ms2": round(e.Peak, 1)}
		if e.Speed == e.Speed {
			p["from_kmh"] = kmh(e.Speed)
		}
		switch e.Kind {
		case outcome.HarshAcceleration:
			o.add(from, to, MessageAccelerationHard, outcome.CauseAcceleration, false, 0.2+part(e.Peak, 1.5, 5), p)
		case outcome.HarshBraking:
			o.add(from, to, MessageBrakingHard, outcome.CauseBraking, false, 0.3+part(e.Peak, 2, 7), p)
		case outcome.HarshCornering:
			o.add(from, to, MessageCorneringHard, outcome.CauseCornering, false, 0.2+part(e.Peak, 2.5, 7), p)
		}
	}
}

// steps are those that lie in a time from..to, µs, at least one where there are any.
func (o *observer) steps(from, to int64) (first, last int) {
	s := o.t.Steps
	first = sort.Search(len(s), func(i int) bool { return s[i].At > from })
	last = sort.Search(len(s), func(i int) bool { return s[i].begun() >= to })
	if first == len(s) || s[first].begun() > to {
		return 0, 0
	}
	return first, max(last, first+1)
}

// Which manoeuvres are told of [defaults].
const (
	wastedWithinUs = 5_000_000 // µs between an acceleration and the braking that wastes it
	wastedMs       = 5.6       // m/s, 20 km/h: the least gain
	wastedPeak     = 1.5       // m/s²
	wastedBack     = 0.6       // of the gain
	wastedMean     = 1.3       // m/s², of the braking
	lateFromMs     = 11.1      // m/s, 40 km/h
	lateLossMs     = 6.9       // m/s, 25 km/h
	lateMean       = 1.8       // m/s²
	gentleMean     = 1.0       // m/s²: a stop that looked ahead
	smoothLossMs   = 8.3       // m/s, 30 km/h
	recoveredMean  = 1.5       // m/s²
	recoveredLeast = 0.5
	smoothGainMs   = 11.1 // m/s, 40 km/h
)

// manoeuvres tells of accelerations and brakings.
func (o *observer) manoeuvres() {
	w := &o.r.work
	w.faster = phases(o.t.Steps, 1, w.faster[:0])
	w.slower = phases(o.t.Steps, -1, w.slower[:0])
	next := 0
	for i := range w.faster {
		p := &w.faster[i]
		for next < len(w.slower) && w.slower[next].from < p.to {
			next++
		}
		if next < len(w.slower) {
			o.wasted(p, &w.slower[next])
		}
		o.smooth(p)
	}
	for i := range w.slower {
		o.slowed(&w.slower[i])
	}
}

// wasted tells of an acceleration that braking takes back at once.
func (o *observer) wasted(p, b *phase) {
	s := o.t.Steps
	gain, loss := p.v1-p.v0, b.v0-b.v1
	if gain < wastedMs || p.peak < wastedPeak || loss < wastedBack*gain || b.change() < wastedMean ||
		s[b.from].begun()-s[p.to-1].At > wastedWithinUs || o.cut(p.from, b.to) {
		return
	}
	o.add(p.from, b.to, MessageAccelerationWasted, outcome.CauseAcceleration, false, part(min(p.energy(), b.energy()), 0, 200),
		params{"gained_kmh": kmh(gain), "lost_kmh": kmh(loss), "peak_ms2": round(p.peak, 1)})
}

// cut reports whether something is not known between the first and the last of some steps.
func (o *observer) cut(from, to int) bool {
	for i := from + 1; i < to; i++ {
		if o.t.Steps[i].Cut {
			return true
		}
	}
	return false
}

// smooth tells of a start that stayed in the eco range.
func (o *observer) smooth(p *phase) {
	gain := p.v1 - p.v0
	if gain < smoothGainMs {
		return
	}
	for i := p.from; i < p.to; i++ {
		if !(o.r.work.demand[i] <= powerFromWkg) {
			return
		}
	}
	o.add(p.from, p.to, MessageAccelerationSmooth, outcome.CauseAcceleration, true, part(gain, 8, 30), params{"from_kmh": kmh(p.v0), "to_kmh": kmh(p.v1)})
}

// slowed tells of a braking that came late, or looked ahead.
func (o *observer) slowed(b *phase) {
	loss, mean := b.v0-b.v1, b.change()
	p := params{"from_kmh": kmh(b.v0), "to_kmh": kmh(b.v1)}
	if b.v0 >= lateFromMs && loss >= lateLossMs && mean >= lateMean {
		p["deceleration_ms2"] = round(mean, 1)
		p["earlier_m"] = round(max(0, b.energy()/gentleMean-b.metres), 0)
		o.add(b.from, b.to, MessageBrakingLate, outcome.CauseBraking, false, 0.1+part(mean, lateMean, 4.5), p)
		return
	}
	if loss < smoothLossMs {
		return
	}
	braked, kept := 0.0, 0.0
	for i := b.from; i < min(b.to+1, len(o.t.Steps)); i++ {
		braked += o.r.work.braked(&o.t.Steps[i], i)
		if g := o.t.Steps[i].RegenJ; g > 0 {
			kept += g
		}
	}
	severity := part(b.energy(), 0, 450)
	switch {
	case mean <= recoveredMean && braked > 0 && kept >= recoveredLeast*braked:
		p["recovered_kwh"] = round(min(kept, braked)/jouleKwh, 3)
		o.add(b.from, b.to, MessageBrakingRecovered, outcome.CauseBraking, true, severity, p)
	case mean <= gentleMean && kept == 0:
		o.add(b.from, b.to, MessageBrakingSmooth, outcome.CauseBraking, true, severity, p)
	}
}
