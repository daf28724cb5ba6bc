package detectors

import "math"

// Leave tells that the location is not shared from now on: of what comes until it is shared
// again nothing will be told, and what was known before says nothing of what comes after.
func (d *Charging) Leave() {
	if s := &d.session; s.phase == chargeOn {
		s.phase, s.stopped = chargePaused, s.at
		s.partial = true
	}
	d.charges, d.cable, d.engine = min(d.charges, no), min(d.cable, no), unsaid
	d.reading, d.moves, d.stands, d.moved, d.blind = chargeReading{}, false, false, 0, true
}

// Next is the arrival time, Unix µs, at which Advance will have something to do; the largest
// int64 where nothing is due.
func (d *Charging) Next() int64 {
	switch s := &d.session; {
	case s.told:
	case s.phase == chargePaused:
		return d.arrived + chargePause
	case s.phase == chargeOn:
		return d.arrived + chargeUnheard
	}
	return math.MaxInt64
}

// Advance gives the session that the vehicle's silence, in arrival time, has ended. What is
// on its way may still take it up again: then it is given once more.
func (d *Charging) Advance(out []ChargeSession) []ChargeSession {
	if d.session.phase != chargeNone && !d.session.told {
		r := d.result()
		out = append(out, r)
		d.session.told, d.session.toldUnseen = true, r.Unseen
	}
	return out
}

// Start is when the session under way began, or the last one that may still go on, µs; 0
// for none.
func (d *Charging) Start() int64 { return d.session.start }

// Newest is the time of the newest word of that session, µs.
func (d *Charging) Newest() int64 { return d.session.at }

// Cut ends the session under way, or the last one, at a time from which on the location was
// not shared, as is known only now. What was charged until then nobody knows any more.
func (d *Charging) Cut(at int64) ChargeSession {
	s := d.session
	d.Leave()
	d.Drop()
	c := s.result(max(min(at, s.at), s.start), true)
	nan := math.NaN()
	c.Charged = min(c.Charged, c.End-c.Start)
	c.Pauses, c.Unheard = min(c.Pauses, c.End-c.Start-c.Charged), 0
	c.CounterKwh, c.PowerKwh, c.CurrentKwh, c.PowerS, c.CurrentS, c.SoCTo, c.SoCFrom, c.PeakW = nan, nan, nan, 0, 0, nan, nan, nan
	return c
}

// Drop forgets the session under way, or the last one.
func (d *Charging) Drop() { d.session, d.arrived = chargeSession{}, 0 }
