package detectors

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/state"
	"milepost/telemetry"
)

var exactly = cmp.Options{cmpopts.EquateNaNs(), cmp.AllowUnexported(Impact{})}

// rollingBlow is a blow with all that a detector looks at.
func rollingBlow(b blow, hz float64) scene {
	s := crashed(b, hz)
	s.length = 60
	s.yaw = func(t float64) float64 {
		if t > blowAt+0.05 && t < blowAt+1 {
			return 80
		}
		return 2
	}
	s.roll = func(t float64) float64 {
		if t > blowAt+0.2 && t < blowAt+1 {
			return 120
		}
		return math.Sin(t)
	}
	s.body = append(s.body,
		bodyAt{1, telemetry.BeltedR1Driver, 1}, bodyAt{1, telemetry.OccupiedR1Passenger, 1},
		bodyAt{blowAt + 0.031, telemetry.AirbagDeployedR1Driver, 1},
		bodyAt{blowAt + 4, telemetry.HazardSignaling, 1}, bodyAt{blowAt + 7.5, telemetry.DoorOpenR1Driver, 1})
	return s
}

// However a drive is cut into frames, and wherever the state is put away and read back
// in between, the same snapshots come.
func TestCollisionsAreIndependentOfCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := blow{
			rapid.SampledFrom([]string{"half_sine", "haversine", "two_stage"}).Draw(t, "form"),
			rapid.Float64Range(9, 60).Draw(t, "delta_v"), rapid.Float64Range(0.06, 0.15).Draw(t, "length"),
			rapid.Float64Range(0, 360).Draw(t, "pdof"), rapid.Float64Range(0, 0.3).Draw(t, "ringing"), 35,
		}
		f := rollingBlow(b, rapid.SampledFrom([]float64{10, 30, 50, 100, 200}).Draw(t, "hz")).frame()
		var whole Collisions
		want := whole.Silence(watchFrame(&whole, f, nil))
		var d Collisions
		var got []Collision
		at := int32(0)
		for at < 60e6 {
			step := rapid.Int32Range(3e3, 3e6).Draw(t, "cut")
			if at > 19e6 && at < 23e6 {
				step /= 8
			}
			got = watchFrame(&d, cut(f, at, at+step), got)
			at += step
			if rapid.IntRange(0, 3).Draw(t, "put_away") == 0 {
				d = *again(t, &d)
			}
		}
		got = d.Silence(got)
		if diff := cmp.Diff(want, got, exactly); diff != "" {
			t.Fatal(diff)
		}
	})
}

// again is the detector after it was written and read.
func again(t interface{ Fatal(...any) }, d *Collisions) *Collisions {
	w := state.NewWriter(nil)
	d.State(w)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	var out Collisions
	r := state.NewReader(b)
	out.State(r)
	if _, err := r.Done(); err != nil {
		t.Fatal(err)
	}
	return &out
}
