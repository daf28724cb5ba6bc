package detectors

// slope estimates acceleration from speed by Savitzky-Golay fits around the sample
// judged, never by raw differences, which would read 0.28 g from one 1 km/h step at
// 10 Hz. Window and degree belong to the rate (docs/decisions/0002-estimators.md):
// a line over 1.0 s at 10 Hz and 1.2 s at 5 Hz; a cubic over five samples at 1 Hz,
// where a line would halve the peak of an ordinary brake, also between the samples.
type slope struct {
	at [slopeWindow]int64
	v  [slopeWindow]float32
	n  int // samples held, oldest first
}

const slopeWindow = 11

// minStep thins faster tracks to about 10 Hz, where more samples add little.
const minStep = 80 * millisecond

// rateClass is what an estimator's window and threshold belong to.
type rateClass uint8

const (
	noRate rateClass = iota
	rate1Hz
	rate5Hz
	rate10Hz
)

// hertz is the class's nominal rate.
func (r rateClass) hertz() float64 { return [...]float64{0, 1, 5, 10}[r] }

// reach is the number of samples on each side of the centre, k.
func (r rateClass) reach() int { return [...]int{0, 2, 3, 5}[r] }

// longest is the longest span a window may have before a gap in it makes it void.
func (r rateClass) longest() int64 {
	return [...]int64{0, 7 * second, 2400 * millisecond, 1600 * millisecond}[r]
}

// classOf gives the class of a step between samples.
func classOf(step int64) rateClass {
	switch {
	case step <= 145*millisecond:
		return rate10Hz
	case step <= 400*millisecond:
		return rate5Hz
	case step <= 2500*millisecond:
		return rate1Hz
	}
	return noRate
}

// estimate is one judged sample: acceleration and speed at a time.
type estimate struct {
	at   int64
	a, v float64 // m/s², m/s
	rate rateClass
}

// estimates are those that one sample completes, oldest first.
type estimates struct {
	e [2]estimate
	n int
}

func (s *estimates) add(e estimate) { s.e[s.n], s.n = e, s.n+1 }

// push adds a speed sample and gives the estimates that it completes.
func (s *slope) push(at int64, v float32) (out estimates) {
	if s.n > 0 {
		step := at - s.at[s.n-1]
		if step < minStep {
			return out
		}
		if classOf(step) == noRate {
			s.n = 0
		}
	}
	if s.n == slopeWindow {
		copy(s.at[:], s.at[1:])
		copy(s.v[:], s.v[1:])
		s.n--
	}
	s.at[s.n], s.v[s.n] = at, v
	s.n++
	return s.fit()
}

// fit judges the newest sample that has a whole window around it.
func (s *slope) fit() (out estimates) {
	if s.n < 3 {
		return out
	}
	rate := classOf(s.at[s.n-1] - s.at[s.n-2])
	k := rate.reach()
	// Two steps of different classes are a gap's edge, not a rate.
	if rate == noRate || rate != classOf(s.at[s.n-2]-s.at[s.n-3]) || s.n < 2*k+1 {
		return out
	}
	at, v := s.at[s.n-2*k-1:s.n], s.v[s.n-2*k-1:s.n]
	if at[2*k]-at[0] > rate.longest() {
		return out
	}
	if rate == rate1Hz {
		for i := 1; i < 2*k-1; i++ {
			if classOf(at[i]-at[i-1]) != rate1Hz {
				return out // the rate has just changed
			}
		}
		return fitCubic((*[5]int64)(at), (*[5]float32)(v))
	}
	out.add(estimate{at: at[k], a: fitLine(at, v), v: float64(v[k]), rate: rate})
	return out
}

// fitCubic gives the derivative at the third of five samples and half-way to the
// fourth. On even steps the first is Savitzky and Golay's cubic five-point filter
// (-1, 8, 0, -8, 1)/12, Analytical Chemistry 36 (1964) 1627.
func fitCubic(at *[5]int64, v *[5]float32) (out estimates) {
	var x, y [5]float64
	for i := range at {
		x[i], y[i] = float64(at[i]-at[2])/second, float64(v[i])
	}
	half := x[3] / 2
	out.add(estimate{at: at[2], a: derivative(x[:], y[:], 0), v: y[2], rate: rate1Hz})
	out.add(estimate{at: at[2] + (at[3]-at[2])/2, a: derivative(x[1:], y[1:], half), v: (y[2] + y[3]) / 2, rate: rate1Hz})
	return out
}

// derivative at t of the polynomial through the points (x, y), by Lagrange's form.
func derivative(x, y []float64, t float64) float64 {
	sum := 0.0
	for i := range x {
		sum += float64(y[i] * lagrangeSlope(x, i, t))
	}
	return sum
}

// lagrangeSlope is the derivative at t of the i-th Lagrange basis polynomial.
func lagrangeSlope(x []float64, i int, t float64) float64 {
	sum, scale := 0.0, 1.0
	for j := range x {
		if j == i {
			continue
		}
		scale *= x[i] - x[j]
		product := 1.0
		for m := range x {
			if m != i && m != j {
				product *= t - x[m]
			}
		}
		sum += product
	}
	return sum / scale
}

// fitLine is the least-squares slope in m/s² of speeds over times.
func fitLine(at []int64, v []float32) float64 {
	n := float64(len(at))
	var st, sv, stt, stv float64
	for i, t := range at {
		x, y := float64(t-at[0])/second, float64(v[i])
		st += x
		sv += y
		stt += float64(x * x)
		stv += float64(x * y)
	}
	return (float64(n*stv) - float64(st*sv)) / (float64(n*stt) - float64(st*st))
}

// newest is the time of the newest sample held, 0 where there is none.
func (s *slope) newest() int64 {
	if s.n == 0 {
		return 0
	}
	return s.at[s.n-1]
}
