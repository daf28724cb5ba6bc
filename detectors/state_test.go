package detectors

import (
	"errors"
	"math"
	"testing"

	"milepost/state"
)

// What would later be walked, or become an index, is refused where it can't be.
func TestImpossibleStates(t *testing.T) {
	for name, visit := range map[string]func(*state.Codec){
		"a grid from the beginning of time": (&Grid{at: math.MinInt64, ok: true}).State,
		"a grid to the end of time":         (&Grid{nextAt: math.MaxInt64, waits: true}).State,
		"a bias before 1970":                (&Estimators{bias: bias{forward: axis{now: -1}}}).State,
		"an unknown motion":                 (&Estimators{kind: sampledWave + 1}).State,
		"an unknown phase":                  (&Trips{phase: paused + 1}).State,
		"an unknown ignition":               (&Trips{ignition: on + 1}).State,
		"an unknown answer":                 (&Charging{charges: yes + 1}).State,
		"an unknown estimator":              (&Finding{Estimator: Fused + 1}).State,
	} {
		w := state.NewWriter(nil)
		visit(w)
		b, err := w.Done()
		if err != nil {
			t.Fatal(err)
		}
		r := state.NewReader(b)
		visit(r) // into the struct that was written
		if !errors.Is(r.Err(), state.ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", name, r.Err())
		}
	}
}
