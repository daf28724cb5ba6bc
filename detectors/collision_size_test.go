package detectors

import (
	"testing"
	"unsafe"

	"milepost/state"
	"milepost/telemetry"
)

// What a vehicle's collisions take, packed and in memory, awake and asleep.
func TestCollisionsAreSmall(t *testing.T) {
	for _, c := range []struct {
		hz             float64
		packed, memory int
	}{{10, 200, 700}, {50, 600, 1150}, {100, 900, 1600}, {200, 900, 1600}} {
		var d Collisions
		for _, k := range quiet(c.hz) {
			d.Apply(&k, nil)
		}
		memory := int(unsafe.Sizeof(d)+unsafe.Sizeof(*d.watch)) + cap(d.watch.ring.s)*int(unsafe.Sizeof(ringSample{}))
		w := state.NewWriter(nil)
		d.State(w)
		b, err := w.Done()
		if err != nil {
			t.Fatal(err)
		}
		// A car that slept for a minute keeps what it learned of its sensor, and no more.
		d.Apply(&Chunk{Frame: &telemetry.Frame{Start: sceneStart + 60*second, Body: telemetry.Body{
			At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOff},
		}}, Second: sceneStart/second + 60, Hi: [telemetry.TrackCount]int{telemetry.TrackBody: 1}}, nil)
		d.Apply(&Chunk{Frame: &telemetry.Frame{}, Second: sceneStart/second + 180}, nil)
		if d.watch != nil {
			t.Error("a sleeping car keeps a watch")
		}
		t.Logf("%3g Hz: %d bytes packed, %d in memory", c.hz, len(b), memory)
		if len(b) > c.packed || memory > c.memory {
			t.Errorf("%g Hz: %d bytes packed and %d in memory, want %d and %d", c.hz, len(b), memory, c.packed, c.memory)
		}
	}
}
