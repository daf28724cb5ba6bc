package detectors

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// halfSine is a brake of a peak in m/s² and a length in s from 20 m/s, as speed.
func halfSine(peak, length float64) func(t float64) float64 {
	return func(t float64) float64 {
		t = min(max(t, 0), length)
		return 20 - peak*length/math.Pi*(1-math.Cos(math.Pi*t/length))
	}
}

// peakBySlope samples a speed at a rate and gives the strongest deceleration that
// the estimator shows, the worst of ten phases.
func peakBySlope(speed func(float64) float64, hz float64) (lowest, highest float64) {
	lowest = math.Inf(1)
	for phase := range 10 {
		var s slope
		peak := 0.0
		for i := range int(20 * hz) {
			x := (float64(i) + float64(phase)/10) / hz
			out := s.push(int64(1e15)+int64(x*second), float32(speed(x-8)))
			for _, e := range out.e[:out.n] {
				peak = max(peak, -e.a)
			}
		}
		lowest, highest = min(lowest, peak), max(highest, peak)
	}
	return lowest, highest
}

// A line over 1.0 s at 10 Hz shows 0.33 g of a 0.45 g half-sine of 1.0 s and 0.42 g
// of one of 2.2 s, as reference calculations have it; at 1 Hz, where a line shows
// 0.14 and 0.29, the cubic must do better.
func TestSlopeAttenuates(t *testing.T) {
	for _, c := range []struct{ hz, length, low, high float64 }{
		{10, 1.0, 0.31, 0.35}, {10, 2.2, 0.41, 0.43}, {1, 1.0, 0.16, 0.33}, {1, 2.2, 0.34, 0.45}, {1, 4, 0.42, 0.46},
	} {
		lo, hi := peakBySlope(halfSine(0.45*gravity, c.length), c.hz)
		t.Logf("%2.0f Hz, %.1f s: %.3f to %.3f g", c.hz, c.length, lo/gravity, hi/gravity)
		if lo/gravity < c.low || hi/gravity > c.high {
			t.Errorf("%v Hz, %v s: peak reads %.3f to %.3f g, want %.2f to %.2f", c.hz, c.length, lo/gravity, hi/gravity, c.low, c.high)
		}
	}
}

func TestSlopeIsExactOnLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-8, 8).Draw(t, "a")
		step := rapid.SampledFrom([]int64{100, 200, 1000}).Draw(t, "step_ms")
		var s slope
		at, start := int64(1e15), int64(1e15)
		for range 30 {
			at += step*millisecond + rapid.Int64Range(-step*80, step*80).Draw(t, "jitter")
			v := 30 + a*float64(at-start)/second
			out := s.push(at, float32(v))
			for _, e := range out.e[:out.n] {
				if math.Abs(e.a-a) > 1e-3 {
					t.Fatalf("estimate %.5f of an acceleration of %.5f", e.a, a)
				}
			}
		}
	})
}

func TestSlopeWindowsDoNotSpanGaps(t *testing.T) {
	var s slope
	at := int64(1e15)
	for i := range 60 {
		at += 100 * millisecond
		if i == 30 {
			at += 1500 * millisecond
		}
		v := float32(20)
		if i >= 30 {
			v = 5 // another speed after the gap must not read as a brake
		}
		out := s.push(at, v)
		for _, e := range out.e[:out.n] {
			if math.Abs(e.a) > 7 {
				t.Errorf("sample %d: %.1f m/s² across a gap", i, e.a)
			}
		}
	}
}

func TestBoxcarIsTheMeanOfItsWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]int64{5, 10, 20, 100}).Draw(t, "step_ms") * millisecond
		span := rapid.SampledFrom([]int64{ShortestWindow, 500 * millisecond, LongestWindow}).Draw(t, "span")
		var b boxcar
		var xs []float64
		for i := range 400 {
			x := float32(rapid.IntRange(-5000, 5000).Draw(t, "x")) / 1000
			xs = append(xs, float64(x))
			at := int64(4_294_000_000) + int64(i)*step // the clock's low bits wrap
			b.push(at, span, x)
			_, mean, ready := b.mean(at, span)
			if !ready {
				continue
			}
			n := min(int(span/step), len(xs))
			want := 0.0
			for _, x := range xs[len(xs)-n:] {
				want += x / float64(n)
			}
			if math.Abs(mean-want) > 1e-3 {
				t.Fatalf("sample %d: mean %.4f, want %.4f", i, mean, want)
			}
		}
	})
}

func TestGridInterpolatesAtWholeSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g Grid
		at := rapid.Int64Range(1e15, 1e15+3e6).Draw(t, "start")
		last := int64(0)
		for range 50 {
			at += rapid.Int64Range(50, 2900).Draw(t, "step_ms") * millisecond
			for _, p := range g.push(at, float64(at-1e15)/second, nil) {
				if p.Second <= last {
					t.Fatalf("second %d after %d", p.Second, last)
				}
				last = p.Second
				if want := float64(p.Second*second-1e15) / second; math.Abs(p.V-want) > 1e-6 {
					t.Fatalf("speed %.6f at second %d, want %.6f", p.V, p.Second, want)
				}
			}
		}
		if g.speed(last) != g.recent[last%4] || !math.IsNaN(g.speed(last+1)) || !math.IsNaN(g.speed(last-4)) {
			t.Fatal("history reaches too far")
		}
	})
}
