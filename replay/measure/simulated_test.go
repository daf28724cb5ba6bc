package measure_test

import (
	"testing"

	"milepost/replay/measure"
)

// The same simulated drive at 1, 5 and 10 Hz, with and without motion, scores within 3
// points, and its harsh manoeuvres are found.
func TestScoresDoNotDependOnTheRate(t *testing.T) {
	s, err := measure.OfSimulated(t.Context(), 21, 8, 7)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Rates
	t.Logf("%d drives at 1, 5 and 10 Hz with and without motion: worst %.1f points %v, mean %.2f; under 1 km %d, worst %.1f",
		r.Drives, r.Worst, r.WorstOf, r.Mean, r.Short, r.WorstShort)
	if r.Drives < 80 || r.Worst > 3 {
		t.Errorf("the scores of one of %d drives differ by %.1f points, want at most 3", r.Drives, r.Worst)
	}
	for _, e := range s.Events {
		t.Logf("motion %2d Hz, speed %2d Hz: braking F1 %.3f, acceleration %.3f, cornering %.3f, all %.3f of %d",
			e.MotionHz, e.SpeedHz, e.Braking.F1, e.Acceleration.F1, e.Cornering.F1, e.All.F1, e.All.Truth)
		if e.Braking.F1 < 0.9 || e.Acceleration.F1 < 0.9 {
			t.Errorf("at %d and %d Hz F1 of braking is %.2f, of acceleration %.2f: want 0.9", e.MotionHz, e.SpeedHz, e.Braking.F1, e.Acceleration.F1)
		}
	}
}
