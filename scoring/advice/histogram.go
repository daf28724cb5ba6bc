package advice

import (
	"slices"

	"milepost/state"
)

// histogram counts values by bin. Counts are whole numbers, so that a value can be taken
// out again and the order of values does not matter.
type histogram []cell

// cell is a bin that has values.
type cell struct {
	bin uint8
	n   uint16
}

const mostInCell = 1<<16 - 1

func (h histogram) find(bin uint8) (int, bool) {
	return slices.BinarySearchFunc(h, bin, func(c cell, bin uint8) int { return int(c.bin) - int(bin) })
}

// add counts n values of a bin more. A bin that is full stays so.
func (h *histogram) add(bin uint8, n uint16) {
	i, found := h.find(bin)
	if !found {
		*h = slices.Insert(*h, i, cell{bin: bin})
	}
	(*h)[i].n += min(n, mostInCell-(*h)[i].n)
}

// has reports whether a bin has a value.
func (h histogram) has(bin uint8) bool {
	_, found := h.find(bin)
	return found
}

// remove counts a value of a bin less.
func (h *histogram) remove(bin uint8) {
	i, found := h.find(bin)
	if !found {
		return
	}
	if (*h)[i].n--; (*h)[i].n == 0 {
		*h = slices.Delete(*h, i, i+1)
	}
}

// total is how many values it has.
func (h histogram) total() (n uint32) {
	for _, c := range h {
		n += uint32(c.n)
	}
	return n
}

// farGap says that a cell's distance from the one before follows in a byte of its own.
const farGap = 7

// state visits the cells of a histogram that has values, so many: mostly in a byte each, as
// neighbours with few values are.
func (h *histogram) state(c *state.Codec, total uint32) {
	if c.Reading() {
		*h = (*h)[:0]
	}
	next := uint8(0) // bin
	for i := 0; total > 0 && c.Err() == nil; i++ {
		if c.Reading() {
			*h = append(*h, cell{})
		}
		x := &(*h)[i]
		gap := x.bin - next
		if i == 0 {
			c.Uint8(&gap)
		}
		gap = x.cellState(c, gap, i == 0)
		if ok := int(next)+int(gap) < binCount && x.n > 0 && uint32(x.n) <= total; !c.Check(ok, "values of a driver's history") {
			return
		}
		x.bin = next + gap
		next = x.bin + 1
		total -= uint32(x.n)
	}
}

// cellState visits a cell's number of values, and its distance from the one before unless
// that is known.
func (x *cell) cellState(c *state.Codec, gap uint8, known bool) uint8 {
	short := min(gap, farGap)
	if known {
		short = 0
	}
	u := uint32(x.n)<<3 | uint32(short)
	c.Uint32(&u)
	x.n = uint16(min(u>>3, mostInCell))
	switch {
	case known:
	case u&farGap == farGap:
		c.Uint8(&gap)
	default:
		gap = uint8(u & farGap)
	}
	return gap
}

// sum is a histogram with room for every bin.
type sum struct {
	bins  [binCount]int64
	total int64
}

func (s *sum) add(h histogram) {
	for _, c := range h {
		s.bins[c.bin] += int64(c.n)
		s.total += int64(c.n)
	}
}

// median gives the middle value, by interpolation within its bin; between the middle two
// where they are in different bins. It rounds half up. There must be a value.
func (s *sum) median() int64 {
	below := int64(0)
	for bin, n := range s.bins {
		lo, hi := edges(uint8(bin))
		switch {
		case n == 0:
		case 2*(below+n) > s.total:
			// The values of a bin are thought to lie evenly in it; one of them, in its middle.
			of := s.total - 2*below // twice the place within the bin
			return lo + (of*(hi-1-lo)+n)/(2*n)
		case 2*(below+n) == s.total:
			next := bin + 1
			for s.bins[next] == 0 {
				next++
			}
			from, _ := edges(uint8(next))
			return (hi - 1 + from + 1) / 2
		}
		below += n
	}
	return 0
}
