package coaching

import (
	"math"

	"milepost/fleet"
	"milepost/outcome"
)

// flag says of each step whether it was driven without burning fuel, and in which mode.
func (r *Result) flag(t *Trip) {
	r.Flags = r.Flags[:0]
	hybrid := KindOf(t.Powertrain) == outcome.CoachingHybrid
	for i := range t.Steps {
		f := Flag{EVKnown: t.Powertrain == fleet.Electric, EV: t.Powertrain == fleet.Electric}
		if e := t.Steps[i].Engine; !f.EVKnown && e != EngineUnknown {
			f.EVKnown, f.EV = true, e == EngineOff
		}
		if hybrid {
			f.Mode = modeOf(&t.Steps[i], r.work.demand[i])
		}
		r.Flags = append(r.Flags, f)
	}
	if hybrid {
		r.coast(t.Steps)
	}
	if t.Powertrain != fleet.Electric {
		r.debounce(t.Steps)
	}
}

// coast takes the engine of a hybrid for off while its fuel counter stands where an engine
// that burns would have moved it: those of power-split hybrids turn unfuelled.
func (r *Result) coast(steps []Step) {
	least := finest(steps)
	if math.IsInf(least, 0) {
		return
	}
	for i := 0; i < len(steps); {
		from, burned := i, 0.0
		for ; i < len(steps) && steps[i].FuelL == 0 && (i == from || !steps[i].Cut); i++ {
			if steps[i].Engine == EngineOn {
				burned += r.work.thirst(&steps[i], r.work.demand[i])
			}
		}
		if burned > surely*least {
			for k := from; k < i; k++ {
				r.Flags[k].EV = r.Flags[k].EV || r.Flags[k].EVKnown
			}
		}
		i = max(i, from+1)
	}
}

// thirst is the least that a hybrid's engine would have burned in a step, l, if it burned:
// what it idles on, and what half of the wheels' work takes. In overrun an engine gets no
// fuel but to charge, which takes more than idling.
func (w *working) thirst(q *Step, demand float64) float64 {
	l := float64(idleBurnLS * q.Span)
	switch {
	case demand < overrunWkg && q.V > overrunMs:
		l = float64(overrunLS * q.Span)
	case demand > 0:
		l += float64(engineShare*demand) * float64(w.car.mass*q.Span) / (bestEngine * joulePerL)
	}
	return l
}

// finest is the smallest rise of the fuel counter in a trip, l: at least its resolution.
// Infinite where it never rose, or is too coarse to tell anything.
func finest(steps []Step) float64 {
	least := math.Inf(1)
	for i := range steps {
		if f := steps[i].FuelL; f > 0 {
			least = min(least, f)
		}
	}
	if least > coarsestStepL {
		return math.Inf(1)
	}
	return least
}

// debounce takes runs without the engine that are too short for electric driving.
func (r *Result) debounce(steps []Step) {
	for i := 0; i < len(steps); {
		from, span := i, 0.0
		for ; i < len(steps) && r.Flags[i].EV && (i == from || !steps[i].Cut); i++ {
			span += steps[i].Span
		}
		if span < evDebounceS {
			for k := from; k < i; k++ {
				r.Flags[k].EV = false
			}
		}
		i = max(i, from+1)
	}
}
