package detectors

import "math"

// axes are the accelerometer's: x, y, z.
const axes = 3

// ringSample is one instant of acceleration, packed: 1/16 m/s² holds ±208 g, and the
// rounding adds less than 0.01 m/s to a delta-V.
type ringSample struct {
	step uint16 // µs since the one before
	a    [axes]int16
}

const (
	perUnit  = 16 // of the packed acceleration per m/s²
	unknownA = math.MinInt16
	longStep = math.MaxUint16 // a longer one is filled with unknown samples
)

// pack rounds an acceleration, unknownA for NaN.
func pack(a float32) int16 {
	const most = 2040
	switch {
	case a > -most && a < most: // truncation rounds, of what is never negative
		return int16(int32(float32(a*perUnit)+(1<<15+0.5)) - 1<<15)
	case a != a:
		return unknownA
	case a < 0:
		return -most * perUnit
	}
	return most * perUnit
}

func unpack(a int16) float64 {
	if a == unknownA {
		return math.NaN()
	}
	return float64(a) / perUnit
}

// ring is the last second of motion.
type ring struct {
	at   int64 // of the newest, µs
	s    []ringSample
	head int // where the next goes
	n    int
	low  [2]uint16 // no vertical of this round and of the one before is lower, as height gives it; it goes with no state
}

// height is a packed acceleration as a number that orders likewise; 0 is the lowest.
func height(a int16) uint16 { return uint16(int32(a) + 1<<15) }

// round begins a new one: the next sample goes to the beginning.
func (r *ring) round() {
	r.head = 0
	r.low = [2]uint16{math.MaxUint16, r.low[0]}
}

// deep notes that a sample with a known vertical comes.
func (r *ring) deep(z int16) {
	if z != unknownA {
		r.low[0] = min(r.low[0], height(z))
	}
}

// ringMost is the ring's largest room: a second of samples at 107 Hz.
const ringMost = 112

// size makes room for a second of samples of a step, µs.
func (r *ring) size(step int64) {
	*r = ring{s: make([]ringSample, min(second/max(step, 1)+8, ringMost)), low: [2]uint16{math.MaxUint16, math.MaxUint16}}
}

// push adds a sample. A gap of a second or more empties the ring.
func (r *ring) push(at int64, a [axes]int16) {
	step := at - r.at
	if r.n == 0 || step >= second {
		r.n, r.head, step = 0, 0, 0
	}
	for ; step > longStep; step -= longStep {
		*r.next() = ringSample{longStep, [axes]int16{unknownA, unknownA, unknownA}}
	}
	r.at = at
	r.deep(a[2])
	*r.next() = ringSample{uint16(step), a}
}

// next makes room for a sample, to be filled in.
func (r *ring) next() *ringSample {
	s := &r.s[r.head]
	if r.head++; r.head == len(r.s) {
		r.round()
	}
	if r.n < len(r.s) {
		r.n++
	}
	return s
}

// back gives the sample i before the newest.
func (r *ring) back(i int) *ringSample {
	if i = r.head - 1 - i; i < 0 {
		i += len(r.s)
	}
	return &r.s[i]
}

// appendTo appends all samples in the order of time.
func (r *ring) appendTo(out []ringSample) []ringSample {
	for i := r.n - 1; i >= 0; i-- {
		out = append(out, *r.back(i))
	}
	return out
}
