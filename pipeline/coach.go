package pipeline

import (
	"math"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// coach writes what a trip tells its driver about energy, and of its steps which drove:
// engine or motor.
func (v *Vehicle) coach(o *outcome.Trip, p *paving) {
	t := &p.trip
	t.Powertrain, t.MassKg, t.DistanceM = v.trip.terms.powertrain, v.trip.terms.massKg, o.DistanceM
	t.FuelL, t.NetKwh = orNaN(o.FuelL), orNaN(o.EnergyKwh)
	t.Events = t.Events[:0]
	for i := range v.trip.found {
		t.Events = append(t.Events, coachingEvent(&v.trip.found[i]))
	}
	p.coached()
	coaching.Coach(t, &p.coach)
	c := p.coach.Coaching
	o.Coaching = &c
	p.electric(o)
	p.shown(c.Kind)
}

func coachingEvent(f *detectors.Finding) coaching.Event {
	return coaching.Event{Kind: f.Kind, Start: f.Start, Duration: seconds(f.Duration), Level: f.Level,
		Peak: math.Abs(f.Peak), Speed: f.Speed, Lat: f.Lat, Lon: f.Lon}
}

// orNaN is the number that is pointed to; NaN where there is none.
func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}

// evScale is the most by which the way by steps is stretched to the trip's: more is missing
// from steps than wheels and odometer differ by.
const evScale = 1.05

// electric writes how far and how long a hybrid drove without its engine.
func (p *paving) electric(o *outcome.Trip) {
	if p.trip.Powertrain == fleet.Electric || !p.coach.EVKnown || o.EVDistanceM == nil {
		return
	}
	metres := 0.0
	for i := range p.steps {
		metres += p.steps[i].metres
	}
	ev := p.coach.EVMetres
	if metres > 0 {
		ev *= min(o.DistanceM/metres, evScale)
	}
	o.EVDistanceM = known(min(ev, o.DistanceM), 1)
	o.EVS = known(min(p.coach.EVTime, o.DrivingS), 1)
}

// What parts of a route point to.
var isEV, notEV = true, false

// shown writes the flags of steps that the route shows.
func (p *paving) shown(kind outcome.CoachingKind) {
	if kind == outcome.CoachingCombustion {
		return
	}
	for i := range p.steps {
		q, f := &p.steps[i], p.coach.Flags[i]
		if q.mode = f.Mode; f.EVKnown {
			q.ev = &notEV
			if f.EV {
				q.ev = &isEV
			}
		}
	}
}
