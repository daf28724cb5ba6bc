// Package fleet owns what is known of a vehicle beside its telemetry: its zone and
// powertrain so far. It does no I/O of its own and reads no clock.
package fleet

import (
	"fmt"
	"time"
)

// Powertrain is what drives a vehicle, as far as milepost tells kinds apart.
type Powertrain string

// The powertrains. VSS tells the hybrids apart by FuelSystem.HybridType.
const (
	UnknownPowertrain Powertrain = ""
	Combustion        Powertrain = "combustion"
	Hybrid            Powertrain = "hybrid" // full hybrid
	PlugIn            Powertrain = "plug_in"
	Electric          Powertrain = "electric"
)

// Profile is what is known of one vehicle.
type Profile struct {
	VehicleID  string     `json:"vehicle_id" yaml:"vehicle_id"`
	Zone       string     `json:"zone,omitempty" yaml:"zone"` // IANA name; empty means UTC
	Powertrain Powertrain `json:"powertrain,omitempty" yaml:"powertrain"`
}

// Validate reports the first thing that is wrong with the profile.
func (p Profile) Validate() error {
	if p.VehicleID == "" {
		return fmt.Errorf("profile: vehicle_id is empty")
	}
	if _, err := p.Location(); err != nil {
		return err
	}
	switch p.Powertrain {
	case UnknownPowertrain, Combustion, Hybrid, PlugIn, Electric:
		return nil
	}
	return fmt.Errorf("profile of vehicle %s: unknown powertrain %q", p.VehicleID, p.Powertrain)
}

// Location gives the zone's rules, UTC where the profile names none.
func (p Profile) Location() (*time.Location, error) {
	if p.Zone == "" {
		return time.UTC, nil
	}
	if p.Zone == "Local" {
		// It would be this machine's zone: another machine, another month.
		return nil, fmt.Errorf("profile of vehicle %s: zone \"Local\" is not a zone", p.VehicleID)
	}
	loc, err := time.LoadLocation(p.Zone)
	if err != nil {
		return nil, fmt.Errorf("profile of vehicle %s: zone %q: %w", p.VehicleID, p.Zone, err)
	}
	return loc, nil
}
