package advice

import (
	"math"
	"testing"

	"milepost/outcome"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name    string
		metres  float64
		ambient float64
		partial bool
		want    Kind
		ok      bool
	}{
		{"short", 999, 12, false, Kind{1, 5, 0, 3}, false},
		{"a kilometre, frost", 1000, -4, false, Kind{1, 5, 0, 1}, true},
		{"no thermometer", 12_000, math.NaN(), false, Kind{1, 5, 3, 0}, true},
		{"partial", 250_000, 31, true, Kind{1, 0, 6, 5}, true},
	} {
		got, ok := KindOf(&outcome.Trip{DistanceM: c.metres, Partial: c.partial}, 1, c.ambient, 5)
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v, want %+v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestWays(t *testing.T) {
	home, work := Place{48.0982, 11.5020}, Place{48.1972, 11.6020}
	way := WayOf("v1", home, work)
	if near := WayOf("v1", Place{48.0992, 11.5030}, Place{48.1982, 11.6030}); near != way {
		t.Errorf("130 m away is another way")
	}
	for name, other := range map[string]uint32{
		"the way back": WayOf("v1", work, home), "another vehicle": WayOf("v2", home, work),
		"a kilometre north": WayOf("v1", Place{48.1072, 11.5020}, work), "a kilometre east": WayOf("v1", Place{48.0982, 11.5155}, work),
	} {
		if other == way || other == 0 {
			t.Errorf("%s is %d, as the way", name, other)
		}
	}
	if WayOf("v1", Place{89.9999, 179.9}, Place{-90, -180}) == 0 {
		t.Error("a way at the poles is none")
	}
}

// Cells are about 500 m wide at any latitude.
func TestCells(t *testing.T) {
	for _, lat := range []float64{0.1, 35, 60, 70} {
		changes, last := 0, uint32(0)
		for i := range 1000 {
			lon := 10 + float64(i)*20/(111_320*math.Cos(lat*math.Pi/180)) // 20 m a step
			if w := WayOf("v", Place{lat, lon}, Place{}); w != last {
				changes, last = changes+1, w
			}
		}
		if changes < 38 || changes > 43 {
			t.Errorf("at %g degrees 20 km are %d cells, want about 40", lat, changes)
		}
	}
}
