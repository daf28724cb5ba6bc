package advice

import (
	"math"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/coaching"
)

// Measure is what trips of a kind are compared by.
type Measure uint8

// The measures.
const (
	Acceleration Measure = iota // energy at the wheels lost by it, J/m
	Braking
	Speed
	Fuel      // l/100 km
	Battery   // kWh/100 km
	Recovered // share of the braking energy, 0 to 1
	EV        // share of the distance driven with the engine off; hybrids alone
	measures
)

// perUnit is how many whole numbers a unit of each measure has.
var perUnit = [measures]float64{10, 10, 10, 100, 100, 1000, 1000}

// Values are a trip's measures as whole numbers, absent where the trip does not tell.
type Values [measures]int32

// absent stands for a value that a trip does not tell.
const absent = -1

// none is a trip that tells nothing.
var none = Values{absent, absent, absent, absent, absent, absent, absent}

// Of gives a measure in its unit; false where it is absent.
func (v *Values) Of(m Measure) (float64, bool) {
	return float64(v[m]) / perUnit[m], v[m] != absent
}

func (v *Values) set(m Measure, x float64) {
	if x = math.Floor(float64(x*perUnit[m]) + 0.5); !math.IsNaN(x) {
		v[m] = int32(min(max(x, 0), highest))
	}
}

func (v *Values) setKnown(m Measure, x *float64) {
	if x != nil {
		v.set(m, *x)
	}
}

// leastM is the shortest trip that is compared and remembered, m: shorter ones have no
// consumption per distance that means anything.
const leastM = 1000

// ValuesOf gives what a trip, which has its coaching, is compared by.
func ValuesOf(o *outcome.Trip, costs []coaching.Cost, p fleet.Powertrain) Values {
	v := none
	for _, c := range costs {
		if m, ok := measureOf(c.Cause); ok {
			v.set(m, c.EnergyJ/o.DistanceM)
		}
	}
	if c := o.Coaching; c != nil {
		v.setKnown(Fuel, c.LPer100Km)
		v.setKnown(Battery, c.KwhPer100Km)
		v.setKnown(Recovered, c.RecoveredShare)
	}
	if p == fleet.Hybrid || p == fleet.PlugIn {
		if o.EVDistanceM != nil {
			v.set(EV, min(*o.EVDistanceM/o.DistanceM, 1))
		}
	}
	return v
}

// measureOf is the measure of a cause that costs energy at the wheels.
func measureOf(c outcome.Cause) (Measure, bool) {
	switch c {
	case outcome.CauseAcceleration:
		return Acceleration, true
	case outcome.CauseBraking:
		return Braking, true
	case outcome.CauseSpeed:
		return Speed, true
	}
	return 0, false
}
