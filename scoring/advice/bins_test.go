package advice

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/state"
)

func TestBinsCoverEveryValueOnce(t *testing.T) {
	next := int64(0)
	for bin := range uint8(binCount) {
		lo, hi := edges(bin)
		if lo != next || hi <= lo {
			t.Fatalf("bin %d is %d to %d, the one before ends at %d", bin, lo, hi, next)
		}
		if binOf(lo) != bin || binOf(hi-1) != bin {
			t.Fatalf("bin %d does not hold its edges", bin)
		}
		if width := hi - lo; width > 1 && width*8 > lo {
			t.Fatalf("bin %d is %d wide from %d: more than an eighth", bin, width, lo)
		}
		next = hi
	}
	if next != highest+1 || binOf(highest+5) != binCount-1 || binOf(-3) != 0 {
		t.Errorf("bins end at %d; beyond them %d, below %d", next, binOf(highest+5), binOf(-3))
	}
}

// skewed draws values as trips have them: near one another, some far off.
func skewed(t *rapid.T, name string) int64 {
	return int64(rapid.SampledFrom([]int{1, 30, 900, 40_000}).Draw(t, name+" magnitude")) * rapid.Int64Range(0, 25).Draw(t, name)
}

func TestMedianIsWithinABinOfTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h histogram
		values := make([]int64, rapid.IntRange(1, 60).Draw(t, "values"))
		for i := range values {
			values[i] = skewed(t, "value")
			h.add(binOf(values[i]), 1)
		}
		slices.Sort(values)
		var s sum
		s.add(h)
		got := s.median()
		lo, _ := edges(binOf(values[(len(values)-1)/2]))
		_, hi := edges(binOf(values[len(values)/2]))
		if got < lo || got >= hi {
			t.Fatalf("median %d of %v, want from %d to below %d", got, values, lo, hi)
		}
	})
}

func TestMedians(t *testing.T) {
	for _, c := range []struct {
		values []int64
		want   int64
	}{
		{[]int64{7}, 7},
		{[]int64{1, 2, 9}, 2},
		{[]int64{2, 8}, 5},
		{[]int64{1000}, 992}, // the bin from 960 to 1023
		{[]int64{960, 960, 1023, 1023, 4000}, 999},
		{[]int64{100, 100, 5000, 5000}, 2356}, // between the bins up to 103 and from 4608
	} {
		var h histogram
		for _, v := range c.values {
			h.add(binOf(v), 1)
		}
		var s sum
		if s.add(h); s.median() != c.want {
			t.Errorf("median of %v is %d, want %d", c.values, s.median(), c.want)
		}
	}
}

func TestHistogramsAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h, back histogram
		for range rapid.IntRange(0, 30).Draw(t, "cells") {
			h.add(rapid.Uint8Range(0, binCount-1).Draw(t, "bin"), rapid.Uint16Range(1, mostInCell).Draw(t, "values"))
		}
		w := state.NewWriter(nil)
		total := h.total()
		h.state(w, total)
		b, _ := w.Done()
		r := state.NewReader(b)
		back.state(r, total)
		if _, err := r.Done(); err != nil || !slices.Equal(h, back) {
			t.Fatalf("%v read as %v: %v", h, back, err)
		}
	})
}
