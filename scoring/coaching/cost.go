package coaching

import (
	"milepost/outcome"
)

// Cost is what a cause cost in energy at the wheels.
type Cost struct {
	Cause    outcome.Cause
	EnergyJ  float64 // on the whole trip
	From, To int64   // the stretch that cost most, µs
	StretchJ float64 // of it
}

func (r *Result) cost(t *Trip) { r.Costs = r.Costs[:0] }

func (r *Result) observe(t *Trip) []outcome.Observation { return nil }
