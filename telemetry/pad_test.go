package telemetry

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPad(t *testing.T) {
	nan, nan32 := math.NaN(), float32(math.NaN())
	f := &Frame{
		Speed:    Speed{At: []int32{0, 1, 2}, Speed: []float32{5}, Brake: []float32{1, 2, 3}},
		Position: Position{At: []int32{0, 1}, Latitude: []float64{48}, Longitude: []float64{11}},
		Energy:   Energy{At: []int32{0, 1}, Odometer: []float64{7}, ChargedEnergy: []float64{31}, Ambient: []float32{-3}},
	}
	want := &Frame{
		Speed:    Speed{At: []int32{0, 1, 2}, Speed: []float32{5, nan32, nan32}, Brake: []float32{1, 2, 3}},
		Position: Position{At: []int32{0, 1}, Latitude: []float64{48, nan}, Longitude: []float64{11, nan}},
		Energy:   Energy{At: []int32{0, 1}, Odometer: []float64{7, nan}, ChargedEnergy: []float64{31, nan}, Ambient: []float32{-3, nan32}},
	}
	f.Pad()
	if diff := cmp.Diff(want, f, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := testing.AllocsPerRun(100, f.Pad); n != 0 {
		t.Errorf("padding a full frame allocates %g times", n)
	}
}
