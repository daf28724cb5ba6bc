package detectors

import (
	"math"
	"slices"
	"testing"
)

// tumbled is a vehicle that rolls over half a second after a blow, whose gravity the
// sensor then feels sideways while it slides.
func tumbled(roll bool) scene {
	s := crashed(blow{"haversine", 30, 0.1, 0, 0, 0}, 100)
	turned := func(t float64) float64 { return math.Pi * max(0, min(1, (t-blowAt-0.5)/2)) }
	if roll {
		s.roll = func(t float64) float64 { return during(blowAt+0.5, blowAt+2.5, 90)(t) }
	}
	s.x = plus(s.x, during(blowAt+0.15, blowAt+3, -0.6*gravity))
	s.y = plus(s.y, func(t float64) float64 { return 1.45 * gravity * math.Sin(turned(t)) })
	s.z = func(t float64) float64 { return gravity * math.Cos(turned(t)) }
	return s
}

// Rolling is no second impact; what the vehicle hits meanwhile is one.
func TestRollingIsNoImpact(t *testing.T) {
	if got := only(t, tumbled(true).final()); len(got.Impacts) != 1 || slices.Contains(got.RaisedBy, "multi_event") || !got.Rollover {
		t.Errorf("%+v, raised by %v", got.Impacts, got.RaisedBy)
	}
	if got := only(t, tumbled(false).final()); len(got.Impacts) != 2 {
		t.Errorf("without a roll rate nothing tells it from a long blow: %+v", got.Impacts)
	}
	s := tumbled(true)
	hit := blow{"half_sine", 20, 0.08, 0, 0, 0}
	s.y = plus(s.y, func(t float64) float64 { return hit.size(t - 1.8) })
	if got := only(t, s.final()); len(got.Impacts) != 2 {
		t.Errorf("a tree in its way: %+v", got.Impacts)
	}
}
