package pipeline

import (
	"maps"
	"slices"
	"testing"
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/advice"
	"milepost/state/statetest"
)

// notStored are the fields of a Vehicle that its state leaves out, each with the reason.
var notStored = map[string]string{
	"Vehicle.id":        "NewVehicle is given it",
	"Vehicle.known":     "NewVehicle and Know are given it",
	"Vehicle.settings":  "follows from what is known",
	"Vehicle.consented": "follows from what is known",
	"places.room":       "what near and marks are made of",
	"past.timer":        "holds within one call",
	"Vehicle.ended":     "the next Advance tells it again",
	"kept.last":         "a copy made within one call",
	"summary.late":      "of a second that a rerun reads",
	"trip.watch":        "points to the trip's own detectors",
}

// Every field of a vehicle, however deep, is written and read, or stands above.
func TestEveryFieldOfAVehicleIsStored(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	remembered, put := advice.History{}, advice.Contribution{}
	for i := range int64(6) {
		put = remembered.Add(advice.Kind{Driver: 7, Way: 1 << 20, Distance: 3, Temperature: 2}, i*3_600_000_000, advice.Values{1000, 2, 3, int32(i), 5, -1, 7})
	}
	with, _ := remembered.Compare(put.Kind, 8_000_000_000_000)
	rules := statetest.Rules{
		"boxcar.n": 128, "boxcar.head": 128, "boxcar.ring": statetest.Long(128), "slope.n": 11, "course.n": 3, "means.i": 17,
		"Trace.breaks": []int{1, 2}, "trip.sent": 2, "Finding.Kind": outcome.HarshCornering,
		"terms.zone":           madrid,
		"Evidence.Kind":        detectors.Rollover,
		"Collision.Confidence": outcome.Confirmed, "Collision.Severity": outcome.SeverityCritical,
		"collisions.detector": statetest.Left, // its own test fills it
		"Vehicle.history":     &remembered, "learnt.put": put, "learnt.with": with,
	}
	for name := range notStored {
		rules[name] = statetest.Left
	}
	want, got := newVehicle(t), newVehicle(t)
	statetest.Fill(t, want, rules)
	if err := got.LoadState(want.AppendState(nil)); err != nil {
		t.Fatal(err)
	}
	if diff := statetest.Diff(want, got, slices.Collect(maps.Keys(notStored))...); diff != "" {
		t.Errorf("not stored: visit the field in its State method and raise vehicleVersion (-vehicle +read back):\n%s", diff)
	}
	for i, d := range got.trip.watch {
		if own := (&trip{}); d == nil {
			own.listen()
			t.Errorf("detector %d of the trip read back is nil, want a %T", i, own.watch[i])
		}
	}
}

func newVehicle(t testing.TB) *Vehicle {
	t.Helper()
	v, err := NewVehicle(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
