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

// coast takes the engine of a hybrid for off while its fuel counter stands longer than an
// engine that burns could leave it standing: those of power-split hybrids turn unfuelled.
func (r *Result) coast(steps []Step) {
	least := finest(steps)
	if math.IsInf(least, 0) {
		return
	}
	most := least / idleBurnLS
	for i := 0; i < len(steps); {
		from, span := i, 0.0
		for ; i < len(steps) && steps[i].FuelL == 0 && (i == from || !steps[i].Cut); i++ {
			span += steps[i].Span
		}
		if span > most {
			for k := from; k < i; k++ {
				r.Flags[k].EV = r.Flags[k].EV || r.Flags[k].EVKnown
			}
		}
		i = max(i, from+1)
	}
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
