package replay_test

import (
	"testing"

	"milepost/outcome"
	"milepost/replay"
	"milepost/telemetry"
)

// A replay counts collisions, not their revisions.
func TestCollisionsAreCounted(t *testing.T) {
	const start = 1_790_000_000_000_000
	p, err := replay.NewPlayer(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &telemetry.Frame{VehicleID: "car", Start: start, Arrived: start + 1_000_000, Body: telemetry.Body{
		At: []int32{0, 500_000}, Signal: []telemetry.BodySignal{telemetry.SystemState, telemetry.AirbagDeployedR1Driver}, Value: []int64{telemetry.StateOn, 1},
	}}
	revisions := 0
	emit := func(o outcome.Outcome) error {
		if o.Head().Type == outcome.TypeCollision {
			revisions++
		}
		return nil
	}
	if err := p.Record(f, emit); err != nil {
		t.Fatal(err)
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	if n := p.Summary().Collisions; n != 1 || revisions < 2 {
		t.Errorf("%d collisions of %d revisions, want 1 of 2 or more", n, revisions)
	}
}
