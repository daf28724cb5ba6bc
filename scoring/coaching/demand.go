package coaching

import (
	"math"

	"milepost/fleet"
)

// The resistances, and the borders of modes [defaults; docs/method/coaching.md].
const (
	gravity        = 9.80665 // m/s²
	rolling        = 0.010   // of the weight
	airDensity     = 1.2     // kg/m³
	dragArea       = 0.65    // m²
	powerFromWkg   = 15.0    // W/kg: above it is power
	standingMs     = 0.5     // m/s: below it the car stands
	steepest       = 0.25    // m/m: a slope beyond it is a fault of altitudes
	defaultMass    = 1400.0  // kg
	hybridMass     = 1500.0
	plugInMass     = 1800.0
	electricMass   = 1850.0
	shortestM      = 1000.0 // of a trip that has a consumption per distance
	evDebounceS    = 2.0    // shortest run without the engine that counts
	idleBurnLS     = 0.0001 // l/s: the least that an engine burns when it burns anything
	overrunLS      = 0.0004 // l/s: the least that it burns to charge while the car slows down
	overrunWkg     = -1.0   // W/kg
	overrunMs      = 5.0    // m/s
	surely         = 0.6    // of a step of the counter: what is expected is the least, most often half
	engineShare    = 0.5    // of the wheels' work that it gives at the least
	bestEngine     = 0.40   // of the fuel's energy that reaches the wheels at the most
	joulePerL      = 32e6   // of petrol
	coarsestStepL  = 0.01   // of a fuel counter that tells whether the engine burns
	brakingSpreadS = 1.0    // power of the battery may be told so much later than the braking
)

// car is what the resistances of a vehicle follow from.
type car struct{ mass, air float64 } // kg; 1/m: drag is air·v², per mass

func carOf(p fleet.Powertrain, mass float64) car {
	if !(mass > 0) {
		switch p {
		case fleet.Hybrid:
			mass = hybridMass
		case fleet.PlugIn:
			mass = plugInMass
		case fleet.Electric:
			mass = electricMass
		default:
			mass = defaultMass
		}
	}
	return car{mass: mass, air: 0.5 * airDensity * dragArea / mass}
}

// demand is the traction power per mass that a step takes at the wheels, W/kg; negative
// where braking or a descent gives power. An unknown slope counts as level.
func (c car) demand(q *Step) float64 {
	slope := q.Slope
	if !(math.Abs(slope) <= steepest) {
		slope = 0
	}
	return q.V * (q.A + float64(gravity*slope) + gravity*rolling + float64(c.air*float64(q.V*q.V)))
}

// judge computes the demand of each step.
func (w *working) judge(t *Trip) {
	w.demand, w.near = w.demand[:0], w.near[:0]
	for i := range t.Steps {
		q := &t.Steps[i]
		p := math.NaN()
		if q.V == q.V {
			switch {
			case q.V < standingMs:
				p = 0
			case q.A == q.A:
				p = w.car.demand(q)
			}
		}
		w.demand = append(w.demand, p)
		w.near = append(w.near, false)
	}
	for i, p := range w.demand {
		if p < 0 {
			w.reach(t.Steps, i)
		}
	}
}

// reach marks a braking step and what lies beside it.
func (w *working) reach(steps []Step, i int) {
	w.near[i] = true
	if i > 0 && !steps[i].Cut && steps[i].Span <= brakingSpreadS*1.5 {
		w.near[i-1] = true
	}
	if i+1 < len(steps) && !steps[i+1].Cut && steps[i+1].Span <= brakingSpreadS*1.5 {
		w.near[i+1] = true
	}
}
