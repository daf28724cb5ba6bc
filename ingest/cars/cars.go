package cars

import (
	"fmt"
	"math"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// Fate says what became of a frame.
type Fate uint8

// The fates.
const (
	Used      Fate = iota // used, or held until its turn
	Duplicate             // it was here before
	Amends                // late: it will amend a trip
	TooLate               // late, and no trip is left that it could amend
)

// Counts is what went by so far.
type Counts struct {
	Frames     int64
	Samples    int64
	CarSeconds int64 // seconds of event time that the frames cover
	Duplicates int64 // frames that came again
	Amending   int64 // frames that came after their place was given up, and amend a trip
	TooLate    int64 // frames that came too late even for that
	Missing    int64 // frames given up
}

// Cars is the vehicles of one partition. It is not safe for concurrent use.
type Cars struct {
	// Scratch holds the outcomes that have come out (the caller takes them and sets
	// Out back to length 0) and the counts of what was dropped.
	Scratch pipeline.Scratch

	byID      map[string]*car
	inOrder   []*car // by first appearance
	profiles  map[string]fleet.History
	timers    timers
	watermark int64 // largest arrival time heard of, µs
	dirty     []*car
	known     map[string]struct{} // profiles changed since the last cut
	live      map[uint64]int64    // bytes still needed of each file of pieces
	awake     int
	counts    Counts
	entry     []byte
}

// New makes an empty partition.
func New() *Cars {
	return &Cars{byID: map[string]*car{}, profiles: map[string]fleet.History{}, known: map[string]struct{}{}, live: map[uint64]int64{}}
}

// Know takes what is known of a vehicle, from now on; it fails on an invalid profile.
func (c *Cars) Know(h fleet.History) error {
	if err := h.Validate(); err != nil {
		return err
	}
	before := c.profiles[h.VehicleID]
	c.profiles[h.VehicleID] = h
	c.known[h.VehicleID] = struct{}{}
	car := c.byID[h.VehicleID]
	ever := before.EverConsents(outcome.ConsentCollisionPosition) || before.EverConsents(outcome.ConsentInsurance)
	if car != nil && ever && !before.Equal(h) {
		// What is kept by a consent may have to go, and a policy's period to end, though the vehicle rests.
		if _, err := c.wake(car); err != nil {
			return err
		}
	}
	if car != nil && car.awake != nil {
		if err := car.awake.vehicle.Know(h); err != nil {
			return err
		}
		car.awake.conceal(nil, &c.Scratch)
		c.touch(car)
	}
	return nil
}

// Forget drops what is known of a vehicle: nothing is any more.
func (c *Cars) Forget(vehicle string) error {
	if !c.Knows(vehicle) {
		return nil
	}
	if err := c.Know(fleet.Always(fleet.Profile{VehicleID: vehicle})); err != nil {
		return err
	}
	delete(c.profiles, vehicle)
	return nil
}

// Knows reports whether a profile of the vehicle is in force.
func (c *Cars) Knows(vehicle string) bool {
	_, ok := c.profiles[vehicle]
	return ok
}

// latest is the last arrival time that can be one, of the year 2200, µs: sums of later
// ones could overflow.
const latest = 7_258_118_400_000_000

// Record takes the frame of one record, in the order of the log: the timers of all
// vehicles run to its arrival time first. The frame is cleaned in place and not kept.
func (c *Cars) Record(f *telemetry.Frame) (Fate, error) {
	if f.Arrived < 0 || f.Arrived > latest {
		f.Arrived = c.watermark // it has none
	}
	if err := c.Advance(f.Arrived); err != nil {
		return Used, err
	}
	car := c.car(f.VehicleID)
	a, err := c.wake(car)
	if err != nil {
		return Used, err
	}
	car.lag = c.watermark - f.Arrived
	c.counts.Frames++
	c.counts.Samples += int64(f.Samples())
	c.counts.CarSeconds += car.newSeconds(f)
	gaps := a.queue.Gaps
	// The record first advances its own vehicle to its arrival: that decides what is late.
	a.advance(f.Arrived, &c.Scratch)
	fate := a.take(f, &c.Scratch)
	c.counts.Missing += a.queue.Gaps - gaps
	c.count(fate)
	c.touch(car)
	return fate, c.Scratch.Err
}

// Advance tells that no record with an earlier arrival time (Unix µs) will come. A
// vehicle whose records lie behind the others' is as far behind in this too: how
// long it has been silent is counted from its own newest record.
func (c *Cars) Advance(watermark int64) error {
	c.watermark = max(c.watermark, watermark)
	for len(c.timers) > 0 && c.timers[0].due <= c.watermark {
		t := c.timers.pop()
		if t.due != t.car.due {
			continue // the car means another entry
		}
		t.car.due = math.MaxInt64
		if err := c.advance(t.car, c.watermark-t.car.lag); err != nil {
			return err
		}
	}
	return nil
}

// Finish closes what is open, as if nothing came any more, in the order in which
// the vehicles first appeared; emit is called after each.
func (c *Cars) Finish(emit func() error) error {
	for _, car := range c.inOrder {
		if err := c.advance(car, math.MaxInt64); err != nil {
			return err
		}
		if err := emit(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cars) advance(car *car, to int64) error {
	a, err := c.wake(car)
	if err != nil {
		return err
	}
	gaps := a.queue.Gaps
	if a.due() <= to {
		a.advance(to, &c.Scratch)
		c.counts.Missing += a.queue.Gaps - gaps
	}
	c.touch(car)
	return c.Scratch.Err
}

// car finds or begins a vehicle.
func (c *Cars) car(id string) *car {
	if known := c.byID[id]; known != nil {
		return known
	}
	fresh := &car{id: id, due: math.MaxInt64}
	c.byID[id] = fresh
	c.inOrder = append(c.inOrder, fresh)
	return fresh
}

// touch notes a change, and when the car will next have something to do.
func (c *Cars) touch(car *car) {
	if !car.dirty {
		car.dirty = true
		c.dirty = append(c.dirty, car)
	}
	due := car.awake.due()
	if due < math.MaxInt64-car.lag {
		due += car.lag
	}
	if due < car.due {
		car.due = due
		c.timers.push(timer{due: due, car: car})
	}
}

// wake gives a car's state to work on.
func (c *Cars) wake(car *car) (*awake, error) {
	if car.awake != nil {
		return car.awake, nil
	}
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: car.id})
	if err != nil {
		return nil, fmt.Errorf("make vehicle: %w", err)
	}
	if history, ok := c.profiles[car.id]; ok {
		if err := v.Know(history); err != nil {
			return nil, fmt.Errorf("make vehicle: %w", err)
		}
	}
	a := &awake{vehicle: v}
	if car.packed != nil {
		if err := a.unpack(car.packed); err != nil {
			return nil, fmt.Errorf("read a vehicle's state: %w", err)
		}
		car.packed = nil
	}
	car.awake = a
	c.awake++
	return a, nil
}

// Changed reports whether anything changed since the last cut.
func (c *Cars) Changed() bool { return len(c.dirty) > 0 || len(c.known) > 0 }

// Watermark is the largest arrival time heard of, Unix µs.
func (c *Cars) Watermark() int64 { return c.watermark }

// Count gives the number of vehicles, awake and packed.
func (c *Cars) Count() (awake, packed int) { return c.awake, len(c.byID) - c.awake }

// Counts gives what went by so far.
func (c *Cars) Counts() Counts { return c.counts }

func (c *Cars) count(f Fate) {
	switch f {
	case Used:
	case Duplicate:
		c.counts.Duplicates++
	case Amends:
		c.counts.Amending++
	case TooLate:
		c.counts.TooLate++
	}
}
