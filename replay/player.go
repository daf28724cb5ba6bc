package replay

import (
	"fmt"
	"math"

	"milepost/fleet"
	"milepost/ingest/order"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// Player plays recorded frames through the pipeline as fast as it can. It is the
// live path without a broker: the same order, the same vehicles. Not safe for
// concurrent use.
type Player struct {
	profiles map[string]fleet.Profile
	cars     map[string]*car
	inOrder  []*car // by first appearance: what Finish closes first
	scratch  pipeline.Scratch
	summary  Summary
}

// car is a vehicle with its queue.
type car struct {
	queue   order.Queue
	vehicle *pipeline.Vehicle
	second  int64 // newest second of event time counted
}

// Summary says what a Player was given and what became of it.
type Summary struct {
	Vehicles   int64
	Frames     int64
	Samples    int64
	CarSeconds int64 // seconds of event time that the frames cover
	Trips      int64 // identities, not revisions
	Events     int64
	ShortTrips int64 // under 50 m and 10 s: no outcome
	Duplicates int64 // frames that came again
	Late       int64 // frames that came after their place was given up
	LateUnused int64 // of those, the ones that could amend nothing
	Missing    int64 // frames given up
	Hidden     int64 // positions taken out because location was not shared
	Drops      []telemetry.Drop
}

// Emit takes an outcome; its error stops the play.
type Emit func(outcome.Outcome) error

// NewPlayer makes a player that knows these vehicles; others get a profile in UTC.
// It fails on an invalid profile.
func NewPlayer(profiles []fleet.Profile) (*Player, error) {
	p := &Player{profiles: make(map[string]fleet.Profile, len(profiles)), cars: map[string]*car{}}
	for _, pr := range profiles {
		if err := pr.Validate(); err != nil {
			return nil, fmt.Errorf("make player: %w", err)
		}
		p.profiles[pr.VehicleID] = pr
	}
	return p, nil
}

// Record plays one frame; frames come in the order of arrival. The frame is cleaned
// in place and not kept.
func (p *Player) Record(f *telemetry.Frame, emit Emit) error {
	c, err := p.car(f.VehicleID)
	if err != nil {
		return err
	}
	p.summary.Frames++
	p.summary.Samples += int64(f.Samples())
	p.summary.CarSeconds += c.newSeconds(f)
	// The record first advances its own vehicle to its arrival.
	p.advance(c, f.Arrived)
	switch c.queue.Push(f) {
	case order.Now:
		c.vehicle.Apply(f, &p.scratch)
		p.advance(c, f.Arrived)
	case order.Duplicate:
		p.summary.Duplicates++
	case order.Late:
		p.summary.Late++
		if !c.vehicle.Late(f, &p.scratch) {
			p.summary.LateUnused++
		}
	}
	return p.flush(emit)
}

// Finish closes what is open, as if nothing came any more.
func (p *Player) Finish(emit Emit) error {
	for _, c := range p.inOrder {
		p.advance(c, math.MaxInt64)
		if err := p.flush(emit); err != nil {
			return err
		}
	}
	return nil
}

// Summary gives the counts so far.
func (p *Player) Summary() Summary {
	s := p.summary
	for _, c := range p.inOrder {
		s.Missing += c.queue.Gaps
	}
	s.ShortTrips, s.Hidden, s.Drops = p.scratch.ShortTrips, p.scratch.Hidden, p.scratch.Drops.Report()
	return s
}

func (p *Player) car(id string) (*car, error) {
	if c := p.cars[id]; c != nil {
		return c, nil
	}
	profile, ok := p.profiles[id]
	if !ok {
		profile = fleet.Profile{VehicleID: id}
	}
	v, err := pipeline.NewVehicle(profile)
	if err != nil {
		return nil, fmt.Errorf("play record: %w", err)
	}
	c := &car{vehicle: v}
	p.cars[id] = c
	p.inOrder = append(p.inOrder, c)
	p.summary.Vehicles++
	return c, nil
}

// advance lets a vehicle's waits and timers run out up to an arrival time, each in
// its turn: so it does not matter how often it is called.
func (p *Player) advance(c *car, now int64) {
	for {
		waits, timer := c.queue.Due(), c.vehicle.Next()
		due := min(waits, timer)
		if due > now || due == math.MaxInt64 {
			return
		}
		if timer < waits {
			c.vehicle.Advance(timer, &p.scratch)
			continue
		}
		f, missed := c.queue.Pop(now)
		if missed {
			c.vehicle.Missed()
		}
		c.vehicle.Apply(f, &p.scratch)
	}
}

// flush hands on what has come out.
func (p *Player) flush(emit Emit) error {
	for _, o := range p.scratch.Out {
		if o.Head().Revision == 1 {
			switch o.Head().Type {
			case outcome.TypeTrip:
				p.summary.Trips++
			case outcome.TypeEvent:
				p.summary.Events++
			}
		}
		if err := emit(o); err != nil {
			return fmt.Errorf("hand on outcome %s: %w", o.Head().ID, err)
		}
	}
	clear(p.scratch.Out)
	p.scratch.Out = p.scratch.Out[:0]
	if err := p.scratch.Err; err != nil {
		return fmt.Errorf("amend a trip: %w", err)
	}
	return nil
}

// newSeconds counts the seconds of event time that a frame is the first to reach.
func (c *car) newSeconds(f *telemetry.Frame) int64 {
	if f.Samples() == 0 {
		return 0
	}
	from, to := f.Start/1_000_000, f.End()/1_000_000
	from = max(from, c.second+1)
	c.second = max(c.second, to)
	return max(0, to-from+1)
}
