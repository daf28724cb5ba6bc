package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

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
	status, err := child.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := w.oracle(t); !maps.Equal(inStore(t, cfg.Store.SQLite), want) {
		t.Errorf("the outcomes differ from an undisturbed run's")
	}
	// Not the child's rusage: that begins with what this process has in memory.
	_, after, found := strings.Cut(string(status), "VmHWM:")
	if !found {
		t.Skip("NOT RUN: this system does not tell a process's peak of memory")
	}
	var kib int64
	if _, err := fmt.Sscan(after, &kib); err != nil {
		t.Fatal(err)
	}
	const ceiling = 120 << 10 // KiB; the limit is the heap's, and a soft one: code and buffers come on top
	t.Logf("%d records, %d MiB at most", len(w.frames), kib>>10)
	// The race detector shadows memory: make test looks again without it.
	if kib > ceiling && !raceEnabled {
		t.Errorf("the process grew to %d MiB, above %d", kib>>10, ceiling>>10)
	}
}
