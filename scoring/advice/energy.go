package advice

import (
	"milepost/fleet"
	"milepost/outcome"
)

// What energy at the wheels takes from the tank or the battery [defaults; their reasons are
// in docs/method/advice.md]. The shares are those of a little more or less power, not the
// average of a trip.
const (
	fuelJPerL      = 32.0e6 // petrol, lower heating value
	batteryJPerKwh = 3.6e6

	combustionShare = 0.30 // of the fuel's energy that reaches the wheels
	hybridShare     = 0.34
	batteryShare    = 0.85 // likewise of the battery's

	hybridEVFuel = 0.40 // of the fuel of a distance, that driving it on the battery saves a full hybrid
	plugInEVFuel = 1.00 // likewise a plug-in, which charged from outside
)

// The names of what is known of a trip's energy, in a receipt's inputs.
const (
	inDistance  = "distance_m" // these three are there already
	inFuel      = "fuel_l"
	inBattery   = "net_kwh"
	inEV        = "ev_distance_m"
	inFuelShare = "advice_fuel_share"    // of the fuel's energy that reaches the wheels
	inElectric  = "advice_battery_share" // share of the energy at the wheels that comes from the battery
	inEVFuel    = "advice_ev_fuel_share" // of the fuel of a distance, that driving it on the battery saves
)

// drive writes how a trip's energy comes to the wheels.
func (in inputs) drive(o *outcome.Trip, p fleet.Powertrain) {
	in[inFuelShare], in[inElectric] = combustionShare, 0
	switch p {
	case fleet.Electric:
		in[inElectric] = 1
		return
	case fleet.Hybrid:
		in[inFuelShare], in[inEVFuel] = hybridShare, hybridEVFuel
	case fleet.PlugIn:
		in[inFuelShare], in[inEVFuel] = hybridShare, plugInEVFuel
		if o.EVDistanceM != nil && o.DistanceM > 0 {
			in[inElectric] = min(*o.EVDistanceM/o.DistanceM, 1)
		}
	default:
		return
	}
	in.known(inEV, o.EVDistanceM)
}

// taken is energy from the tank and from the battery.
type taken struct{ litres, kwh float64 }

// joules is what both hold.
func (t taken) joules() float64 { return float64(t.litres*fuelJPerL) + float64(t.kwh*batteryJPerKwh) }

// fromWheels is what energy at the wheels takes.
func (in inputs) fromWheels(wheelJ float64) taken {
	return taken{
		litres: wheelJ * (1 - in[inElectric]) / (in[inFuelShare] * fuelJPerL),
		kwh:    wheelJ * in[inElectric] / (batteryShare * batteryJPerKwh),
	}
}

// whole is what the trip took, as far as it is known.
func (in inputs) whole() taken { return taken{litres: in[inFuel], kwh: max(in[inBattery], 0)} }
