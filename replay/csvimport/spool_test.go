package csvimport

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/telemetry"
)

func frameOf(vehicle string, sequence uint64, start int64) *telemetry.Frame {
	return &telemetry.Frame{
		VehicleID: vehicle, Sequence: sequence, Start: start, Arrived: start + 1_000_000,
		Speed:    telemetry.Speed{At: []int32{0, 1_000_000}, Speed: []float32{1, 2}},
		Position: telemetry.Position{At: []int32{5}, Latitude: []float64{48.1}, Longitude: []float64{11.5}},
		Body:     telemetry.Body{At: []int32{7}, Signal: []telemetry.BodySignal{telemetry.HoodOpen}, Value: []int64{1}},
	}
}

func spoolOf(t *testing.T, frames ...*telemetry.Frame) *spool {
	t.Helper()
	s, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	for _, f := range frames {
		if err := s.add(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFramesSurviveTheSpool(t *testing.T) {
	frames := []*telemetry.Frame{frameOf("", 0, 10), frameOf("", 1, 20), {Start: 5, Arrived: 6, Sequence: 2}}
	frames[1].Energy = telemetry.Energy{At: []int32{1}, Odometer: []float64{7}, Ambient: []float32{-3}}
	s := spoolOf(t, frames...)
	var got telemetry.Frame
	at := int64(0)
	for _, want := range frames {
		head, err := s.head(at)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.frame(at, head, &got); err != nil {
			t.Fatal(err)
		}
		var copied telemetry.Frame
		copied.CopyFrom(want)
		var read telemetry.Frame
		read.CopyFrom(&got)
		if diff := cmp.Diff(&copied, &read); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		at += int64(headSize) + int64(head.Length)
	}
	if at != s.size {
		t.Errorf("the last frame ends at %d of %d", at, s.size)
	}
	head, err := s.head(0)
	if err != nil {
		t.Fatal(err)
	}
	head.Length -= 3
	if err := s.frame(0, head, &got); err == nil {
		t.Error("a frame cut short is read")
	}
}

func TestTheSpoolLeavesNoName(t *testing.T) {
	dir := t.TempDir()
	s, err := newSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestMergeFailsOnWhatCannotBeWritten: a value that the capture's writer drops
// would be lost silently.
func TestMergeFailsOnWhatCannotBeWritten(t *testing.T) {
	f := frameOf("", 0, 10)
	f.Energy = telemetry.Energy{At: []int32{0}, EngineRunning: []float32{0.5}}
	s := spoolOf(t, f)
	out := filepath.Join(t.TempDir(), "a.arrow")
	_, err := merge(t.Context(), s, []*part{{vehicle: "car", end: s.size}}, nil, out)
	if err == nil || !strings.Contains(err.Error(), "Vehicle.Powertrain.CombustionEngine.IsRunning") {
		t.Errorf("got %v", err)
	}
	if left, e := os.ReadDir(filepath.Dir(out)); e != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, e)
	}
}
