package route

import (
	"math/bits"

	"milepost/geo/roads"
)

// table holds what a search knows of the edges it has met. Its memory follows from
// how far a search went, not from the map; emptying it takes no time.
type table struct {
	slots []slot
	shift int
	used  int
	now   uint32 // generation: slots of another are empty
}

// slot is what is known of reaching the end of an edge.
type slot struct {
	edge, prev roads.Edge // prev is roads.None where the way begins on the edge
	generation uint32
	from       int32 // the start that the way comes from
	cost       int64 // of the cheapest way so far
	ahead      int64 // at least this much further to the goal
}

const firstSlots = 1 << 10

func (t *table) clear() {
	if t.slots == nil {
		t.resize(firstSlots)
	}
	t.used = 0
	if t.now++; t.now == 0 {
		clear(t.slots)
		t.now = 1
	}
}

// of gives the edge's slot, and whether it was there. The slot may move with the next call.
func (t *table) of(e roads.Edge) (s *slot, known bool) {
	if 2*t.used >= len(t.slots) {
		t.grow()
	}
	for i := t.home(e); ; i = (i + 1) & (len(t.slots) - 1) {
		s = &t.slots[i]
		if s.generation != t.now {
			*s = slot{edge: e, prev: roads.None, generation: t.now}
			t.used++
			return s, false
		}
		if s.edge == e {
			return s, true
		}
	}
}

func (t *table) home(e roads.Edge) int {
	return int((uint64(e) * 0x9E3779B97F4A7C15) >> t.shift)
}

func (t *table) resize(n int) {
	t.slots, t.shift = make([]slot, n), 64-bits.TrailingZeros(uint(n))
}

func (t *table) grow() {
	old := t.slots
	t.resize(2 * len(old))
	t.used = 0
	for i := range old {
		if old[i].generation == t.now {
			s, _ := t.of(old[i].edge)
			*s = old[i]
		}
	}
}
