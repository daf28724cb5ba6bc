package coaching

import "math"

// phase is a run of steps in which a car gets faster, or brakes.
type phase struct {
	from, to int     // steps, to exclusive
	v0, v1   float64 // m/s, before it and at its end
	peak     float64 // highest acceleration or deceleration, m/s²
	span     float64 // s
	metres   float64
}

// change is the mean acceleration or deceleration, m/s².
func (p *phase) change() float64 { return math.Abs(p.v1-p.v0) / p.span }

// energy is the kinetic energy per mass that a phase changes, J/kg.
func (p *phase) energy() float64 {
	return float64(math.Abs(float64(p.v1*p.v1)-float64(p.v0*p.v0)) / 2)
}

// phaseFrom is the acceleration from which a step belongs to a phase, m/s².
const phaseFrom = 0.3

// phases finds the accelerations (sign 1) or brakings (sign -1) of a trip.
func phases(steps []Step, sign float64, out []phase) []phase {
	for i := 0; i < len(steps); {
		p := phase{from: i}
		for ; i < len(steps) && float64(sign*steps[i].A) >= phaseFrom && (i == p.from || !steps[i].Cut); i++ {
			p.peak = max(p.peak, float64(sign*steps[i].A))
			p.span += steps[i].Span
			p.metres += steps[i].Metres
		}
		if p.to = i; p.to == p.from || !(p.span > 0) {
			i++
			continue
		}
		// A step's mean speed is that of its middle.
		first, last := &steps[p.from], &steps[p.to-1]
		p.v0 = max(0, first.V-float64(first.A*first.Span/2))
		p.v1 = max(0, last.V+float64(last.A*last.Span/2))
		out = append(out, p)
	}
	return out
}
