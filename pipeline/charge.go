package pipeline

import (
	"math"
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/state"
)

// charge is what a vehicle keeps to find charging sessions: the one under way, or the last
// one where what is on its way may still take it up again.
type charge struct {
	detector detectors.Charging
	start    int64 // of the session that the following are of, µs
	zone     string
	account  string
	revision uint32   // newest that is out
	out      bool     // that is not a withdrawal
	periods  []uint32 // of policies that it was put into, by their numbers
}

// charges gives samples that are shared to the detector of charging.
func (v *Vehicle) charges(c *detectors.Chunk, s *Scratch) {
	if v.charge == nil {
		if !detectors.TellsOfCharging(c) {
			return
		}
		v.charge = &charge{}
		if v.sharedAt != 0 {
			v.charge.detector.Leave() // it may have charged before
		}
	}
	s.charges = v.charge.detector.Apply(c, s.charges[:0])
	v.tellCharges(s)
}

// chargeOverAt is the arrival time at which silence ends a session, the largest int64 where
// none is under way.
func (v *Vehicle) chargeOverAt() int64 {
	if v.charge == nil {
		return math.MaxInt64
	}
	return v.charge.detector.Next()
}

// chargeOver tells the session that silence has ended.
func (v *Vehicle) chargeOver(s *Scratch) {
	s.charges = v.charge.detector.Advance(s.charges[:0])
	v.tellCharges(s)
}

// tellCharges tells the sessions in the scratch, and notes what is known of the vehicle at
// the start of one that has begun since.
func (v *Vehicle) tellCharges(s *Scratch) {
	for i := range s.charges {
		v.tellCharge(&s.charges[i], s)
	}
	k := v.charge
	start := k.detector.Start()
	if start == k.start {
		return
	}
	*k = charge{detector: k.detector, start: start}
	if start != 0 {
		at := v.termsAt(start)
		k.zone, k.account = at.zone.String(), at.account
	}
}

// tellCharge tells a session that is over: anew, where it was told and then went on.
func (v *Vehicle) tellCharge(c *detectors.ChargeSession, s *Scratch) {
	k := v.charge
	in := c.Inputs()
	f := detectors.ChargeOf(in, chargeThresholds)
	if !f.Kept {
		v.withdrawCharge(s) // what was told of it, before it went on, was not so
		return
	}
	fresh := !k.out
	k.revision, k.out = k.revision+1, true
	o := k.outcome(v.id, c)
	o.Partial, o.Inputs, o.Thresholds = f.Partial, in, chargeThresholds
	if o.EnergyKwh = known(f.EnergyKwh, 3); o.EnergyKwh != nil {
		o.EnergySource = f.Source
	}
	o.SoCFromPct, o.SoCToPct, o.PeakKw = known(c.SoCFrom, 2), known(c.SoCTo, 2), known(c.PeakW/1000, 2)
	s.Out = append(s.Out, o)
	if fresh {
		k.periods = v.insureCharge(o, s)
	}
}

// outcome writes what a session says of itself without its figures.
func (k *charge) outcome(vehicle string, c *detectors.ChargeSession) *outcome.Charge {
	at := outcome.Time(c.Start)
	o := &outcome.Charge{
		Header:    outcome.Header{Type: outcome.TypeCharge, ID: outcome.ID(vehicle, "charge", at), VehicleID: vehicle, At: at, Revision: k.revision},
		State:     outcome.Final,
		StartedAt: at, EndedAt: outcome.Time(c.End), Zone: k.zone, LocalDate: k.date(),
		DurationS: seconds(c.End - c.Start), ChargingS: seconds(c.Charged),
		AccountID: k.account, Method: detectors.ChargeMethod,
	}
	if k.revision > 1 {
		o.State = outcome.Amended
	}
	return o
}

// load writes the state, or reads it into one of its own.
func (k *charge) load(c *state.Codec, version uint16) *charge {
	if version < 4 || !begun(c, k != nil) {
		return nil
	}
	if c.Reading() {
		k = &charge{}
	}
	k.state(c)
	return k
}

func (k *charge) state(c *state.Codec) {
	k.detector.State(c)
	c.Time(&k.start)
	if !begun(c, k.start != 0) {
		return
	}
	c.String(&k.zone)
	c.String(&k.account)
	c.Uint32(&k.revision)
	c.Bool(&k.out)
	state.Slice(c, &k.periods, func(c *state.Codec, number *uint32) { c.Uint32(number) })
}

// date is the local date of the session's start.
func (k *charge) date() string {
	zone, err := fleet.Profile{Zone: k.zone}.Location()
	if err != nil {
		zone = time.UTC // a profile's zone exists
	}
	return time.UnixMicro(k.start).In(zone).Format(time.DateOnly)
}

// chargeThresholds are the same in every receipt of this method version.
var chargeThresholds = detectors.ChargeThresholds()

// uncharge takes back what is known of charging from a time up to another, exclusive, of
// which it comes out late that it was not shared. A session that began before, and reached
// into it, ends there, and nothing but its times is left of it.
func (v *Vehicle) uncharge(from, to int64, s *Scratch) {
	k := v.charge
	if k == nil {
		return
	}
	start, end := k.detector.Start(), k.detector.Newest()
	if start == 0 || start >= to || end < from {
		return
	}
	if start < from {
		s.charges = append(s.charges[:0], k.detector.Cut(from))
		v.tellCharges(s)
		return
	}
	v.withdrawCharge(s)
	k.detector.Leave()
	k.detector.Drop()
	*k = charge{detector: k.detector}
}

// withdrawCharge takes the session back that is under way, if it is out, and says nothing
// of it.
func (v *Vehicle) withdrawCharge(s *Scratch) {
	k := v.charge
	if !k.out {
		return
	}
	k.revision, k.out = k.revision+1, false
	o := k.outcome(v.id, &detectors.ChargeSession{Start: k.start, End: k.start})
	o.State, o.Partial, o.Inputs, o.Thresholds = outcome.Withdrawn, true, map[string]float64{}, map[string]float64{}
	s.Out = append(s.Out, o)
	v.countCharge(k.periods, o.LocalDate, -1, s)
	k.periods = nil
}
