package detectors

import "math"

// boxcar is the mean of an inertial signal over a window, labelled at the window's
// middle: a low-pass that, over the default half second, keeps 90 % of a one-second half-sine's peak
// and removes the road's shake. Sums are whole mm/s² (or 0.001 deg/s), so that they
// never drift.
type boxcar struct {
	at   [boxcarLen]uint32 // µs, low 32 bits: windows are short
	x    [boxcarLen]int32
	head uint // next slot, counting on for ever
	n    uint
	sum  int64
}

const (
	boxcarLen  = 128 // LongestWindow at 200 Hz is 120
	boxcarUnit = 1000.0
)

// push adds a sample and gives the mean over a window of that span and the window's middle.
// It is ready once the window is about full.
func (b *boxcar) push(at, span int64, x float32) (mid int64, mean float64, ready bool) {
	if b.n == boxcarLen {
		b.drop()
	}
	unit := int32(math.RoundToEven(float64(x) * boxcarUnit))
	b.at[b.head%boxcarLen], b.x[b.head%boxcarLen] = uint32(at), unit
	b.sum += int64(unit)
	b.head++
	b.n++
	for b.age(at) >= span {
		b.drop()
	}
	have := b.age(at)
	return at - have/2, float64(b.sum) / boxcarUnit / float64(b.n), b.n >= 3 && have >= span/2
}

// age is how long before at the oldest sample is.
func (b *boxcar) age(at int64) int64 {
	return int64(uint32(at) - b.at[(b.head-b.n)%boxcarLen])
}

func (b *boxcar) drop() {
	b.sum -= int64(b.x[(b.head-b.n)%boxcarLen])
	b.n--
}

// reset forgets all samples.
func (b *boxcar) reset() { b.n, b.sum = 0, 0 }

// means keeps the half-second means of about the last second, so that one can be
// had for a moment that speed judges later.
type means struct {
	at [16]int64
	a  [16]float32
	i  uint // next slot, counting on for ever
}

const meansStep = 75 * millisecond

// add keeps a mean unless the one before it is nearly as young.
func (m *means) add(at int64, a float64) {
	if at-m.at[(m.i-1)%16] < meansStep {
		return
	}
	m.at[m.i%16], m.a[m.i%16] = at, float32(a)
	m.i++
}

// near gives the mean closest to a time, if one is within a tenth of a second. It
// looks from the newest back, as the time asked for is always recent.
func (m *means) near(at int64) (float64, bool) {
	i := m.i - 1
	for k := 0; k < 15 && m.at[i%16] > at; k++ {
		i--
	}
	if after := (i + 1) % 16; m.at[after]-at < at-m.at[i%16] && m.at[after] >= at {
		i++
	}
	d := m.at[i%16] - at
	return float64(m.a[i%16]), max(d, -d) <= 100*millisecond
}
