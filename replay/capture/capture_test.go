package capture_test

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/replay/capture"
	"milepost/telemetry"
)

var frameOptions = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}

// readAll reads every frame of a capture.
func readAll(t testing.TB, path string) ([]*telemetry.Frame, []capture.Drop) {
	t.Helper()
	r, err := capture.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var frames []*telemetry.Frame
	var f telemetry.Frame
	for {
		err := r.Next(&f)
		if errors.Is(err, io.EOF) {
			return frames, r.Drops()
		}
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, clone(&f))
	}
}

func TestFramesSurviveACapture(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		var frames, want []*telemetry.Frame
		for i := range rapid.IntRange(0, few(3, 2)).Draw(rt, "frames") {
			f := drawFrame(rt, uint64(i))
			frames, want = append(frames, f), append(want, canonical(f))
		}
		path := filepath.Join(dir, "drives.arrow")
		writeTo(t, path, rapid.SampledFrom([]int{1, 3, 1000}).Draw(rt, "batch"), frames...)
		got, drops := readAll(t, path)
		if diff := cmp.Diff(want, got, frameOptions); diff != "" {
			rt.Fatalf("frames (-want +got):\n%s", diff)
		}
		if len(drops) > 0 {
			rt.Fatalf("drops: %v", drops)
		}
	})
}

func TestProfilesSurviveACapture(t *testing.T) {
	r, err := capture.Open(write(t, 10))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if diff := cmp.Diff(profiles, r.Profiles()); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyFrameSurvives(t *testing.T) {
	want := []*telemetry.Frame{
		{VehicleID: "car-1", Boot: 1, Sequence: 7, Arrived: 2_000_000, Start: 1_000_000},
		{VehicleID: "car-1", Boot: 1, Sequence: 8, Arrived: 2_000_000, Start: 1_000_000},
	}
	got, _ := readAll(t, write(t, 10, want...))
	if diff := cmp.Diff(want, got, frameOptions); diff != "" {
		t.Error(diff)
	}
}

func TestRowsOfAFrame(t *testing.T) {
	f := &telemetry.Frame{VehicleID: "car-1", Start: 1_000_000}
	f.Speed = telemetry.Speed{At: []int32{0, 500}, Speed: []float32{1, 2}}
	f.Motion = telemetry.Motion{At: []int32{0, 250, 500}, Longitudinal: []float32{1, 2, 3}}
	f.Body = telemetry.Body{
		At:     []int32{500, 500, 500, 600},
		Signal: []telemetry.BodySignal{telemetry.SystemState, telemetry.HoodOpen, telemetry.SystemState, telemetry.HoodOpen},
		Value:  []int64{telemetry.StateOn, 1, telemetry.StateOff, 0},
	}
	w, err := capture.Create(filepath.Join(t.TempDir(), "a.arrow"), profiles)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := w.Write(f); err != nil {
		t.Fatal(err)
	}
	// 0, 250, 500 with the first two changes, 500 with the state again, 600.
	if got := w.Rows(); got != 5 {
		t.Errorf("%d rows, want 5", got)
	}
}

func TestWriterCountsWhatItCannotWrite(t *testing.T) {
	f := &telemetry.Frame{VehicleID: "car-1"}
	f.Energy = telemetry.Energy{At: []int32{0, 1}, EngineRunning: []float32{0.5, 1}}
	f.Body = telemetry.Body{At: []int32{0, 0}, Signal: []telemetry.BodySignal{telemetry.SystemState, 999}, Value: []int64{17, 1}}
	w, err := capture.Create(filepath.Join(t.TempDir(), "a.arrow"), profiles)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for range 2 {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	want := []capture.Drop{
		{Column: "Vehicle.Powertrain.CombustionEngine.IsRunning", Reason: capture.ReasonNoTruth, Count: 1},
		{Column: "Vehicle.LowVoltageSystemState", Reason: capture.ReasonNoWord, Count: 1},
		{Column: "body", Reason: capture.ReasonUnknown, Count: 1},
		{Column: "sequence", Reason: capture.ReasonRepeat, Count: 1, FirstRow: 2},
	}
	if diff := cmp.Diff(want, w.Drops()); diff != "" {
		t.Error(diff)
	}
}

func TestReaderDropsImplausibleValues(t *testing.T) {
	f := &telemetry.Frame{VehicleID: "car-1"}
	f.Speed = telemetry.Speed{At: []int32{0, 1, 2}, Speed: []float32{10, 300, float32(math.Inf(1))}}
	f.Position = telemetry.Position{At: []int32{1}, Latitude: []float64{91}, Longitude: []float64{8}}
	f.Body = telemetry.Body{At: []int32{2}, Signal: []telemetry.BodySignal{telemetry.SunroofPosition}, Value: []int64{-101}}
	got, drops := readAll(t, write(t, 10, f))
	if diff := cmp.Diff([]float32{10}, got[0].Speed.Speed); diff != "" {
		t.Error(diff)
	}
	if got[0].Position.Longitude[0] != 8 || len(got[0].Body.At) != 0 {
		t.Errorf("position %v, body %v", got[0].Position, got[0].Body)
	}
	want := []capture.Drop{
		{Column: "Vehicle.Speed", Reason: capture.ReasonRange, Count: 2, FirstRow: 1},
		{Column: "Vehicle.CurrentLocation.Latitude", Reason: capture.ReasonRange, Count: 1, FirstRow: 1},
		{Column: "Vehicle.Cabin.Sunroof.Position", Reason: capture.ReasonRange, Count: 1, FirstRow: 2},
	}
	if diff := cmp.Diff(want, drops); diff != "" {
		t.Error(diff)
	}
}

func TestLopsidedFrameIsRefused(t *testing.T) {
	w, err := capture.Create(filepath.Join(t.TempDir(), "a.arrow"), profiles)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	f := &telemetry.Frame{VehicleID: "car-1", Speed: telemetry.Speed{At: []int32{0}, Speed: []float32{1, 2}}}
	if err := w.Write(f); !errors.Is(err, capture.ErrFrame) {
		t.Errorf("got %v, want ErrFrame", err)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	w, err := capture.Create(filepath.Join(dir, "a.arrow"), profiles)
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
