package detectors

import (
	"milepost/telemetry"
)

// Rules of charging sessions [defaults of this project; science: at least 5 min, pauses
// under 15 min belong to the session].
const (
	chargeLeast   = 5 * 60 * second  // a session charges at least so long
	chargePause   = 15 * 60 * second // a longer pause ends the session
	chargeUnheard = 60 * 60 * second // a longer silence of a vehicle that charges ends it at its last word
	chargeStep    = 15 * 60 * second // the longest step over which a power, a state of charge or a count is believed to hold
	chargeTail    = 60 * second      // what is read so soon after the end is of the session
	chargeLeastW  = 200.0            // less power on a cable is a sensor's error: 6 A at 110 V are 660 W
	stillAfter    = 30 * second      // a speed older than this says nothing
)

// answer is what a vehicle said of something, true or false.
type answer uint8

const (
	unsaid answer = iota
	no
	yes
)

func answerOf(v float32) answer {
	if v == 0 {
		return no
	}
	return yes
}

// Charging finds sessions of charging the traction battery from outside: while the vehicle
// says that it charges or, where it never says so, while a cable is plugged in and power
// flows into the battery; standing, with the engine off. What was last said holds until it is said anew, so
// that formats which send changes alone are read too. Its zero value is a vehicle never
// seen.
type Charging struct {
	charges, cable, engine answer
	reading                chargeReading // newest of each
	second                 int64         // Unix s: whose speeds are being looked at
	moves, stands          bool          // one of them is that of a car that moves, that stands
	moved                  int64         // Unix s of the newest second with speeds, if the car moved in it; else 0
	blind                  bool          // nothing was seen since the location was last not shared
	session                chargeSession
	arrived                int64 // of the newest frame that told of the session, µs
}

// chargeReading is the newest value of each quantity with its time, µs; 0 for none.
type chargeReading struct {
	soc, volts, amps, power         float32
	counter                         float64
	socAt, voltsAt, ampsAt, powerAt int64
	counterAt                       int64
}

// TellsOfCharging reports whether a chunk has a word on charging or on the cable: a vehicle
// that never had one needs no Charging.
func TellsOfCharging(c *Chunk) bool {
	e := &c.Frame.Energy
	for i := c.Lo[telemetry.TrackEnergy]; i < c.Hi[telemetry.TrackEnergy] && len(e.Charging)+len(e.CablePlugged) > 0; i++ {
		if a, b := telemetry.At(e.Charging, i), telemetry.At(e.CablePlugged, i); a == a || b == b {
			return true
		}
	}
	return false
}

// Apply adds a chunk's samples, all of which are shared, and appends the sessions that
// they end.
func (d *Charging) Apply(c *Chunk, out []ChargeSession) []ChargeSession {
	e := &c.Frame.Energy
	out = d.tick(c.Second, out)
	d.look(c)
	for i := c.Lo[telemetry.TrackEnergy]; i < c.Hi[telemetry.TrackEnergy]; i++ {
		if tellsCharge(e, i) {
			out = d.sample(c.Frame.Start+int64(e.At[i]), e, i, out)
			d.arrives(c.Frame.Arrived)
		}
	}
	return out
}

// arrives notes the newest record that told of the session under way.
func (d *Charging) arrives(at int64) {
	if d.session.phase != chargeNone {
		d.arrived = max(d.arrived, at)
	} else {
		d.arrived = 0
	}
}

// tellsCharge reports whether a sample says anything of charging.
func tellsCharge(e *telemetry.Energy, i int) bool {
	known := func(v float32) bool { return v == v }
	return known(telemetry.At(e.Charging, i)) || known(telemetry.At(e.CablePlugged, i)) || known(telemetry.At(e.SoC, i)) ||
		known(telemetry.At(e.Power, i)) || known(telemetry.At(e.Current, i)) || known(telemetry.At(e.Voltage, i)) ||
		telemetry.Known(telemetry.At(e.ChargedEnergy, i))
}

// tick begins a second: the one before is complete, and what it says of motion counts.
func (d *Charging) tick(at int64, out []ChargeSession) []ChargeSession {
	if at > d.second {
		if d.moves {
			out = d.drives(out)
		} else if d.stands {
			d.moved = 0
		}
		d.second, d.moves, d.stands = at, false, false
	}
	return d.expire(at*second, out)
}

// look notes the speeds of a chunk, for when its second is complete.
func (d *Charging) look(c *Chunk) {
	v := c.Frame.Speed.Speed
	if len(v) == 0 || c.Second < d.second {
		return
	}
	for _, v := range v[c.Lo[telemetry.TrackSpeed]:c.Hi[telemetry.TrackSpeed]] {
		d.moves = d.moves || Moving(v)
		d.stands = d.stands || !Moving(v) && v == v
	}
}

// drives ends what charging there was: a car that moves is on no cable, whatever it said last.
func (d *Charging) drives(out []ChargeSession) []ChargeSession {
	d.moved = d.second
	d.charges, d.cable = min(d.charges, no), min(d.cable, no)
	if d.session.phase == chargeNone {
		return out
	}
	return d.end(out)
}

// expire ends a session whose pause or silence has lasted too long at a time.
func (d *Charging) expire(now int64, out []ChargeSession) []ChargeSession {
	switch s := &d.session; {
	case s.phase == chargeOn && now-s.at > chargeUnheard, s.phase == chargePaused && now-s.stopped >= chargePause:
		return d.end(out)
	}
	return out
}

// end gives the session, unless a timer has given it so, and forgets it.
func (d *Charging) end(out []ChargeSession) []ChargeSession {
	if r := d.result(); !d.session.told || r.Unseen != d.session.toldUnseen {
		out = append(out, r)
	}
	d.session = chargeSession{}
	return out
}

// result is the session as it stands, if it is over: where the vehicle said that it stopped,
// or at its last word. That end was not seen, unless it drove off soon after.
func (d *Charging) result() ChargeSession {
	s := &d.session
	if s.phase == chargePaused {
		return s.result(s.stopped, false)
	}
	left := d.moves && d.second*second-s.at <= chargeStep
	return s.result(s.at, !left)
}

// sample takes one sample that says something.
func (d *Charging) sample(at int64, e *telemetry.Energy, i int, out []ChargeSession) []ChargeSession {
	out = d.expire(at, out)
	s := &d.session
	if s.phase == chargeOn {
		s.step(at, &d.reading)
	}
	d.hear(e, i)
	active := d.active(at, e, i)
	switch {
	case s.phase == chargeNone && active:
		s.begin(at, &d.reading, d.blind)
	case s.phase == chargePaused && active:
		s.phase, s.told = chargeOn, false
		s.pauses += at - s.stopped
	case s.phase == chargeOn && !active:
		s.phase, s.stopped = chargePaused, at
	}
	d.read(at, e, i)
	if s.phase != chargeNone {
		s.at = at
	}
	d.blind = false
	return out
}

// hear takes what the vehicle says of itself.
func (d *Charging) hear(e *telemetry.Energy, i int) {
	if v := telemetry.At(e.Charging, i); v == v {
		d.charges = answerOf(v)
	}
	if v := telemetry.At(e.CablePlugged, i); v == v {
		d.cable = answerOf(v)
	}
	if v := telemetry.At(e.EngineRunning, i); v == v {
		d.engine = answerOf(v)
	}
}

// active reports whether the battery is being charged from outside.
func (d *Charging) active(at int64, e *telemetry.Energy, i int) bool {
	switch {
	case d.engine == yes || d.moved != 0 && at-d.moved*second < stillAfter:
		return false
	case d.charges != unsaid:
		return d.charges == yes
	}
	w := float64(powerOf(e, i))
	if w != w {
		w, _ = d.reading.byPower(at)
	}
	return d.cable == yes && w > chargeLeastW
}

// read takes the sample's quantities, into the session where one is open.
func (d *Charging) read(at int64, e *telemetry.Energy, i int) {
	r, s := &d.reading, &d.session
	reads := s.reads(at)
	if v := telemetry.At(e.SoC, i); v == v {
		if reads {
			s.readSoC(v)
		}
		r.soc, r.socAt = v, at
	}
	if v := telemetry.At(e.ChargedEnergy, i); telemetry.Known(v) {
		if reads {
			s.readCounter(v, at, r)
		}
		r.counter, r.counterAt = v, at
	}
	if s.phase == chargeNone && d.cable != yes && d.charges != yes {
		// Parked cars are many: what nothing will ask for is not kept.
		*r = chargeReading{soc: r.soc, socAt: r.socAt, counter: r.counter, counterAt: r.counterAt}
		return
	}
	if v := telemetry.At(e.Voltage, i); v == v {
		r.volts, r.voltsAt = v, at
	}
	if v := telemetry.At(e.Current, i); v == v {
		r.amps, r.ampsAt = v, at
	}
	if v := telemetry.At(e.Power, i); v == v {
		r.power, r.powerAt = v, at
	}
	if s.phase == chargeOn {
		s.peak = max(s.peak, r.watts(at))
	}
}

// watts is the power into the battery, by the vehicle's word or by current and voltage; 0
// where neither is known.
func (r *chargeReading) watts(at int64) float64 {
	if w, ok := r.byPower(at); ok {
		return w
	}
	w, _ := r.byCurrent(at)
	return w
}

func (r *chargeReading) byPower(at int64) (w float64, ok bool) {
	return max(float64(r.power), 0), r.powerAt != 0 && at-r.powerAt <= chargeStep
}

func (r *chargeReading) byCurrent(at int64) (w float64, ok bool) {
	return max(float64(r.amps)*float64(r.volts), 0), r.ampsAt != 0 && r.voltsAt != 0 && at-min(r.ampsAt, r.voltsAt) <= chargeStep
}
