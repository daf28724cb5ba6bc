package detectors

import (
	"math"
	"math/rand/v2"
	"testing"

	"milepost/outcome"
)

// drawn draws a blow of a delta-V at random.
func drawn(r *rand.Rand, low, high float64) blow {
	return blow{
		[]string{"half_sine", "haversine", "two_stage"}[r.IntN(3)],
		low + (high-low)*r.Float64(), 0.06 + 0.09*r.Float64(), 360 * r.Float64(),
		0.3 * r.Float64() * float64(r.IntN(2)), 25 + 60*r.Float64(),
	}
}

// shifted moves a scene against its samples by part of a step.
func (s scene) shifted(by float64) scene {
	for _, f := range []*func(float64) float64{&s.x, &s.y, &s.z, &s.speed} {
		old := *f
		*f = func(t float64) float64 { return old(t - by) }
	}
	return s
}

// Pulses of all forms, lengths and directions, with ringing, noise and bias: recall,
// delta-V and direction, at each rate.
func TestBlows(t *testing.T) {
	for _, c := range []struct {
		hz, low, high float64
		least         outcome.Confidence
		recall        float64
		exact         float64 // share with delta-V within 5 %
	}{
		{50, 8, 15, outcome.Possible, 0.98, 0}, {50, 15, 80, outcome.Probable, 1, 0},
		{100, 8, 15, outcome.Possible, 0.98, 0.95}, {100, 15, 80, outcome.Probable, 1, 0.95},
		{200, 8, 15, outcome.Possible, 0.98, 0.95}, {200, 15, 80, outcome.Probable, 1, 0.95},
	} {
		const n = 400
		r := rand.New(rand.NewPCG(7, uint64(c.hz)))
		found, exact, straight, timed := 0, 0, 0, 0
		for range n {
			b := drawn(r, c.low, c.high)
			shift := r.Float64() / c.hz
			all := crashed(b, c.hz).shifted(shift).final()
			if len(all) != 1 || rank(all[0].Confidence) < rank(c.least) {
				t.Logf("%g Hz, %+v: %d collisions", c.hz, b, len(all))
				for _, x := range all {
					t.Logf("  %s, %+v, %v", x.Confidence, x.Impacts, x.Evidence)
				}
				continue
			}
			found++
			m := all[0].Hardest()
			if math.Abs(m.DeltaV()*3.6-b.deltaV) <= 0.05*b.deltaV {
				exact++
			} else if c.exact > 0 {
				t.Logf("%g Hz, %+v: delta-V %.1f at %d to %d", c.hz, b, 3.6*m.DeltaV(), m.At-sceneStart-20*second, m.End-m.At)
			}
			if math.Abs(math.Mod(m.PDOF()-b.pdof+540, 360)-180) <= 15 {
				straight++
			}
			if off := float64(all[0].At-sceneStart)/second - blowAt - shift; math.Abs(off) <= 0.02 {
				timed++
			}
		}
		t.Logf("%3.0f Hz, %2.0f to %2.0f km/h: found %.3f, delta-V within 5 %% %.3f, direction within 15° %.3f, time zero within 20 ms %.3f",
			c.hz, c.low, c.high, float64(found)/n, float64(exact)/float64(found), float64(straight)/float64(found), float64(timed)/float64(found))
		if float64(found) < c.recall*n || float64(exact) < c.exact*float64(found) || float64(straight) < 0.95*float64(found) {
			t.Errorf("%g Hz, %g to %g km/h: too few", c.hz, c.low, c.high)
		}
	}
}
