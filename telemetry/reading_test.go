package telemetry

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// reading is a value of a signal by its path, at s.
func reading(at int64, path string, v float64) Reading {
	return Reading{at * 1e6, Row("Vehicle." + path), v}
}

func TestFill(t *testing.T) {
	nan := float32(math.NaN())
	in := []Reading{
		reading(100, "Speed", 10), reading(100, "CurrentLocation.Latitude", 48), reading(100, "CurrentLocation.Longitude", 11),
		reading(101, "Chassis.Brake.PedalPosition", 30), reading(101, "LowVoltageSystemState", StateOn),
		reading(102, "Speed", 12), reading(102, "TraveledDistance", 5000),
		reading(100+MaxSpan/1e6+1, "Speed", 1),
	}
	want := &Frame{
		Start:    100e6,
		Speed:    Speed{At: []int32{0, 1e6, 2e6}, Speed: []float32{10, nan, 12}, Brake: []float32{nan, 30, nan}},
		Position: Position{At: []int32{0}, Latitude: []float64{48}, Longitude: []float64{11}},
		Energy:   Energy{At: []int32{2e6}, Odometer: []float64{5000}},
		Body:     Body{At: []int32{1e6}, Signal: []BodySignal{SystemState}, Value: []int64{StateOn}},
	}
	got := &Frame{}
	if n := got.Fill(in); n != len(in)-1 {
		t.Errorf("%d readings taken, want %d: the last is beyond a frame's span", n, len(in)-1)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRowOfNoSignal(t *testing.T) {
	if Row("Vehicle.Nothing") != -1 {
		t.Error("a signal was found that the table does not have")
	}
}

func TestRowAt(t *testing.T) {
	for row, s := range Signals() {
		if got := RowAt(s.Track, s.Double, s.Index); got != row {
			t.Errorf("%s: row %d, want %d", s.Path, got, row)
		}
	}
	for _, got := range []int{RowAt(9, false, 0), RowAt(TrackSpeed, true, 0), RowAt(TrackSpeed, false, 3), RowAt(TrackBody, false, 999), RowAt(TrackBody, false, -1)} {
		if got != -1 {
			t.Errorf("row %d of a place that no signal has", got)
		}
	}
}

// What Fill makes of readings gives the same readings.
func TestReadingsSurviveTheFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []Reading
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			s := rapid.IntRange(0, len(signals)-1).Draw(t, "signal")
			want = append(want, Reading{1e15 + rapid.Int64Range(0, 30).Draw(t, "at")*1e6, s, float64(rapid.IntRange(0, 1000).Draw(t, "value"))})
		}
		slices.SortStableFunc(want, Reading.Compare)
		want = slices.CompactFunc(want, func(a, b Reading) bool { return a.Compare(b) == 0 })
		var f Frame
		if n := f.Fill(want); n != len(want) {
			t.Fatalf("%d of %d readings taken", n, len(want))
		}
		got := f.Readings(nil)
		slices.SortFunc(got, Reading.Compare)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
