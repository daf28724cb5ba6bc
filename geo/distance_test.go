package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// A degree of latitude on the sphere of the mean radius is 111,195 m.
func TestDistance(t *testing.T) {
	if d := Distance(orb.Point{-3, 40}, orb.Point{-3, 41}); math.Abs(d-111_195) > 1 {
		t.Errorf("a degree of latitude is %.1f m, want 111,195", d)
	}
	if d := Distance(orb.Point{179.9995, 0}, orb.Point{-179.9995, 0}); math.Abs(d-111.2) > 0.1 {
		t.Errorf("across the date line: %.2f m, want 111.2", d)
	}
}
