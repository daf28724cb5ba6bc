package advice

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/state"
)

// entry is a trip as a history has it.
type entry struct {
	kind   Kind
	start  int64
	values Values
}

func drawEntry(t *rapid.T, ways, bands int) entry {
	e := entry{values: none, start: 1_767_225_600_000_000 + rapid.Int64Range(0, 400*24).Draw(t, "hours")*hour}
	e.kind = Kind{Driver: rapid.Int64Range(0, 1).Draw(t, "driver"), Distance: uint8(rapid.IntRange(0, bands-1).Draw(t, "distance")), Temperature: 2}
	if way := rapid.IntRange(0, ways).Draw(t, "way"); way > 0 {
		e.kind.Way = uint32(way) << 10
	}
	for m := range e.values {
		if rapid.IntRange(0, 3).Draw(t, "known") > 0 {
			e.values[m] = int32(skewed(t, "value"))
		}
	}
	return e
}

func drawEntries(t *rapid.T, ways, bands int) []entry {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry { return drawEntry(t, ways, bands) }), 1, 60).Draw(t, "trips")
}

func historyOf(all []entry) *History {
	h := &History{}
	for _, e := range all {
		h.Add(e.kind, e.start, e.values)
	}
	return h
}

func encoded(h *History) []byte {
	w := state.NewWriter(nil)
	h.State(w)
	b, _ := w.Done()
	return b
}

// The order of trips does not matter, and taking one out leaves nothing of it, as long as
// no kind is given up.
func TestHistoryIsTheSumOfItsTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawEntries(t, 1, 2) // four ways and four bands at most
		want := historyOf(all)
		got := &History{}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for _, i := range r.Perm(len(all)) {
			wrong := all[r.IntN(len(all))]
			wrong.values = drawEntry(t, 1, 2).values
			in := got.Add(wrong.kind, wrong.start, wrong.values)
			got.Add(all[i].kind, all[i].start, all[i].values)
			got.Remove(in)
		}
		if diff := cmp.Diff(encoded(want), encoded(got)); diff != "" {
			t.Fatalf("history (-in order +out of order, with trips taken out):\n%s", diff)
		}
	})
}

// What is compared with is the same whether kinds are given up or not, while a band has
// room for what its ways leave behind.
func TestWaysThatAreGivenUpStayInTheirBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawEntries(t, 40, 2)
		h := historyOf(all)
		without := make([]entry, len(all))
		for i, e := range all {
			e.kind.Way = 0
			without[i] = e
		}
		for _, e := range without {
			want, _ := historyOf(without).Compare(e.kind, h.newest)
			got, ok := h.Compare(e.kind, h.newest)
			if diff := cmp.Diff(want, got); diff != "" || !ok {
				t.Fatalf("comparison (-all trips +history):\n%s", diff)
			}
		}
	})
}

// A year's driving of any kind stays within the bound, and is read as it was.
func TestHistoryIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := historyOf(drawEntries(t, 40, 7))
		ways, bands := 0, 0
		for _, x := range h.kinds {
			if x.Way != 0 {
				ways++
			} else {
				bands++
			}
		}
		if ways > mostWays || bands > mostBands {
			t.Fatalf("%d ways and %d bands", ways, bands)
		}
		b := encoded(h)
		var back History
		r := state.NewReader(b)
		back.State(r)
		if _, err := r.Done(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, encoded(&back)); diff != "" {
			t.Fatalf("read (-written +read):\n%s", diff)
		}
	})
}

func TestEarlierTripsAlone(t *testing.T) {
	k := Kind{Driver: 7, Way: 9, Distance: 2, Temperature: 3}
	h, v := &History{}, none
	for i := range int64(leastTrips) {
		if c, _ := h.Compare(k, 100*hour); c.Trips != 0 {
			t.Fatalf("a comparison with %d trips", i)
		}
		v[Fuel] = int32(500 + i)
		h.Add(k, i*hour, v)
	}
	if c, _ := h.Compare(k, 100*hour); c.Trips != leastTrips || !c.SameWay {
		t.Errorf("on the same way: %+v", c)
	}
	if c, ok := h.Compare(k, 3*hour); ok {
		t.Errorf("a trip before the newest is compared with %+v", c)
	}
	other := k
	other.Way = 10
	if c, _ := h.Compare(other, 100*hour); c.Trips != leastTrips || c.SameWay {
		t.Errorf("another way of the same length: %+v", c)
	}
	for _, o := range []Kind{{Driver: 8, Way: 9, Distance: 2, Temperature: 3}, {Driver: 7, Way: 9, Distance: 3, Temperature: 3}, {Driver: 7, Way: 9, Distance: 2}} {
		if c, _ := h.Compare(o, 100*hour); c.Trips != 0 {
			t.Errorf("%+v is compared with %+v", o, c)
		}
	}
}

func TestDamagedHistoriesAreRefused(t *testing.T) {
	good := encoded(historyOf([]entry{{Kind{Way: 5}, hour, Values{1, 2, 3, 4, 5, 6, 7}}, {Kind{Way: 6}, hour, none}}))
	for i := range good {
		for _, b := range []byte{0, 0xff, good[i] + 1} {
			bad := append([]byte{}, good...)
			bad[i] = b
			var h History
			r := state.NewReader(bad)
			h.State(r)
			if _, err := r.Done(); err == nil {
				h.Add(Kind{}, hour, none) // what is read can be used
				h.Compare(Kind{}, 2*hour)
			}
		}
	}
}
