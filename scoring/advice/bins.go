package advice

import "math/bits"

// A value is a whole number of its measure's unit. Values below 16 have a bin each; above,
// every doubling has eight bins of equal width: a bin is at most an eighth of its lower
// edge wide.
const (
	exactBins = 16
	highest   = 1<<20 - 1
	binCount  = 144
)

// binOf gives the bin of a value; what is below 0 or above the highest goes to the nearest.
func binOf(v int64) uint8 {
	v = min(max(v, 0), highest)
	if v < exactBins {
		return uint8(v)
	}
	e := bits.Len64(uint64(v)) - 4
	return uint8(8*e) + uint8(v>>e)
}

// edges gives the values from lo up to but without hi that a bin holds.
func edges(bin uint8) (lo, hi int64) {
	if bin < exactBins {
		return int64(bin), int64(bin) + 1
	}
	e := bin/8 - 1
	return int64(8+bin%8) << e, int64(9+bin%8) << e
}
