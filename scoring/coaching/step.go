package coaching

import "milepost/outcome"

// Step is the time between two speeds of a trip, most often a second.
type Step struct {
	At     int64   // µs, its end
	Span   float64 // s
	V      float64 // m/s, its mean speed; NaN where it is too long to be judged
	A      float64 // m/s²; NaN unknown
	Metres float64 // driven in it
	Slope  float64 // m/m, uphill positive; NaN unknown

	Engine    Engine
	FuelL     float64      // burned, by the vehicle's counter; NaN unknown
	DrawnJ    float64      // from the traction battery; NaN unknown
	RegenJ    float64      // into it; NaN unknown
	Indicator outcome.Mode // the vehicle's own; empty where it is not reported

	Limit    float64 // m/s, in force; NaN unknown
	Lat, Lon float64 // deg, of a fix in it; NaN where there is none or it was not shared
	Cut      bool    // nothing is known between the step before and this one
}

// Engine is what is known of a combustion engine.
type Engine uint8

// The states of an engine.
const (
	EngineUnknown Engine = iota
	EngineOff
	EngineOn
)

// begun is the time at which a step begins, µs.
func (q *Step) begun() int64 { return q.At - int64(q.Span*1e6) }

// moves reports whether the car moves in a step.
func (q *Step) moves() bool { return q.Metres > standingMs*q.Span }

// Flag is what a step was driven as.
type Flag struct {
	EV      bool // with the engine off, or turning without fuel
	EVKnown bool
	Mode    outcome.Mode // empty where it could not be told
}
