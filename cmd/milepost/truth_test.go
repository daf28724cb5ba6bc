package main

import (
	"testing"

	"milepost/fixtures"
	"milepost/outcome"
)

// What comes out at the end is what the simulated cars did: every trip, within 5 s
// and 1 % at both ends and in between.
func TestRunMeetsTheSimulatorsTruth(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		cfg := town(8)
		cfg.SpeedHz, cfg.MotionHz, cfg.Quiet = 10, 10, true
		w := newWorld(t, addr, cfg, 4)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
		stored := tripsByVehicle(t, inStore(t, w.config().Store.SQLite))
		simulated, err := fixtures.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		met, total := 0, 0
		for i := range simulated.Vehicles() {
			v := simulated.Vehicle(i)
			for _, truth := range v.Truth().Trips {
				if total++; meets(stored[v.Profile().VehicleID], truth) {
					met++
				}
			}
		}
		t.Logf("%d of %d true trips", met, total)
		if total == 0 || float64(met) < 0.99*float64(total) {
			t.Errorf("%d of %d true trips are stored within 5 s and 1 %%, want 99 %%", met, total)
		}
	})
}

func tripsByVehicle(t *testing.T, bodies map[string]string) map[string][]*outcome.Trip {
	t.Helper()
	trips := map[string][]*outcome.Trip{}
	for _, body := range bodies {
		o, err := outcome.Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if trip, ok := o.(*outcome.Trip); ok {
			trips[trip.VehicleID] = append(trips[trip.VehicleID], trip)
		}
	}
	return trips
}

func meets(stored []*outcome.Trip, truth fixtures.TripTruth) bool {
	near := func(a, b int64) bool { return max(a-b, b-a) <= 5_000_000 }
	for _, s := range stored {
		if near(int64(s.StartedAt), truth.Start) && near(int64(s.EndedAt), truth.End) {
			return s.DistanceM > 0.99*truth.DistanceM-10 && s.DistanceM < 1.01*truth.DistanceM+10
		}
	}
	return false
}
