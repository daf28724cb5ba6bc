package pipeline

import (
	"fmt"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/geo/privacy"
	"milepost/outcome"
	"milepost/scoring/advice"
	"milepost/telemetry"
)

// Vehicle is the state of one vehicle. It is not safe for concurrent use.
type Vehicle struct {
	id       string
	known    *fleet.History // what is known of it beside its telemetry; shared, never changed
	settings *fleet.History // known where some setting keeps the location private, else nil

	gate     privacy.Gate
	boot     uint32                      // of the newest frame
	sequence uint64                      // likewise
	hidden   bool                        // positions are hidden, at the samples gathered so far
	since    int64                       // hidden from then on, the first time since samples last belonged to the trip, µs; 0 for never
	shown    int64                       // shared again from then on, the last time, µs
	newest   [telemetry.TrackCount]int64 // time of the newest sample of each track, µs
	trips    detectors.Trips
	active   bool // samples belong to the trip
	ended    bool // nothing comes any more, as Advance was told
	trip     trip // the trip under way, or the last one
	months   []month
	history  *advice.History // of the trips before
	policies *policies       // nil where none was ever in force
	past     *past           // what late data may amend
	charge   *charge         // nil of one that never spoke of charging

	*shares
	collisions *collisions
	consented  *fleet.History // known where some profile consents to hidden places of collisions, else nil
}

// NewVehicle makes the state of a vehicle never seen before, of which one profile is
// known; Know tells more. It fails on an invalid profile.
func NewVehicle(p fleet.Profile) (*Vehicle, error) {
	v := &Vehicle{id: p.VehicleID, past: &past{}, history: &advice.History{}, shares: &shares{}, collisions: &collisions{}}
	if err := v.Know(fleet.Always(p)); err != nil {
		return nil, err
	}
	return v, nil
}

// Know tells what is known of the vehicle now, in place of what was. The profile in
// force at a trip's start goes with the trip, and a setting holds for samples of its
// time; both only for what is still to come: samples and trips that were here stay as
// they are, whatever dates the history gives. A policy's period that is open ends where
// the history says, but not before what was put into it. It fails, and changes nothing, on an
// invalid history or one of another vehicle. The vehicle keeps h.
func (v *Vehicle) Know(h fleet.History) error {
	if err := h.Validate(); err != nil {
		return err
	}
	if h.VehicleID != v.id {
		return fmt.Errorf("history of vehicle %s given to vehicle %s", h.VehicleID, v.id)
	}
	v.known, v.settings, v.consented = &h, nil, nil
	if h.EverUnshared() {
		v.settings = &h
	}
	if h.EverConsents(outcome.ConsentCollisionPosition) {
		v.consented = &h
	}
	if v.policies != nil {
		v.policies.heed(&h)
	}
	return nil
}

// Apply takes the next frame in the order of (boot, sequence). It cleans the frame
// in place and keeps nothing of it. Outcomes go to s.Out.
func (v *Vehicle) Apply(f *telemetry.Frame, s *Scratch) {
	if f.Boot != v.boot || f.Sequence <= v.sequence {
		// What the end of the last boot said, or boots between, may never have come.
		v.gate.Missed()
	}
	if f.Boot != v.boot {
		v.past.rebooted(f)
	}
	v.boot, v.sequence = f.Boot, f.Sequence
	v.veil(f, s)
	removed := 0
	removed, s.turns = v.gate.Apply(f, v.seen(), v.settings, s.turns[:0])
	s.Hidden, s.turned = s.Hidden+int64(removed), 0
	v.unveil(f, s)
	f.Clean(&s.Drops)
	f.RefuseUntimely(&s.Drops)
	v.heedAirbags(f, s)
	v.trim(f, s)
	v.past.begun(f)
	v.forgetHides(f.Arrived)
	v.heed(f, s)
	w := detectors.NewChunks(f)
	for c, ok := w.Next(); ok; c, ok = w.Next() {
		v.turn(s.turnsBefore(c.Second*1_000_000), s)
		v.dusk(c.Second)
		v.crash(&c, s)
		v.pace(&c, s)
		s.boundaries = v.trips.Scan(&c, s.boundaries[:0])
		for _, b := range s.boundaries {
			before, after := c.Split(b.Seen)
			v.gather(&before, s.turnsBefore(b.Seen), s)
			v.cross(b, s)
			c = after
		}
		v.gather(&c, s.turnsBefore((c.Second+1)*1_000_000), s)
	}
	v.turn(s.turnsBefore(math.MaxInt64), s)
	v.heeded(s)
}

// Missed tells that frames before the next one were given up.
func (v *Vehicle) Missed() {
	if v.gate.Spoken() && v.lostAt == 0 {
		v.lostAt = v.seen() + 1
	}
	v.past.missed = true
	v.gate.Missed()
}

// Next is the arrival time, Unix µs, at which Advance will have something to do; the
// largest int64 where nothing is due.
func (v *Vehicle) Next() int64 {
	return min(v.livelyAt(), v.lapsesAt(), v.collisions.expiresAt(), v.chargeOverAt(), v.issuedAt())
}

// livelyAt is when the next timer runs out that may tell something.
func (v *Vehicle) livelyAt() int64 {
	return min(v.trips.Next(), v.past.next(), v.quietAt(), v.brokenAt())
}

// Advance tells the vehicle that no record with an earlier arrival time (Unix µs)
// will come. Trips and collisions that silence has ended are closed; those that late data
// belongs to are amended; periods of policies that are over are issued. The largest int64
// says that nothing comes any more: then no period is issued, as it may not be over yet.
func (v *Vehicle) Advance(arrival int64, s *Scratch) {
	v.ended = arrival == math.MaxInt64
	for v.Next() <= arrival && v.Next() != math.MaxInt64 {
		switch v.Next() {
		case v.lapsesAt():
			v.lapse()
			continue
		case v.collisions.expiresAt():
			v.collisions.expire(v.collisions.expiresAt())
			v.collisions.recount()
			continue
		case v.chargeOverAt():
			v.chargeOver(s)
			continue
		case v.issuedAt():
			v.issue(s)
			continue
		case v.brokenAt():
			v.breakOff(s)
			continue
		case v.quietAt():
			v.quiet(s)
			continue
		}
		if v.past.next() < v.trips.Next() {
			if v.settle(s); s.Err != nil {
				return
			}
			continue
		}
		s.boundaries = v.trips.Advance(arrival, s.boundaries[:0])
		v.past.timer = true
		for _, b := range s.boundaries {
			v.cross(b, s)
		}
		v.past.timer = false
	}
}

// second is a whole second of event time, and whether the location was unshared at its
// beginning.
type second struct {
	at       int64 // Unix s
	unshared bool
}

// dusk begins a second. Of one that begins unshared, or soon after one did, collisions keep
// a shorter past: it does not matter in how many parts the second comes.
func (v *Vehicle) dusk(at int64) {
	if at != v.dim.at {
		v.dim = second{at, v.unshared}
	}
	const past = 30 // s that collisions keep
	if v.dim.unshared || v.sharedAt != 0 && at-v.sharedAt/1_000_000 <= past {
		v.collisions.detector.Shorten(at)
	}
}

// seen is the time of the newest sample, µs.
func (v *Vehicle) seen() int64 { return slices.Max(v.newest[:]) }

// trim removes what lies before samples already seen.
func (v *Vehicle) trim(f *telemetry.Frame, s *Scratch) {
	for t := range v.newest {
		t := telemetry.Track(t)
		f.TrimBefore(t, v.newest[t], &s.Drops)
		if at := *f.Offsets(t); len(at) > 0 {
			v.newest[t] = f.Start + int64(at[len(at)-1])
		}
	}
}

// cross applies a boundary.
func (v *Vehicle) cross(b detectors.Boundary, s *Scratch) {
	switch b.Kind {
	case detectors.Open:
		v.turn(s.turnsBefore(b.Seen+1), s)
		v.past.leave(&v.trip)
		v.open(b)
	case detectors.Resume:
		v.turn(s.turnsBefore(b.Seen+1), s)
		if v.unshared || v.sharedAt > b.At {
			b.Way = 0 // some of it was not shared
		}
		v.active = v.trip.id != "" || v.veiled.mode != veilNone
		v.past.resume(&v.trip, b, v.active)
		v.trip.distance.Begin(b.Way, b.Seen-b.At)
		if v.since != 0 {
			v.trip.leave(v.since)
		}
	case detectors.Pause:
		v.rest(b)
	case detectors.Close:
		seen := !v.active || !v.past.timer && detectors.Near(b.Seen-b.At)
		if !v.past.timer {
			v.turn(s.turnsBefore(b.At+1), s)
		}
		v.rest(b)
		if v.endsUnshared(b) {
			v.withhold(b, s)
			return
		}
		v.close(b, seen, s)
	}
}

// open begins a trip: where the location is not shared, only once it is.
func (v *Vehicle) open(b detectors.Boundary) {
	v.active = true
	if v.unshared {
		v.await(b)
		return
	}
	v.setOut(b)
}

// setOut begins a trip, at the first moment of it that is shared.
func (v *Vehicle) setOut(b detectors.Boundary) {
	v.veiled = veiled{}
	hidden := v.hidden || v.shown > b.At
	if v.sharedAt > b.At {
		b.At, b.Way = v.sharedAt, 0
	}
	id, named := v.tripID(b.At)
	v.trip.begin(standing{id: id, named: named}, b.At, v.termsAt(b.At))
	v.trip.distance.Begin(b.Way, b.Seen-b.At)
	if hidden {
		v.trip.leave(b.At)
	}
	v.past.open(&v.trip, b, v.boot, v.sharing())
}

// rest ends what belongs to the trip, for now.
func (v *Vehicle) rest(b detectors.Boundary) {
	if v.active {
		v.since = 0
	}
	if v.active = false; v.hidden && v.since == 0 {
		v.since = b.Seen
	}
}
