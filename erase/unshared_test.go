package erase

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/sinks"
)

// That a vehicle's location is private outlives its profiles: telemetry may still come.
func TestAVehicleThatKeptItsLocationPrivateStaysSo(t *testing.T) {
	const kept = `{"vehicle_id":"car-7","history":[{"location_sharing":"off"}]}`
	c := topic(t, "cleanup.policy", "compact")
	const first, off = `{"vehicle_id":"car-7","history":[{"account_id":"a"}]}`,
		`{"vehicle_id":"car-7","history":[{"account_id":"a"},{"from":"2026-01-01T00:00:00Z","zone":"Europe/Madrid","location_sharing":"off"}]}`
	write(t, c, 1, "car-7", first)
	write(t, c, 1, "car-7", off)
	step, whose := &Topic{Kind: KindProfiles, Name: "topic", Cluster: c, Identity: identity, Now: now}, sinks.Subject{Vehicle: "car-7"}
	if p := erased(t, step, whose); !strings.Contains(strings.Join(p.Warnings, " "), "that setting alone stays") {
		t.Errorf("warnings %v", p.Warnings)
	}
	if p := erased(t, step, whose); len(p.Deleted) > 0 {
		t.Errorf("again: deleted %v", p.Deleted)
	}
	if diff := cmp.Diff([]string{"1 car-7 " + first, "1 car-7 " + off, "1 car-7 " + kept}, records(t, c)); diff != "" {
		t.Errorf("topic (-want +got):\n%s", diff)
	}
}

func TestStateOfAVehicleThatKeptItsLocationPrivate(t *testing.T) {
	dir, log := claimed(t)
	all := cars.New()
	if err := all.Know(fleet.Always(fleet.Profile{VehicleID: "car-7", Account: "a", LocationSharing: fleet.Off})); err != nil {
		t.Fatal(err)
	}
	underWay(t, all, "car-7", 0)
	checkpoint(t, log, all)
	state := &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}
	for _, found := range []int64{2, 0} {
		if p := erased(t, state, sinks.Subject{Vehicle: "car-7"}); p.Found["entries"] != found {
			t.Errorf("found %v, want %d", p.Found, found)
		}
		if got := left(t, dir); got != `p/car-7{"vehicle_id":"car-7","history":[{"location_sharing":"off"}]}`+"\n" {
			t.Errorf("left are\n%s", got)
		}
	}
}
