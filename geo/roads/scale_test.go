package roads

import (
	"math"
	"testing"
)

func TestCosine(t *testing.T) {
	for deg := -90.0; deg <= 90; deg += 0.01 {
		rad := deg * math.Pi / 180
		if got, want := cosine(rad), math.Cos(rad); math.Abs(got-want) > 1e-15 {
			t.Fatalf("cosine of %v degrees: %v, want %v", deg, got, want)
		}
	}
}

// Places a quarter turn apart are told in the right order, and poles do no harm.
func TestScaleAtThePoles(t *testing.T) {
	for _, lat := range []float64{-900_000_000, 0, 900_000_000} {
		s := scaleAt(lat)
		if d := s.distance(point{int32(lat), 0}, point{int32(lat), 1_000_000}); math.IsNaN(d) || d < 0 || d > 12_000 {
			t.Errorf("at %v: %v m", lat/unitsPerDegree, d)
		}
	}
}
