package coaching

import (
	"math"

	"milepost/outcome"
)

// Cost is what a cause cost in energy at the wheels.
type Cost struct {
	Cause    outcome.Cause
	EnergyJ  float64 // on the whole trip, above 0
	From, To int64   // the stretch that cost most, µs
	StretchJ float64 // of it
}

// What energy counts as lost [defaults].
const (
	hurriedShare = 0.25    // of the work above the eco range that makes the car faster
	referenceMs  = 27.778  // m/s, 100 km/h: air costs more above it, or above a lower limit
	electricMs   = 19.444  // m/s, 70 km/h: up to it a hybrid's motor could have driven
	joinedGapUs  = 3000000 // µs: what lies closer is one stretch
)

// cost finds what each cause cost.
func (r *Result) cost(t *Trip) {
	r.Costs = r.Costs[:0]
	for _, cause := range [...]outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking, outcome.CauseSpeed, outcome.CauseEV} {
		if sum := r.worst(t, cause); sum.EnergyJ > 0 {
			r.Costs = append(r.Costs, sum)
		}
	}
}

// costIn is what a cause cost in a step, J.
func (r *Result) costIn(t *Trip, cause outcome.Cause, i int) float64 {
	w := &r.work
	switch cause {
	case outcome.CauseAcceleration:
		q := &t.Steps[i]
		return hurriedShare * w.joules(t, i, min(w.demand[i]-powerFromWkg, float64(q.V*q.A)))
	case outcome.CauseBraking:
		return w.lost[i]
	case outcome.CauseSpeed:
		return w.blown(&t.Steps[i])
	default:
		return r.burned(t, i)
	}
}

// joules is the work of a power per mass over a step; 0 where that is negative or unknown.
func (w *working) joules(t *Trip, i int, power float64) float64 {
	if !(power > 0) {
		return 0
	}
	return float64(power * float64(w.car.mass*t.Steps[i].Span))
}

// blown is the work against the air that the reference speed would have saved in a step.
func (w *working) blown(q *Step) float64 {
	reference := referenceMs
	if q.Limit < reference {
		reference = q.Limit
	}
	if !(q.V > reference) {
		return 0
	}
	return float64(w.car.mass*w.car.air) * float64((float64(q.V*q.V)-float64(reference*reference))*q.Metres)
}

// burned is the work of a hybrid's engine where its motor could have driven.
func (r *Result) burned(t *Trip, i int) float64 {
	f, p := r.Flags[i], r.work.demand[i]
	if f.Mode == "" || !f.EVKnown || f.EV || p > powerFromWkg || !(t.Steps[i].V <= electricMs) {
		return 0
	}
	return r.work.joules(t, i, p)
}

// lose spreads what braking took and the battery did not get over the steps of each run of
// braking: the battery's power may be told a second after the wheels'.
func (w *working) lose(steps []Step) {
	w.lost = w.lost[:0]
	for range steps {
		w.lost = append(w.lost, 0)
	}
	for i := 0; i < len(steps); i++ {
		from, braked, kept := i, 0.0, 0.0
		for ; i < len(steps) && w.near[i] && (i == from || !steps[i].Cut); i++ {
			braked += w.braked(&steps[i], i)
			if q := &steps[i]; q.RegenJ > 0 {
				kept += q.RegenJ
			}
		}
		if braked > kept {
			for k := from; k < i; k++ {
				w.lost[k] = float64(w.braked(&steps[k], k) * ((braked - kept) / braked))
			}
		}
		if i > from {
			i-- // a run may begin where another ends
		}
	}
}

// braked is what braking took out of the car's motion in a step, J.
func (w *working) braked(q *Step, i int) float64 {
	if p := w.demand[i]; p < 0 {
		return float64(-p * float64(w.car.mass*q.Span))
	}
	return 0
}

// worst sums a cause's costs, with the stretch that cost most.
func (r *Result) worst(t *Trip, cause outcome.Cause) Cost {
	sum := Cost{Cause: cause}
	from, to, run := int64(0), int64(math.MinInt64), 0.0
	for i := range t.Steps {
		q := &t.Steps[i]
		if to == math.MinInt64 || q.Cut || q.begun()-to > joinedGapUs {
			from, to, run = q.begun(), math.MinInt64, 0
		}
		j := r.costIn(t, cause, i)
		if !(j > 0) {
			continue
		}
		if to == math.MinInt64 {
			from = q.begun()
		}
		to, run = q.At, run+j
		if sum.EnergyJ += j; run > sum.StretchJ {
			sum.From, sum.To, sum.StretchJ = from, to, run
		}
	}
	return sum
}
