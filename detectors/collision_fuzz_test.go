package detectors

import (
	"errors"
	"testing"

	"milepost/state"
)

// Bytes that no build wrote give an error or a detector that can be used, never a panic.
func FuzzCollisionsState(f *testing.F) {
	b := blow{"two_stage", 30, 0.1, 40, 0.2, 35}
	whole := rollingBlow(b, 100).frame()
	for _, until := range []int32{0, 15e6, 20_040_000, 20_300_000, 24e6, 59e6} {
		var d Collisions
		watchFrame(&d, cut(whole, 0, until), nil)
		w := state.NewWriter(nil)
		d.State(w)
		seed, err := w.Done()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	rest := cut(whole, 20_040_000, 22_500_000)
	f.Fuzz(func(t *testing.T, b []byte) {
		var d Collisions
		r := state.NewReader(b)
		d.State(r)
		if _, err := r.Done(); err != nil {
			if !errors.Is(err, state.ErrDamaged) {
				t.Fatalf("%v, want ErrDamaged", err)
			}
			return
		}
		for _, c := range d.Silence(watchFrame(&d, rest, nil)) {
			if c.Hardest() != nil {
				c.Hardest().Clock()
			}
		}
	})
}
