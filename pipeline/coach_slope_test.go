package pipeline

import (
	"math"
	"math/rand/v2"
	"testing"
)

// climbed are the altitudes of a drive at a speed, m/s, one a second, over a land; wander
// is how far, m, they err.
func climbed(land func(x float64) float64, v, wander float64, n int) (levels []level) {
	r := rand.New(rand.NewPCG(5, 5))
	off := wander * r.NormFloat64()
	for i := range n {
		off = float64(off*(1-1/heightMemory)) + float64(wander*math.Sqrt(2/heightMemory)*r.NormFloat64())
		x := v * float64(i)
		levels = append(levels, level{at: int64(i+1) * 1_000_000, driven: x, height: math.Round(600 + land(x) + off), accuracy: wander / heightError})
	}
	return levels
}

// gradesOf gives the grade of each second.
func gradesOf(levels []level) (out []grade) {
	s := newSlopes(levels)
	for i := range levels {
		out = append(out, s.at(levels[i].driven))
	}
	believe(out)
	return out
}

// Slopes differ on a trip as those of its road do, whatever altitudes err by.
func TestSlopes(t *testing.T) {
	flat := func(float64) float64 { return 0 }
	hills := func(x float64) float64 { return 20 * math.Sin(x/300) }
	steep := func(x float64) float64 { return 20.0 / 300 * math.Cos(x/300) }
	for _, c := range []struct {
		name   string
		land   func(float64) float64
		truth  func(float64) float64
		wander float64
		off    float64 // mean error allowed
		spread float64 // of the slopes over that of the truth: error allowed
	}{
		{"flat, exact", flat, flat, 0, 0, 0},
		{"flat, erring by 6 m", flat, flat, 6, 0.006, 0},
		{"hills, exact", hills, steep, 0.5, 0.004, 0.05},
		{"hills, erring by 6 m", hills, steep, 6, 0.014, 0.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			levels := climbed(c.land, 15, c.wander, 3000)
			off, found, truth := 0.0, 0.0, 0.0
			for i, g := range gradesOf(levels) {
				if i < 20 || i > len(levels)-20 {
					continue
				}
				want := c.truth(levels[i].driven)
				off += math.Abs(g.slope - want)
				found, truth = found+g.slope*g.slope, truth+want*want
			}
			n := float64(len(levels) - 40)
			t.Logf("off by %.2f %%, spread %.2f %% of %.2f %%", 100*off/n, 100*math.Sqrt(found/n), 100*math.Sqrt(truth/n))
			if off/n > c.off || truth > 0 && math.Abs(math.Sqrt(found/truth)-1) > c.spread {
				t.Errorf("off by %.4f, spread %.4f of %.4f", off/n, math.Sqrt(found/n), math.Sqrt(truth/n))
			}
		})
	}
}

// Where altitudes do not tell there is no slope: too few, at one place, or on both sides of
// what was hidden.
func TestSlopesThatAreNotKnown(t *testing.T) {
	hill := func(x float64) float64 { return x / 20 }
	for name, levels := range map[string][]level{
		"none": nil, "three": climbed(hill, 15, 0, 3), "standing": climbed(hill, 0, 0, 100), "creeping": climbed(hill, 0.5, 0, 100),
	} {
		s := newSlopes(levels)
		if g := s.at(20); g.slope == g.slope {
			t.Errorf("%s: slope %.3f", name, g.slope)
		}
	}
	levels := climbed(hill, 15, 0, 40)
	for i := 20; i < 40; i++ {
		levels[i].run = 1
	}
	for i, g := range gradesOf(levels) {
		if across := i > 9 && i < 30; across == (g.slope == g.slope) {
			t.Errorf("second %d: slope %.3f, what was hidden lies before second 20", i, g.slope)
		}
	}
}

func TestWandered(t *testing.T) {
	if short := wandered(0.01) / 0.01; math.Abs(short-2.4) > 0.05 {
		t.Errorf("%.3f of a short time, want 12/5", short)
	}
	if long := wandered(1000) * 1000; math.Abs(long-24) > 0.5 {
		t.Errorf("%.2f of a long time, want 24", long)
	}
}
