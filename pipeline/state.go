package pipeline

import (
	"fmt"
	"math"

	"milepost/scoring/advice"
	"milepost/state"
)

// vehicleVersion is the layout of a Vehicle's state. It grows with every change of
// what State methods visit, here and below; State then reads both.
const vehicleVersion = 4 // 2: collisions; 3: unshared stretches, headings and accuracies of fixes, signs of limits, events of speeding; 4: totals of months, policies, charged energy of frames, charging sessions, what coaching needs of seconds, trips that others are compared with

// AppendState appends the vehicle's state to buf: all but its profile. A trip that
// can't be taken up again is left out.
func (v *Vehicle) AppendState(buf []byte) []byte {
	v.retire()
	c := state.NewWriter(buf)
	v.state(c)
	b, _ := c.Done() // a writer has no errors
	return b
}

// LoadState puts a state in place of a vehicle's own. It fails with an error that
// wraps state.ErrDamaged, or with a *state.NewerError; the vehicle is then as one
// never seen.
func (v *Vehicle) LoadState(b []byte) error {
	c := state.NewReader(b)
	v.state(c)
	if _, err := c.Done(); err != nil {
		*v = Vehicle{id: v.id, known: v.known, settings: v.settings, consented: v.consented, past: &past{}, history: &advice.History{}, shares: &shares{}, collisions: &collisions{}}
		return fmt.Errorf("load state of vehicle: %w", err)
	}
	return nil
}

// Parked reports whether no trip is under way and no timer runs but those that forget
// what is old: until its next frame, or Next, the vehicle may be kept as bytes.
func (v *Vehicle) Parked() bool { return !v.active && v.livelyAt() == math.MaxInt64 }

func (v *Vehicle) state(c *state.Codec) {
	version := c.Version(vehicleVersion)
	for t := range v.newest {
		c.Time(&v.newest[t])
	}
	c.Uint32(&v.boot)
	v.gate.State(c, version >= 3)
	c.Uint64(&v.sequence)
	c.Bool(&v.hidden)
	c.Time(&v.since)
	c.Time(&v.shown)
	v.unsharedState(c, version)
	v.trips.State(c)
	c.Bool(&v.active)
	settled := v.Settled()
	c.Bool(&settled)
	c.Check(!settled || !v.active, "trip under way without its state")
	if !settled {
		v.trip.state(c, version)
	} else if c.Reading() {
		v.trip = trip{trace: v.trip.trace, found: v.trip.found[:0]}
		v.trip.trace.Reset()
	}
	v.past.state(c, version)
	v.sumsState(c, version)
	if c.Reading() {
		v.collisions = &collisions{}
	}
	if version >= 2 {
		v.collisions.state(c)
	}
}

// sumsState visits what is kept of more than one trip: months, charging, what was learnt of
// trips, and periods of policies.
func (v *Vehicle) sumsState(c *state.Codec, version uint16) {
	state.Slice(c, &v.months, func(c *state.Codec, m *month) {
		m.State(c, version)
		c.Uint32(&m.revision)
		if version >= 4 {
			c.Bool(&m.over)
		}
	})
	v.charge = v.charge.load(c, version)
	if c.Reading() {
		v.history, v.trip.learnt, v.trip.joined, v.policies = &advice.History{}, nil, false, nil
	}
	if version >= 4 {
		v.learntState(c)
		v.policiesState(c)
	}
}

// unsharedState visits what is known of unshared stretches. Before version 3 nothing told a
// doubt from what the signal says: what was hidden counts as not shared.
func (v *Vehicle) unsharedState(c *state.Codec, version uint16) {
	if version < 3 {
		v.unshared, v.sharedAt = v.hidden, 0
		if v.hides = nil; v.hidden {
			v.hides = []hide{{extent{v.seen(), forever}, true}}
		}
		return
	}
	c.Bool(&v.unshared)
	c.Time(&v.sharedAt)
	state.Slice(c, &v.hides, func(c *state.Codec, e *hide) {
		c.Bool(&e.unshared)
		c.Time(&e.from)
		if begun(c, e.to != forever) {
			c.Time(&e.to)
		} else {
			e.to = forever
		}
	})
	c.Time(&v.lostAt)
	state.Enum(c, &v.veiled.mode, veilDrawn)
	c.Time(&v.veiled.from)
	c.Int64(&v.dim.at)
	c.Bool(&v.dim.unshared)
}

// Settled reports whether the vehicle is parked and no sample that may still come can
// take its last trip up again: its state is then at its smallest.
func (v *Vehicle) Settled() bool { return !v.active && v.trips.Settled(&v.newest) }
