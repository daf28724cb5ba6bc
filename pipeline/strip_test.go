package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/detectors"
	"milepost/pipeline"
	"milepost/telemetry"
)

// Of unshared time no sign stays, and no speed that could be taken for one.
func TestStripLeavesNoSignAndNoSpeed(t *testing.T) {
	f := &telemetry.Frame{Start: 1_700_000_000_000_000}
	for i := range int32(6) {
		at := i * 1_000_000
		f.Speed.At, f.Speed.Speed = append(f.Speed.At, at), append(f.Speed.Speed, float32(i)*0.6)
		f.Body.At = append(f.Body.At, at, at)
		f.Body.Signal = append(f.Body.Signal, telemetry.SpeedLimitSign, telemetry.HazardSignaling)
		f.Body.Value = append(f.Body.Value, int64(30+10*i), int64(i%2))
		if i >= 2 {
			f.Body.At, f.Body.Signal, f.Body.Value = append(f.Body.At, at), append(f.Body.Signal, telemetry.HybridIndicator), append(f.Body.Value, telemetry.IndicatorPower)
		}
	}
	f.Pad()
	if !pipeline.Strip(f, func(at int64) bool { return at >= f.Start+2_000_000 }) {
		t.Fatal("nothing was taken out")
	}
	want := telemetry.Body{
		At: []int32{0, 0, 1_000_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000},
		Signal: []telemetry.BodySignal{
			telemetry.SpeedLimitSign, telemetry.HazardSignaling, telemetry.SpeedLimitSign, telemetry.HazardSignaling,
			telemetry.HazardSignaling, telemetry.HazardSignaling, telemetry.HazardSignaling, telemetry.HazardSignaling,
		},
		Value: []int64{30, 0, 40, 1, 0, 1, 0, 1},
	}
	if diff := cmp.Diff(want, f.Body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	for i, v := range f.Speed.Speed {
		if hidden := i >= 2; detectors.IsGait(v) != hidden {
			t.Errorf("speed %d is %g: what stands for a speed: %t, want %t", i, v, detectors.IsGait(v), hidden)
		}
	}
}
