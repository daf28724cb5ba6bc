package coaching

import (
	"math"

	"milepost/fleet"
	"milepost/outcome"
)

// Method names the version of the formulas; a change of any number is a new version.
const Method = "coaching/1"

// Trip is what coaching is computed from. What it holds was shared.
type Trip struct {
	Powertrain fleet.Powertrain
	MassKg     float64 // 0 for the default of the powertrain
	DistanceM  float64 // of the trip as far as it was shared
	FuelL      float64 // of the whole trip; NaN unknown
	NetKwh     float64 // drawn from the traction battery less put back; NaN unknown
	AmbientC   float64 // NaN unknown
	Steps      []Step  // in the order of time
	Events     []Event
}

// Event is a harsh manoeuvre that the trip's detectors found.
type Event struct {
	Kind     outcome.EventKind
	Start    int64   // µs
	Duration float64 // s
	Level    int
	Peak     float64 // m/s², positive
	Speed    float64 // m/s, when it began
	Lat, Lon float64 // deg; NaN unknown
}

// Result is what Coach writes. Its slices are reused.
type Result struct {
	Coaching outcome.Coaching // without what compares with earlier trips
	Flags    []Flag           // by step
	Costs    []Cost           // at most one by cause

	EVKnown  bool // some step tells which drove, engine or motor
	EVMetres float64
	EVTime   float64 // s, moving

	work working
}

// working is what the parts of a computation share, by step where it is a slice.
type working struct {
	car    car
	demand []float64 // W/kg at the wheels; NaN where it could not be told
	near   []bool    // braking, or within a second of it
	lost   []float64 // J that braking took and the battery did not get
	faster []phase
	slower []phase
	found  []outcome.Observation
	sums   sums
}

// Coach computes a trip's coaching. What does not follow from what is known stays absent.
func Coach(t *Trip, r *Result) {
	w := &r.work
	w.car = carOf(t.Powertrain, t.MassKg)
	w.judge(t)
	w.lose(t.Steps)
	r.flag(t)
	s := r.sum(t)
	r.Coaching = outcome.Coaching{Kind: KindOf(t.Powertrain), Method: Method, Inputs: s.inputs(), Thresholds: Thresholds()}
	s.write(&r.Coaching)
	r.cost(t)
	r.Coaching.Observations = r.observe(t)
}

// KindOf is the coaching that a powertrain gets.
func KindOf(p fleet.Powertrain) outcome.CoachingKind {
	switch p {
	case fleet.Hybrid, fleet.PlugIn:
		return outcome.CoachingHybrid
	case fleet.Electric:
		return outcome.CoachingElectric
	}
	return outcome.CoachingCombustion
}

// known is a value rounded to so many decimals; nil where it is not a number.
func known(x float64, decimals int) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = round(x, decimals)
	return &x
}

func round(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale)/scale + 0 // never -0
}
