package detectors

import "math"

type chargePhase uint8

const (
	chargeNone chargePhase = iota
	chargeOn
	chargePaused
)

// chargeSession is the session under way.
type chargeSession struct {
	phase            chargePhase
	told             bool  // a timer has given it
	toldUnseen       bool  // and said that part of it was not seen
	partial          bool  // part of it was not seen
	start, at        int64 // µs; at is the newest sample that said something
	stopped          int64 // µs, of the pause
	charged, pauses  int64 // µs
	unheard          int64 // µs of charged in steps too long to believe a power over
	counterKwh       float64
	counted          bool    // the counter was read twice or more
	powerJ, currentJ float64 // by power; by current and voltage
	powerS, currentS int64   // µs that they cover
	socFrom, socTo   float32 // %
	haveSoC          bool
	socBefore        float32 // before it began, older than is believed; 0 for none
	peak             float64 // W
}

// begin opens a session. Readings from shortly before count as its first; blind says that
// its beginning may not have been seen.
func (s *chargeSession) begin(at int64, r *chargeReading, blind bool) {
	*s = chargeSession{phase: chargeOn, start: at, at: at, partial: blind}
	if r.socAt != 0 && at-r.socAt <= chargeStep {
		s.socFrom, s.socTo, s.haveSoC = r.soc, r.soc, true
	} else if r.socAt != 0 {
		s.socBefore = r.soc
	}
	if at-r.counterAt > chargeStep {
		r.counterAt = 0
	}
}

// step counts the time since the last sample as charged, at the power that held since.
func (s *chargeSession) step(at int64, r *chargeReading) {
	lapse := at - s.at
	s.charged += lapse
	s.told = false
	if lapse > chargeStep {
		s.unheard += lapse
		return
	}
	dt := float64(lapse) / second
	if w, ok := r.byPower(at); ok {
		s.powerJ += float64(w * dt)
		s.powerS += lapse
	}
	if w, ok := r.byCurrent(at); ok {
		s.currentJ += float64(w * dt)
		s.currentS += lapse
	}
}

func (s *chargeSession) readSoC(v float32) {
	switch {
	case s.haveSoC && s.socTo == v:
		return
	case !s.haveSoC:
		s.socFrom, s.socTo, s.haveSoC = v, v, true
		// It was charged before the first word of it came.
		s.partial = s.partial || s.socBefore != 0 && float64(v-s.socBefore) >= chargeLeastSoC
	default:
		s.socTo = v
	}
	s.told = false
}

// reads reports whether what is read at a time is of the session: while it charges, and
// shortly after, for not all that tells its end comes at once.
func (s *chargeSession) reads(at int64) bool {
	return s.phase == chargeOn || s.phase == chargePaused && at-s.stopped <= chargeTail
}

// fastestKw is more than any car is charged at.
const fastestKw = 600.0

// readCounter adds the rise since the last reading. A fall is a count that begins anew; more
// than can be charged in the time is a misreading.
func (s *chargeSession) readCounter(v float64, at int64, r *chargeReading) {
	if r.counterAt == 0 {
		return
	}
	most := float64(fastestKw*(float64(at-r.counterAt)/second/3600)) + 0.1
	if rise := v - r.counter; rise >= 0 && rise <= most {
		s.told = s.told && s.counted && rise == 0
		s.counterKwh += rise
		s.counted = true
	}
}

// ChargeSession is one that is over. Quantities that nothing told are NaN.
type ChargeSession struct {
	Start, End           int64 // µs
	Charged, Pauses      int64 // µs
	Unheard              int64 // µs of Charged in steps of more than 15 min
	CounterKwh           float64
	PowerKwh, CurrentKwh float64 // integrals of power, and of current times voltage
	PowerS, CurrentS     float64 // s that they cover
	SoCFrom, SoCTo       float64 // %
	PeakW                float64
	Unseen               bool // part of it was not observed or not shared
}

func (s *chargeSession) result(end int64, unseen bool) ChargeSession {
	nan := math.NaN()
	c := ChargeSession{
		Start: s.start, End: max(end, s.start), Charged: s.charged, Pauses: s.pauses, Unheard: s.unheard,
		CounterKwh: nan, PowerKwh: nan, CurrentKwh: nan, SoCFrom: nan, SoCTo: nan, PeakW: nan,
		PowerS: float64(s.powerS) / second, CurrentS: float64(s.currentS) / second,
		Unseen: s.partial || unseen || s.unheard > 0,
	}
	if s.counted {
		c.CounterKwh = s.counterKwh
	}
	if s.powerS > 0 {
		c.PowerKwh = s.powerJ / joulesPerKwh
	}
	if s.currentS > 0 {
		c.CurrentKwh = s.currentJ / joulesPerKwh
	}
	if s.haveSoC {
		c.SoCFrom, c.SoCTo = float64(s.socFrom), float64(s.socTo)
	}
	if s.peak > 0 {
		c.PeakW = s.peak
	}
	return c
}

const joulesPerKwh = 3.6e6
