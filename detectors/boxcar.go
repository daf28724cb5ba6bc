package detectors

import "math"

// boxcar is the mean of an inertial signal over a window, labelled at the window's
// middle: a low-pass that, over the default half second, keeps 90 % of a one-second half-sine's peak
// and removes the road's shake. Sums are whole mm/s² (or 0.001 deg/s), so that they
// never drift. Its ring has room for what the window holds at the signal's rate: a vehicle at
// 10 Hz is most of the fleet, and pays nothing for one at 200.
type boxcar struct {
	ring []tap // a power of two long, or nil
	head uint  // next slot, counting on for ever
	n    uint
	sum  int64
}

// tap is one sample of a boxcar.
type tap struct {
	at uint32 // µs, low 32 bits: windows are short
	x  int32
}

const (
	boxcarLen   = 128 // LongestWindow at 200 Hz is 120
	boxcarLeast = 8   // half a second at 10 Hz is 5
	boxcarUnit  = 1000.0
)

// push adds a sample and forgets those that a window of that span no longer holds.
func (b *boxcar) push(at, span int64, x float32) {
	if b.n == uint(len(b.ring)) {
		b.widen()
	}
	ring, unit := b.ring, int32(math.RoundToEven(float64(x)*boxcarUnit))
	mask := uint(len(ring) - 1)
	ring[b.head&mask] = tap{uint32(at), unit}
	b.head++
	n, sum := b.n+1, b.sum+int64(unit)
	for {
		oldest := ring[(b.head-n)&mask]
		if int64(uint32(at)-oldest.at) < span {
			break
		}
		n, sum = n-1, sum-int64(oldest.x)
	}
	b.n, b.sum = n, sum
}

// mean is the mean over the window that ends at the newest sample, at, and the window's
// middle. It is ready once the window is about full.
func (b *boxcar) mean(at, span int64) (mid int64, mean float64, ready bool) {
	have := b.age(at)
	return at - have/2, float64(b.sum) / boxcarUnit / float64(b.n), b.n >= 3 && have >= span/2
}

// widen makes room in a full ring: twice as much, or at the most by its oldest sample.
func (b *boxcar) widen() {
	if b.n == boxcarLen {
		b.drop()
		return
	}
	wide := boxcar{ring: make([]tap, max(boxcarLeast, 2*len(b.ring))), head: b.head, n: b.n, sum: b.sum}
	for i := b.head - b.n; i != b.head; i++ {
		*wide.tap(i) = *b.tap(i)
	}
	*b = wide
}

func (b *boxcar) tap(i uint) *tap { return &b.ring[i&uint(len(b.ring)-1)] }

// age is how long before at the oldest sample is.
func (b *boxcar) age(at int64) int64 {
	return int64(uint32(at) - b.tap(b.head-b.n).at)
}

func (b *boxcar) drop() {
	b.sum -= int64(b.tap(b.head - b.n).x)
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
