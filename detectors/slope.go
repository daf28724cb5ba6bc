package detectors

// slope estimates acceleration from speed by a Savitzky-Golay linear fit, that is
// the least-squares line through the 2k+1 samples around the one judged. Raw
// differences would read 0.28 g from one 1 km/h step at 10 Hz. The window belongs
// to the rate (docs/method/performance.md): 1.0 s at 10 Hz, 1.2 s at 5 Hz, 2 s at 1 Hz.
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
func (r rateClass) reach() int { return [...]int{0, 1, 3, 5}[r] }

// longest is the longest span a window may have before a gap in it makes it void.
func (r rateClass) longest() int64 {
	return [...]int64{0, 5 * second, 2400 * millisecond, 1600 * millisecond}[r]
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

// push adds a speed sample and gives the estimate that it completes.
func (s *slope) push(at int64, v float32) (estimate, bool) {
	if s.n > 0 {
		step := at - s.at[s.n-1]
		if step < minStep {
			return estimate{}, false
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
func (s *slope) fit() (estimate, bool) {
	if s.n < 3 {
		return estimate{}, false
	}
	rate := classOf((s.at[s.n-1] - s.at[s.n-3]) / 2)
	k := rate.reach()
	if rate == noRate || s.n < 2*k+1 {
		return estimate{}, false
	}
	at, v := s.at[s.n-2*k-1:s.n], s.v[s.n-2*k-1:s.n]
	if at[2*k]-at[0] > rate.longest() {
		return estimate{}, false
	}
	return estimate{at: at[k], a: fitLine(at, v), v: float64(v[k]), rate: rate}, true
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
