package detectors

import "testing"

func TestFrozenSignals(t *testing.T) {
	for _, c := range []struct {
		name   string
		speeds []float32 // at 1 Hz, m/s
		broken int       // index of the reading behind the broken step, -1 for none
	}{
		{"held, then caught up", []float32{11.4, 11.4, 11.4, 11.4, 0, 0}, 4},
		{"held, then caught up, driving on", []float32{11.4, 11.4, 11.4, 11.4, 6.5, 6.3, 6}, 4},
		{"a brake from a steady cruise", []float32{15, 15, 15, 15, 11.5, 8, 4.5, 1, 0}, -1},
		{"a gentle brake", []float32{11.4, 11.4, 11.4, 9.8, 6, 2, 0}, -1},
		{"readings differ a little", []float32{11.4, 11.41, 11.39, 11.4, 4, 3.9}, -1},
		{"held for one second", []float32{11.4, 11.4, 4, 4}, 2},
		{"a value every other second", []float32{11.4, 11.4, 8, 8, 5, 5, 2, 2}, 6},
		{"a launch", []float32{0, 0, 0, 0, 3.5, 6}, -1},
		{"held at standstill", []float32{0, 0, 0, 0, 10.1, 10.2}, 4},
		{"held for ten seconds", []float32{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 14, 14.1}, 10},
		{"beyond what tyres can do", []float32{8, 8.1, 8.2, 25, 25.1}, 3},
	} {
		var f frozen
		got := -1
		for i, v := range c.speeds {
			switch f.next(int64(1000+i)*second, v) {
			case brokenHere:
				got = i
			case brokenBefore:
				got = i - 1
			}
		}
		if got != c.broken {
			t.Errorf("%s: broken at %d, want %d", c.name, got, c.broken)
		}
	}
}
