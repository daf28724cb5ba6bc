package coaching

import (
	"math"

	"milepost/outcome"
)

// Which stretches are told of [defaults].
const (
	cruiseFromMs  = 8.3  // m/s, 30 km/h
	cruiseBandMs  = 4.2  // m/s, 15 km/h: the most by which speeds of a cruise differ
	cruiseLeastS  = 45.0 // s
	pumpFrom      = 0.35 // m/s²: a swing
	pumpsPerMin   = 5.0
	steadyA       = 0.15 // m/s²
	steadyShare   = 0.8
	steadyLeastS  = 60.0
	highMs        = 32.0 // m/s, 115 km/h
	highLeastS    = 30.0
	overShare     = 1.05
	overLeastS    = 10.0
	evLeastM      = 500.0
	coastLeastS   = 10.0
	coastLossMs   = 2.8 // m/s, 10 km/h
	coastMost     = 0.6 // m/s²
	coastPowerWkg = 1.0 // W/kg: the foot is off
)

// cruises tells of stretches at about one speed: held steady, or with a restless foot.
func (o *observer) cruises() {
	s := o.t.Steps
	for i := 0; i < len(s); {
		from, least, most, span := i, math.Inf(1), 0.0, 0.0
		for ; i < len(s) && s[i].V >= cruiseFromMs && s[i].A == s[i].A && (i == from || !s[i].Cut); i++ {
			if max(most, s[i].V)-min(least, s[i].V) > cruiseBandMs {
				break
			}
			least, most, span = min(least, s[i].V), max(most, s[i].V), span+s[i].Span
		}
		if span >= cruiseLeastS {
			o.cruise(from, i, span)
		}
		i = max(i, from+1)
	}
}

func (o *observer) cruise(from, to int, span float64) {
	swings, way, steady, side := 0, 0.0, 0.0, 0.0
	for i := from; i < to; i++ {
		q := &o.t.Steps[i]
		if way += q.Metres; math.Abs(q.A) <= steadyA {
			steady += q.Metres
		}
		if math.Abs(q.A) >= pumpFrom && q.A*side <= 0 {
			swings, side = swings+1, q.A
		}
	}
	p := params{"speed_kmh": kmh(way / span)}
	switch rate := float64(float64(swings) / span * 60); {
	case rate >= pumpsPerMin:
		p["swings"] = float64(swings)
		o.add(from, to, MessageSpeedUnsteady, outcome.CauseConstantSpeed, false, 0.2+part(rate, pumpsPerMin, 20), p)
	case span >= steadyLeastS && steady >= steadyShare*way:
		o.add(from, to, MessageSpeedSteady, outcome.CauseConstantSpeed, true, 0.1+part(span, 0, 600), p)
	}
}

// runs tells of what went on for a while.
func (o *observer) runs() {
	s := o.t.Steps
	o.each(func(i int) bool { return s[i].V > highMs }, func(from, to int, span, way float64) {
		if span >= highLeastS {
			o.add(from, to, MessageSpeedHigh, outcome.CauseSpeed, false, float64(part(way/span, 28, 45)*part(span, 0, 120)), params{"speed_kmh": kmh(way / span)})
		}
	})
	o.each(func(i int) bool { return s[i].V > overShare*s[i].Limit }, o.over)
	o.each(func(i int) bool {
		return s[i].V >= cruiseFromMs/2 && s[i].A <= 0 && s[i].A >= -coastMost && o.r.work.demand[i] <= coastPowerWkg
	}, o.coasted)
	if KindOf(o.t.Powertrain) == outcome.CoachingHybrid {
		o.each(func(i int) bool { return o.r.Flags[i].EV }, func(from, to int, span, way float64) {
			if way >= evLeastM {
				o.add(from, to, MessageEVStretch, outcome.CauseEV, true, 0.1+part(way, 0, 5000), params{"speed_kmh": kmh(way / span)})
			}
		})
	}
}

// each calls a function with the runs of steps that something holds for, their time, s, and
// way, m.
func (o *observer) each(holds func(i int) bool, then func(from, to int, span, way float64)) {
	s := o.t.Steps
	for i := 0; i < len(s); {
		from, span, way := i, 0.0, 0.0
		for ; i < len(s) && holds(i) && (i == from || !s[i].Cut); i++ {
			span, way = span+s[i].Span, way+s[i].Metres
		}
		if i > from {
			then(from, i, span, way)
		} else {
			i++
		}
	}
}

// over tells of a stretch above a limit.
func (o *observer) over(from, to int, span, way float64) {
	if span < overLeastS {
		return
	}
	excess, at := 0.0, from
	for i := from; i < to; i++ {
		if q := &o.t.Steps[i]; q.V/q.Limit > excess {
			excess, at = q.V/q.Limit, i
		}
	}
	o.add(from, to, MessageSpeedOverLimit, outcome.CauseSpeed, false, 0.2+part(excess, overShare, 1.4),
		params{"speed_kmh": kmh(way / span), "limit_kmh": kmh(o.t.Steps[at].Limit)})
}

// coasted tells of a way rolled with the foot off.
func (o *observer) coasted(from, to int, span, _ float64) {
	s := o.t.Steps
	if loss := s[from].V - s[to-1].V; span >= coastLeastS && loss >= coastLossMs {
		o.add(from, to, MessageCoastingLong, outcome.CauseBraking, true, part(span, 0, 40), params{"from_kmh": kmh(s[from].V), "to_kmh": kmh(s[to-1].V)})
	}
}
