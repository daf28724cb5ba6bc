package advice

import (
	"slices"

	"milepost/state"
)

// History is what is remembered of the earlier trips of a vehicle's drivers: per kind of
// trip and measure, how many trips had which value. The zero History is empty.
type History struct {
	kinds  []habit // in the order of Kind.compare
	newest int64   // the latest start of a trip in it, µs
}

// habit sums the trips of a kind.
type habit struct {
	Kind
	last   int64 // hour of the latest start, Unix
	values [measures]histogram
	trips  uint16
}

// The most ways, and the most kinds without one, that are remembered.
const (
	mostWays  = 6
	mostBands = 5
)

const hour = 3_600_000_000 // µs

// Contribution is what a trip put into a History.
type Contribution struct {
	Kind
	Values Values
}

// Add puts a trip's values into its kind. Start is in µs.
func (h *History) Add(k Kind, start int64, v Values) Contribution {
	x := h.habit(k)
	x.trips += min(1, mostInCell-x.trips)
	for m, value := range v {
		if value != absent {
			x.values[m].add(binOf(int64(value)), 1)
		}
	}
	x.last = max(x.last, start/hour)
	h.newest = max(h.newest, start)
	h.evict()
	return Contribution{Kind: k, Values: v}
}

// Remove takes a trip out again. Where its way was given up meanwhile, its values are with
// the others of its distance and temperature; where those were, they are nowhere.
func (h *History) Remove(c Contribution) {
	without := c.Kind
	without.Way = 0
	for _, k := range [...]Kind{c.Kind, without} {
		if i, found := h.find(k); found && h.kinds[i].holds(c.Values) {
			if h.kinds[i].remove(c.Values); h.kinds[i].trips == 0 {
				h.kinds = slices.Delete(h.kinds, i, i+1)
			}
			return
		}
	}
}

func (x *habit) holds(v Values) bool {
	for m, value := range v {
		if value != absent && !x.values[m].has(binOf(int64(value))) {
			return false
		}
	}
	return x.trips > 0
}

func (x *habit) remove(v Values) {
	x.trips--
	for m, value := range v {
		if value != absent {
			x.values[m].remove(binOf(int64(value)))
		}
	}
}

func (h *History) find(k Kind) (int, bool) {
	return slices.BinarySearchFunc(h.kinds, k, func(x habit, k Kind) int { return x.compare(k) })
}

// habit finds or begins a kind.
func (h *History) habit(k Kind) *habit {
	i, found := h.find(k)
	if !found {
		h.kinds = slices.Insert(h.kinds, i, habit{Kind: k})
	}
	return &h.kinds[i]
}

// evict gives up the ways and bands that are too many, those driven longest ago first. A
// way's trips stay with the others of their distance and temperature.
func (h *History) evict() {
	if i, over := h.oldest(mostWays, func(k Kind) bool { return k.Way != 0 }); over {
		old := h.kinds[i]
		h.kinds = slices.Delete(h.kinds, i, i+1)
		old.Way = 0
		h.habit(old.Kind).join(&old)
	}
	if i, over := h.oldest(mostBands, func(k Kind) bool { return k.Way == 0 }); over {
		h.kinds = slices.Delete(h.kinds, i, i+1)
	}
}

// oldest gives the kind driven longest ago of those that are meant, and whether they are
// more than so many.
func (h *History) oldest(most int, meant func(Kind) bool) (at int, over bool) {
	n := 0
	for i := range h.kinds {
		if !meant(h.kinds[i].Kind) {
			continue
		}
		if n++; n == 1 || h.kinds[i].last < h.kinds[at].last {
			at = i
		}
	}
	return at, n > most
}

// join adds another kind's trips.
func (x *habit) join(o *habit) {
	x.trips += min(o.trips, mostInCell-x.trips)
	x.last = max(x.last, o.last)
	for m := range o.values {
		for _, c := range o.values[m] {
			x.values[m].add(c.bin, c.n)
		}
	}
}

// State writes or reads the history.
func (h *History) State(c *state.Codec) {
	c.Time(&h.newest)
	n := c.Len(len(h.kinds), 1)
	if c.Check(n <= mostWays+mostBands, "kinds of trips"); c.Reading() {
		state.Resize(&h.kinds, min(n, mostWays+mostBands))
	}
	before := Kind{}
	for i := range h.kinds {
		x := &h.kinds[i]
		x.Kind.state(c, before.Driver)
		c.Check(i == 0 || before.compare(x.Kind) < 0, "order of kinds of trips")
		before = x.Kind
		x.state(c, h.newest/hour)
	}
}

func (x *habit) state(c *state.Codec, newest int64) {
	ago := newest - x.last
	c.Int64(&ago)
	x.last = newest - ago
	c.Uint16(&x.trips)
	var known, some uint8 // the measures that all trips tell, and those that some do
	for m := range x.values {
		switch n := x.values[m].total(); {
		case n == 0:
		case n == uint32(x.trips):
			known |= 1 << m
		default:
			some |= 1 << m
		}
	}
	// Most kinds are of trips that all tell the same measures.
	mixed := some != 0
	if mixed {
		known |= 1 << measures
	}
	c.Uint8(&known)
	if known>>measures != 0 {
		c.Uint8(&some)
	}
	for m := range x.values {
		total := uint32(0)
		switch {
		case known>>m&1 != 0:
			total = uint32(x.trips)
		case some>>m&1 != 0:
			total = x.values[m].total()
			c.Uint32(&total)
		}
		x.values[m].state(c, total)
	}
}
