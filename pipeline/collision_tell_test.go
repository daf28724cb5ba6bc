package pipeline

import (
	"math"
	"testing"

	"milepost/detectors"
)

// A direction that rounds to the full circle is that of the front, as in north.
func TestDirectionsRoundWithinTheCircle(t *testing.T) {
	for deg, want := range map[float64]float64{0: 0, 0.4: 0, 359.4: 359, 359.5: 0, 359.99: 0, 180.6: 181} {
		if got := compass(deg); got != want {
			t.Errorf("%g is told as %g, want %g", deg, got, want)
		}
	}
	if got := compass(math.NaN()); !math.IsNaN(got) {
		t.Errorf("an unknown direction is told as %g", got)
	}
	head := []detectors.Impact{{DeltaX: -10, DeltaY: -0.001}}
	if got := impactsOf(head)[0].PDOFDeg; got != 0 {
		t.Errorf("a blow from %g is told as from %g", head[0].PDOF(), got)
	}
}
