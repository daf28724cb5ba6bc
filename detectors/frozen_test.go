package detectors

import "testing"

func TestFrozenSignals(t *testing.T) {
	for _, c := range []struct {
		name   string
		speeds []float32 // at 1 Hz, m/s
		thaws  int       // index of the reading that ends a frozen stretch, -1 for none
	}{
		{"held, then caught up", []float32{11.4, 11.4, 11.4, 11.4, 0, 0}, 4},
		{"a brake from steady cruising", []float32{11.4, 11.4, 11.4, 9.8, 6, 2, 0}, -1},
		{"readings differ a little", []float32{11.4, 11.41, 11.39, 11.4, 4, 0}, -1},
		{"too short to tell", []float32{11.4, 11.4, 4, 0}, -1},
		{"a launch", []float32{0, 0, 0, 0, 3.5, 6}, -1},
		{"held at standstill", []float32{0, 0, 0, 0, 10.1, 10.2}, 4},
		{"held for ten seconds, sampled again after a pause", []float32{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 20}, 10},
	} {
		var f frozen
		got := -1
		for i, v := range c.speeds {
			if f.thaws(int64(1000+i)*second, v) {
				got = i
			}
		}
		if got != c.thaws {
			t.Errorf("%s: thaws at %d, want %d", c.name, got, c.thaws)
		}
	}
}
