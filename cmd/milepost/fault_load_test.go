package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"

	"milepost/config"
	"milepost/fixtures"
	"milepost/fleet"
	"milepost/telemetry"
)

// Most records are of one vehicle, that drives for weeks: memory stays below its
// ceiling, and the others are not held up.
func TestFaultHotVehicle(t *testing.T) {
	w := newSilentWorld(t, fakeBroker(t), town(70), 2)
	hot, err := fixtures.New(fixtures.Config{Seed: 71, Vehicles: 1, Days: 40, FrameSeconds: 5, SpeedHz: 1, TripsPerDay: 8,
		Uplinks: []fixtures.Uplink{fixtures.Stream}})
	if err != nil {
		t.Fatal(err)
	}
	pr := hot.Vehicle(0).Profile()
	pr.VehicleID = "hot"
	w.profiles = append(w.profiles, fleet.Always(pr))
	others := len(w.frames)
	for f := range hot.Frames() {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		c.VehicleID = "hot"
		c.Arrived -= c.Arrived % 1000
		w.frames = append(w.frames, c)
	}
	if hot := len(w.frames) - others; hot < 10*others {
		t.Fatalf("%d of %d records are of the hot vehicle", hot, len(w.frames))
	}
	slices.SortStableFunc(w.frames, func(a, b *telemetry.Frame) int { return int(a.Arrived - b.Arrived) })
	w.produce(t, w.frames)
	cfg := w.config()
	cfg.Limits.Memory = 64 << 20
	text, err := json.Marshal(job{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childJob+"="+string(text))
	child.Stderr = t.Output()
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	if want := w.oracle(t); !maps.Equal(inStore(t, cfg.Store.SQLite), want) {
		t.Errorf("the outcomes differ from an undisturbed run's")
	}
	usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal(errors.ErrUnsupported)
	}
	const ceiling = config.Bytes(160 << 20) // the limit is the heap's, and a soft one; code and buffers come on top
	if used := config.Bytes(usage.Maxrss << 10); used > ceiling {
		t.Errorf("the process grew to %v, above %v", used, ceiling)
	} else {
		t.Logf("%d records, %v at most", len(w.frames), used)
	}
}
