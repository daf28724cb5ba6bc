package pipeline_test

import (
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// stopStart is a drive whose engine is off every other half a minute.
func stopStart() (ps []point) {
	ps = cruise(nil, 0, 600, 10, 20)
	for i := range int64(600) {
		running := float32(i / 30 % 2)
		ps = append(ps, point{t0 + i*sec + 300_000, 1, func(f *telemetry.Frame, off int32) {
			f.Energy.At, f.Energy.EngineRunning = append(f.Energy.At, off), append(f.Energy.EngineRunning, running)
		}})
	}
	return ps
}

// Products of hybrids are of hybrids: the electric distance of a car with stop-start, and of
// one that nobody says what it is, does not count for them; for insurance by use all do.
func TestProductsCountTheirPowertrains(t *testing.T) {
	ways := map[outcome.Product]fleet.Powertrain{outcome.ProductFHI: fleet.Hybrid, outcome.ProductPHI: fleet.PlugIn}
	for _, powertrain := range []fleet.Powertrain{fleet.UnknownPowertrain, fleet.Combustion, fleet.Hybrid, fleet.PlugIn, fleet.Electric} {
		for _, product := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
			profile := fleet.Profile{VehicleID: "car", Powertrain: powertrain, Consents: []string{outcome.ConsentInsurance},
				Policies: []fleet.Policy{{ID: "one", Product: product, From: "2020-01-01"}}}
			factors := of[*outcome.Factor](liveAs(t, cutFrames(stopStart(), 30*sec), profile, nil))
			if len(factors) != 1 {
				t.Fatalf("%s of %q: %d factors", product, powertrain, len(factors))
			}
			f, way := factors[0], ways[product]
			if way == "" || way == powertrain {
				if f.Exposure.Trips != 1 || len(f.LeftOut) != 0 || way != "" && f.Electric.EVDistanceM < 4000 {
					t.Errorf("%s of %q: %+v counts, %+v is left out, electric %+v", product, powertrain, f.Exposure, f.LeftOut, f.Electric)
				}
				continue
			}
			if f.Exposure.Trips != 0 || f.Electric.EVDistanceM != 0 || len(f.LeftOut) != 1 || f.LeftOut[0].Reason != "wrong_powertrain" || f.LeftOut[0].Trips != 1 {
				t.Errorf("%s of %q: %+v counts, %+v is left out", product, powertrain, f.Exposure, f.LeftOut)
			}
		}
	}
}
