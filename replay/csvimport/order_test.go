package csvimport

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLongestIncrease(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []int64
		want  []int
	}{
		{"none", nil, []int{}},
		{"in order", []int64{1, 2, 3}, []int{0, 1, 2}},
		{"the first of equals", []int64{1, 1, 1, 2, 2}, []int{0, 3}},
		{"one far ahead", []int64{1, 99, 2, 3}, []int{0, 2, 3}},
		{"one far behind", []int64{5, 6, 1, 7}, []int{0, 1, 3}},
		{"started with a wrong clock", []int64{90, 91, 1, 2, 3}, []int{2, 3, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, longestIncrease(c.times)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongestIncreaseIsTheLongest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Int64Range(0, 12), 0, 12).Draw(t, "times")
		run := longestIncrease(times)
		for k, i := range run {
			if k > 0 && (i <= run[k-1] || times[i] <= times[run[k-1]]) {
				t.Fatalf("%v of %v does not increase", run, times)
			}
			from := 0
			if k > 0 {
				from = run[k-1] + 1
			}
			if first := slices.Index(times[from:], times[i]); from+first != i {
				t.Fatalf("%v of %v: row %d has the time of row %d before it", run, times, i, from+first)
			}
		}
		if want := bruteLongest(times); len(run) != want {
			t.Fatalf("%v of %v: %d rows, want %d", run, times, len(run), want)
		}
	})
}

// bruteLongest tries every subset.
func bruteLongest(times []int64) int {
	best := 0
	for set := range 1 << len(times) {
		n, last, ok := 0, int64(-1), true
		for i, t := range times {
			if set>>i&1 == 1 {
				ok = ok && t > last
				n, last = n+1, t
			}
		}
		if ok {
			best = max(best, n)
		}
	}
	return best
}

func TestConversion(t *testing.T) {
	for _, c := range []struct {
		from, to string
		in, want float64
	}{
		{"mph", "km/h", 100, 160.9344}, {"m/s", "km/h", 10, 36}, {"knots", "km/h", 10, 18.52}, {"ft/s", "km/h", 100, 109.728},
		{"g", "m/s^2", 1, 9.80665}, {"mg", "m/s^2", 1000, 9.80665},
		{"rad/s", "degrees/s", 1, 57.29577951308232}, {"ft", "m", 10, 3.048}, {"miles", "m", 1, 1609.344}, {"km", "m", 1.5, 1500},
		{"fraction", "percent", 0.5, 50}, {"kW", "W", 2, 2000}, {"hp", "W", 1, 745.69987158227022},
		{"fahrenheit", "celsius", 212, 100}, {"kelvin", "celsius", 273.15, 0}, {"gal_us", "l", 1, 3.785411784},
	} {
		f, err := conversion(c.from, c.to)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := f.convert(c.in); got < c.want-1e-9 || got > c.want+1e-9 {
			t.Errorf("%g %s = %.12g %s, want %.12g", c.in, c.from, got, c.to, c.want)
		}
	}
}

func TestEveryUnitOfTheTableIsKnown(t *testing.T) {
	for name, u := range units {
		if u.factor == 0 || u.quantity == "" {
			t.Errorf("unit %s: %+v", name, u)
		}
	}
}
