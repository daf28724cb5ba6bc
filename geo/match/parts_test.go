package match

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/geo/roads"
)

// The paper's values, and straight lines between.
func TestBeta(t *testing.T) {
	for _, c := range []struct{ seconds, want float64 }{
		{0, 0.49}, {1, 0.49}, {3, 1.25}, {5, 2.01}, {10, 4.10}, {20, 11.9}, {25, 23.25}, {30, 34.6}, {60, 69.2}, {1e6, 138.4},
	} {
		if got := beta(c.seconds); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("beta(%g s) = %g, want %g", c.seconds, got, c.want)
		}
	}
}

func TestLikelihoods(t *testing.T) {
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"on the road", besideLog(0), 0},
		{"two deviations beside", besideLog(2), -2},
		{"at the tail's begin", besideLog(3), -4.5},
		{"in the tail", besideLog(5), -10.5},
		{"along the road", headingLog(10, 10, 20), 0},
		{"by way of north", headingLog(359, 1, 20), headingLog(1, 359, 20)},
		{"against it", headingLog(10, 190, 20), headingCap},
		{"fast on a motorway", speedLog(36, 33), 0},
		{"fast on a service road", speedLog(30, 5), fastCap},
		{"no speed", speedLog(math.NaN(), 5), 0},
		{"no accuracy", sigma(float32(math.NaN())), math.Hypot(sigmaUnknown, mapError)},
		{"no accuracy to speak of", sigma(1e9), math.Hypot(sigmaMost, mapError)},
		{"as good as the map", sigma(0.01), math.Hypot(0.01/1.51, mapError)},
	} {
		if math.Abs(c.got-c.want) > 1e-6 {
			t.Errorf("%s: %g, want %g", c.what, c.got, c.want)
		}
	}
}

func TestTrustRises(t *testing.T) {
	last := float32(0)
	for margin := 0.0; margin <= beam; margin += 0.5 {
		now := trust(margin)
		if now < 0.5 || now <= last || now > 1 {
			t.Errorf("trust(%g) = %g after %g", margin, now, last)
		}
		last = now
	}
}

func TestQueueGivesTheCheapestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var want []node
		for i, cost := range rapid.SliceOf(rapid.Float64Range(0, 5)).Draw(t, "costs") {
			n := node{math.Round(cost), roads.Edge(i), int32(i)}
			q.push(n)
			want = append(want, n)
		}
		slices.SortStableFunc(want, func(a, b node) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		for i, w := range want {
			if got := q.pop(); got != w {
				t.Fatalf("pop %d: %+v, want %+v", i, got, w)
			}
		}
	})
}

func TestTableIsAMap(t *testing.T) {
	var tab table
	tab.reset()
	rapid.Check(t, func(t *rapid.T) {
		tab.reset()
		is := map[uint64]int32{}
		for range rapid.IntRange(0, 800).Draw(t, "steps") {
			k := rapid.Uint64Range(0, 2000).Draw(t, "key")
			if rapid.Bool().Draw(t, "put") {
				v := rapid.Int32().Draw(t, "value")
				tab.put(k, v)
				is[k] = v
			}
			want, has := is[k]
			if got, ok := tab.get(k); ok != has || got != want && has {
				t.Fatalf("get(%d) = %d, %v, want %d, %v", k, got, ok, want, has)
			}
		}
	})
}
