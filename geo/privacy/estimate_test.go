package privacy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestPlausible(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		gap  Gap
		way  Way
		want bool
	}{
		{"driven as the road flows", Gap{Time: 120, Straight: 1000}, Way{Length: 1300, FreeFlow: 100}, true},
		{"just within the time", Gap{Time: 150, Straight: 1000}, Way{Length: 1300, FreeFlow: 100}, true},
		{"a stop, or another way", Gap{Time: 150.1, Straight: 1000}, Way{Length: 1300, FreeFlow: 100}, false},
		{"out and back to one place", Gap{Time: 600, Straight: 0}, Way{}, false},
		{"for no time, standing", Gap{}, Way{}, true},
		{"faster than any car", Gap{Time: 10, Straight: 600}, Way{Length: 800, FreeFlow: 60}, false},
		{"faster than it flows", Gap{Time: 80, Straight: 1000}, Way{Length: 1300, FreeFlow: 100}, true},
		{"much faster than it flows", Gap{Time: 70, Straight: 1000}, Way{Length: 1300, FreeFlow: 100}, false},
		{"a road that the map lacks", Gap{Time: 300, Straight: 500}, Way{Length: 9000, FreeFlow: 400}, false},
		{"far around, in time", Gap{Time: 300, Straight: 500}, Way{Length: 1301, FreeFlow: 250}, false},
		{"over the bridge, in time", Gap{Time: 300, Straight: 500}, Way{Length: 1299, FreeFlow: 250}, true},
		{"around a block between ends near each other", Gap{Time: 11, Straight: 50}, Way{Length: 150, FreeFlow: 12}, false},
		{"around a corner", Gap{Time: 11, Straight: 75}, Way{Length: 105, FreeFlow: 10}, true},
		{"around a block to the same place", Gap{Time: 60, Straight: 20}, Way{Length: 600, FreeFlow: 55}, false},
		{"creeping on", Gap{Time: 3, Straight: 20}, Way{Length: 22, FreeFlow: 2.2}, true},
		{"no time known", Gap{Time: nan, Straight: 1}, Way{Length: 1, FreeFlow: 1}, false},
		{"an endless way", Gap{Time: 1, Straight: 1}, Way{Length: math.Inf(1), FreeFlow: math.Inf(1)}, false},
		{"a clock that went back", Gap{Time: -1, Straight: 1}, Way{Length: 1, FreeFlow: 1}, false},
	} {
		if got := Plausible(c.gap, c.way); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}

// A longer gap never makes an estimate plausible that its time forbade, and no gap beyond
// the bound is ever filled.
func TestAnEstimateIsBoundByTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Way{Length: rapid.Float64Range(0, 1e5).Draw(t, "length"), FreeFlow: rapid.Float64Range(0, 1e4).Draw(t, "free flow")}
		g := Gap{Time: rapid.Float64Range(0, 1e5).Draw(t, "time"), Straight: rapid.Float64Range(0, 1e5).Draw(t, "straight")}
		if Plausible(g, w) && w.Length > 2*max(g.Straight, 30)+300 {
			t.Fatalf("%.0f m for a gap of %.0f m", w.Length, g.Straight)
		}
		if Plausible(g, w) && g.Time > 1.5*w.FreeFlow {
			t.Fatal("filled a gap that lasted more than 1.5 times its free flow")
		}
		if g.Time > 1.5*w.FreeFlow {
			g.Time += rapid.Float64Range(0, 1e5).Draw(t, "more")
			if Plausible(g, w) {
				t.Fatal("a longer gap was filled")
			}
		}
	})
}
