package detectors

import (
	"slices"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// Wheels that stand before tyres could have stopped the car have locked: only later does
// that tell that it stands.
func TestStandstillIsNoLockedWheel(t *testing.T) {
	const fast = 82 / 3.6
	for _, c := range []struct {
		name        string
		hit         blow
		wheels      func(since float64) float64 // m/s, after the blow began
		from, until float64                     // s after time zero, of the evidence; 0 for none
	}{
		{"locked for a second", blow{"haversine", 20, 0.1, 90, 0, 0}, func(s float64) float64 {
			if s > 0.25 && s < 1.25 {
				return 0
			}
			return fast
		}, 0, 0},
		{"locked for good", blow{"haversine", 20, 0.1, 90, 0, 0}, func(s float64) float64 {
			if s > 0.25 {
				return 0
			}
			return fast
		}, fast / tyres, 3},
		{"slid to a standstill", blow{"haversine", 20, 0.1, 90, 0, 0}, func(s float64) float64 { return max(0, fast-7*s) }, fast / 7, 5},
		{"stopped by what it hit", blow{"haversine", 84, 0.1, 0, 0, 0}, func(s float64) float64 { return max(0, fast-300*s) }, 0.01, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := crashed(c.hit, 100)
			s.speed = func(at float64) float64 { return c.wheels(max(0, at-blowAt)) }
			got := only(t, s.final())
			i := slices.IndexFunc(got.Evidence, func(e Evidence) bool { return e.Kind == Standstill })
			if (i >= 0) != (c.until > 0) {
				t.Fatalf("evidence %+v", got.Evidence)
			}
			if i >= 0 && (got.Evidence[i].Value < c.from || got.Evidence[i].Value > c.until) {
				t.Errorf("stood still %g s after, want %g to %g", got.Evidence[i].Value, c.from, c.until)
			}
		})
	}
}

// Wheels that lock for a moment and hazards do not confirm a hit.
func TestLockedWheelsConfirmNothing(t *testing.T) {
	s := crashed(blow{"haversine", 20, 0.1, 90, 0, 0}, 100)
	s.speed = func(t float64) float64 {
		if t > blowAt+0.25 && t < blowAt+1.25 {
			return 0
		}
		return max(0, 82/3.6-max(0, t-blowAt-2))
	}
	s.body = append(s.body, bodyAt{blowAt + 5, telemetry.HazardSignaling, 1})
	if got := only(t, s.final()); got.Confidence == outcome.Confirmed {
		t.Errorf("%s by %+v", got.Confidence, got.Evidence)
	}
}
