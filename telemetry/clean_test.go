package telemetry

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCleanDropsTheValueNotTheRecord(t *testing.T) {
	nan := math.NaN()
	f := Frame{
		Start: earliest,
		Speed: Speed{
			At:    []int32{0, 10000, 10000, 5000, 20000, -5, 30000},
			Speed: []float32{1, 2, 3, 4, 5000, 6, float32(nan)},
			Brake: []float32{0, 1, 2, 3, 4, 5, 101},
		},
		Position: Position{
			At:        []int32{0, 1000, 2000, 3000},
			Latitude:  []float64{0, 91, 45, nan},
			Longitude: []float64{0, 10, 7, 3},
			Accuracy:  []float32{1, 2, 3}, // too short
		},
		Body: Body{
			At:     []int32{5, 5, 6, 7},
			Signal: []BodySignal{SystemState, DriverID, 999, SystemState},
			Value:  []int64{StateOn, 7, 1, 77},
		},
	}
	var d Drops
	f.Clean(&d)
	want := Frame{
		Start: earliest,
		Speed: Speed{
			At:    []int32{0, 10000, 20000, 30000},
			Speed: []float32{1, 2, float32(nan), float32(nan)},
			Brake: []float32{0, 1, 4, float32(nan)},
		},
		Position: Position{
			At:        []int32{0, 1000, 2000, 3000},
			Latitude:  []float64{nan, nan, 45, nan},
			Longitude: []float64{nan, nan, 7, nan},
		},
		Body: Body{At: []int32{5, 5}, Signal: []BodySignal{SystemState, DriverID}, Value: []int64{StateOn, 7}},
	}
	if diff := cmp.Diff(want, f, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("clean frame (-want +got):\n%s", diff)
	}
	report := []Drop{
		{"speed", "time_not_increasing", 3},
		{"position", "position_zero", 1},
		{"position", "column_length", 1},
		{"body", "unknown_signal", 1},
		{"Vehicle.Speed", "out_of_range", 1},
		{"Vehicle.Chassis.Brake.PedalPosition", "out_of_range", 1},
		{"Vehicle.CurrentLocation.Latitude", "out_of_range", 1},
		{"Vehicle.LowVoltageSystemState", "out_of_range", 1},
	}
	if diff := cmp.Diff(report, d.Report()); diff != "" {
		t.Errorf("drops (-want +got):\n%s", diff)
	}
	var again Drops
	f.Clean(&again)
	if n := len(again.Report()); n != 0 {
		t.Errorf("a clean frame lost something more: %v", again.Report())
	}
}

func TestSignalTableFitsTheFrame(t *testing.T) {
	var f Frame
	var floats, doubles [TrackCount]int
	seen := map[string]bool{}
	for _, s := range Signals() {
		if seen[s.Path] {
			t.Errorf("%s stands twice", s.Path)
		}
		seen[s.Path] = true
		switch {
		case s.Track == TrackBody:
		case s.Double:
			if s.Index != doubles[s.Track] {
				t.Errorf("%s: index %d, want %d", s.Path, s.Index, doubles[s.Track])
			}
			doubles[s.Track]++
		default:
			if s.Index != floats[s.Track] {
				t.Errorf("%s: index %d, want %d", s.Path, s.Index, floats[s.Track])
			}
			floats[s.Track]++
		}
	}
	for tr := range Track(TrackCount) {
		if floats[tr] != len(f.Floats(tr)) || doubles[tr] != len(f.Doubles(tr)) {
			t.Errorf("track %s: %d and %d rows for %d and %d columns", tr, floats[tr], doubles[tr], len(f.Floats(tr)), len(f.Doubles(tr)))
		}
	}
	if len(Signals()) > len(Drops{}.bySignal) {
		t.Errorf("%d signals do not fit Drops", len(Signals()))
	}
}

func TestTrimBefore(t *testing.T) {
	f := Frame{Start: 1000, Speed: Speed{At: []int32{0, 1000, 2000}, Speed: []float32{1, 2, 3}}}
	var d Drops
	f.TrimBefore(TrackSpeed, 2000, &d)
	if diff := cmp.Diff([]float32{3}, f.Speed.Speed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Drop{{"speed", "time_not_increasing", 2}}, d.Report()); diff != "" {
		t.Error(diff)
	}
}

func TestWildClocksLoseTheirSamples(t *testing.T) {
	for _, start := range []int64{-1 << 63, -1, 0, earliest - 1, latest + 1, 1<<63 - 1} {
		f := Frame{Start: start, Speed: Speed{At: []int32{0, 1000}, Speed: []float32{1, 2}}}
		var d Drops
		f.Clean(&d)
		if diff := cmp.Diff([]Drop{{"speed", "clock_out_of_range", 2}}, d.Report()); diff != "" || f.Samples() != 0 {
			t.Errorf("start %d: %d samples left (-want +got):\n%s", start, f.Samples(), diff)
		}
	}
}
