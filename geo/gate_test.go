package geo

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"milepost/telemetry"
)

// Whatever the switches and however the drive is cut, no position of an unshared
// moment passes, and every other one does.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var g Gate
		shared := true
		for range 30 {
			f := &telemetry.Frame{}
			var want []int32
			for at := int32(0); at < 10_000_000; at += 250_000 {
				if r.IntN(8) == 0 {
					shared = !shared
					f.Body.At = append(f.Body.At, at)
					f.Body.Signal = append(f.Body.Signal, telemetry.LocationShared)
					f.Body.Value = append(f.Body.Value, map[bool]int64{true: 1}[shared])
				}
				if r.IntN(2) == 0 {
					f.Position.At = append(f.Position.At, at)
					f.Position.Latitude = append(f.Position.Latitude, float64(at))
					f.Position.Longitude = append(f.Position.Longitude, 1)
					if shared {
						want = append(want, at)
					}
				}
			}
			all := len(f.Position.At)
			if n := g.Apply(f); n != all-len(want) || len(f.Position.At) != len(want) {
				t.Fatalf("%d of %d removed, want %d", n, all, all-len(want))
			}
			for i, at := range want {
				if f.Position.At[i] != at || f.Position.Latitude[i] != float64(at) {
					t.Fatalf("position %d is of %d, want %d", i, f.Position.At[i], at)
				}
			}
		}
	})
}
