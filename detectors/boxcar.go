package detectors

import "math"

// boxcar is the mean of an inertial signal over the last half second, labelled at
// the window's middle: a low-pass that keeps 90 % of a one-second half-sine's peak
// and removes the road's shake. Sums are whole mm/s² (or 0.001 deg/s), so that they
// never drift.
type boxcar struct {
	at   [boxcarLen]uint32 // µs, low 32 bits: windows are short
	x    [boxcarLen]int32
	head int // next slot
	n    int
	sum  int64
}

const (
	boxcarLen  = 128 // 0.5 s at 200 Hz is 100
	boxcarSpan = 500 * millisecond
	boxcarUnit = 1000.0
)

// push adds a sample and gives the mean over the window and the window's middle.
// It is ready once the window is about full.
func (b *boxcar) push(at int64, x float32) (mid int64, mean float64, ready bool) {
	if b.n == boxcarLen {
		b.drop()
	}
	b.at[b.head], b.x[b.head] = uint32(at), int32(math.RoundToEven(float64(x)*boxcarUnit))
	b.sum += int64(b.x[b.head])
	b.head = (b.head + 1) % boxcarLen
	b.n++
	for b.age(at) >= boxcarSpan {
		b.drop()
	}
	span := b.age(at)
	return at - span/2, float64(b.sum) / boxcarUnit / float64(b.n), b.n >= 3 && span >= boxcarSpan/2
}

// age is how long before at the oldest sample is.
func (b *boxcar) age(at int64) int64 {
	return int64(uint32(at) - b.at[(b.head-b.n+boxcarLen)%boxcarLen])
}

func (b *boxcar) drop() {
	b.sum -= int64(b.x[(b.head-b.n+boxcarLen)%boxcarLen])
	b.n--
}

// reset forgets all samples.
func (b *boxcar) reset() { b.n, b.sum = 0, 0 }

// means keeps the half-second means of about the last second, so that one can be
// had for a moment that speed judges later.
type means struct {
	at [16]int64
	a  [16]float32
	i  int // next slot
}

const meansStep = 75 * millisecond

// add keeps a mean unless the one before it is nearly as young.
func (m *means) add(at int64, a float64) {
	if at-m.at[(m.i+15)%16] < meansStep {
		return
	}
	m.at[m.i], m.a[m.i] = at, float32(a)
	m.i = (m.i + 1) % 16
}

// near gives the mean closest to a time, if one is within a tenth of a second.
func (m *means) near(at int64) (float64, bool) {
	best, found := int64(100*millisecond+1), -1
	for i, t := range m.at {
		if d := max(t-at, at-t); d < best {
			best, found = d, i
		}
	}
	if found < 0 {
		return 0, false
	}
	return float64(m.a[found]), true
}
