package detectors

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/geo"
)

// The short way to see that a place can be reached says nothing else than the long one.
func TestReachableIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.Int64Range(0, 20*second).Draw(t, "step")
		lat := rapid.Float64Range(-89, 89).Draw(t, "latitude")
		a := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "longitude"), lat}
		b := orb.Point{a[0] + rapid.Float64Range(-0.02, 0.02).Draw(t, "east"), lat + rapid.Float64Range(-0.02, 0.02).Draw(t, "north")}
		if got, want := reachable(a, b, step), geo.Distance(a, b) <= float64(fastest*(float64(step)/second))+chordSlackM; got != want {
			t.Fatalf("%t, want %t", got, want)
		}
	})
}
