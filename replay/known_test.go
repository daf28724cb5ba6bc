package replay_test

import (
	"strings"
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/telemetry"
)

// A vehicle's profiles are in force one after the other, in whatever order they are given.
func TestPlayerKnowsDatedProfiles(t *testing.T) {
	const t0, hour = int64(1_700_000_000_000_000), int64(3_600_000_000)
	p, err := replay.NewPlayer([]fleet.Profile{
		{VehicleID: "car", From: fleet.Instant(t0 + hour), Account: "new"}, {VehicleID: "car", Account: "old"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var accounts []string
	emit := func(o outcome.Outcome) error {
		if trip, ok := o.(*outcome.Trip); ok {
			accounts = append(accounts, trip.AccountID)
		}
		return nil
	}
	for boot := range uint32(2) {
		f := &telemetry.Frame{VehicleID: "car", Boot: boot, Start: t0 + 2*hour*int64(boot)}
		for i := range int32(60) {
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, i*1_000_000), append(f.Speed.Speed, 10)
		}
		f.Arrived = f.Start + 60_000_000
		if err := p.Record(f, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(accounts, " "); got != "old new" {
		t.Errorf("trips of accounts %q, want old, then new", got)
	}
	if _, err := replay.NewPlayer([]fleet.Profile{{VehicleID: "car", Zone: "Europe/Madrid"}, {VehicleID: "car"}}); err == nil {
		t.Error("two profiles from the same time on are taken")
	}
}
