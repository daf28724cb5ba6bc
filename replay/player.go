package replay

import (
	"fmt"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/scoring/tables"
	"milepost/telemetry"
)

// Player plays recorded frames through the pipeline as fast as it can. It is the
// live path without a broker: the same order, the same vehicles, the same timers.
// Not safe for concurrent use.
type Player struct {
	cars    *cars.Cars
	summary Summary
}

// Summary says what a Player was given and what became of it.
type Summary struct {
	cars.Counts
	Vehicles   int64
	Trips      int64 // identities, not revisions
	Events     int64
	Collisions int64 // identities, not revisions
	Charges    int64 // likewise
	Factors    int64 // likewise
	ShortTrips int64 // under 50 m and 10 s: no outcome
	Hidden     int64 // positions taken out because location was not shared
	Withheld   int64 // trips that ended while location was not shared: counted in their month, no outcome
	// UnknownTables counts factors that were not computed: their policies name a table that
	// is not known.
	UnknownTables int64
	Way           Way
	Drops         []telemetry.Drop
}

// Way says how much of the trips lies on the roads of a map, m, as they closed first.
type Way struct {
	Asked     int64   // trips for which a map was asked
	Driven    float64 // by them, without what was estimated
	Matched   float64 // along roads of the map
	Estimated float64 // not shared, and bridged by the map
}

// add counts a trip.
func (w *Way) add(t *outcome.Trip) {
	if t.Receipt.Map == nil {
		return
	}
	d := t.Receipt.Distances
	w.Asked++
	w.Driven += t.DistanceM - d["estimated"]
	w.Matched += d["matched"]
	w.Estimated += d["estimated"]
}

// Emit takes an outcome; its error stops the play.
type Emit func(outcome.Outcome) error

// NewPlayer makes a player that knows these vehicles, each by as many profiles as were
// in force one after the other; others get a profile in UTC. It fails on an invalid
// profile, and on two of one vehicle from the same time on.
func NewPlayer(profiles []fleet.Profile) (*Player, error) {
	p := &Player{cars: cars.New()}
	known := make(map[string]fleet.History, len(profiles))
	for _, pr := range profiles {
		h := known[pr.VehicleID].With(pr)
		if err := p.Know(h); err != nil {
			return nil, fmt.Errorf("make player: %w", err)
		}
		known[pr.VehicleID] = h
	}
	return p, nil
}

// On puts trips that close from now on onto roads, which the player alone must use.
func (p *Player) On(roads pipeline.Roads) { p.cars.Scratch.Roads = roads }

// Judge has harsh manoeuvres judged by thresholds, from now on.
func (p *Player) Judge(by *detectors.Thresholds) { p.cars.Scratch.Events = by }

// Insure has factors computed by an insurer's tables, from now on.
func (p *Player) Insure(by *tables.Set) { p.cars.Scratch.Tables = by }

// Know takes a vehicle's dated profiles, for what is still to be played.
func (p *Player) Know(h fleet.History) error { return p.cars.Know(h) }

// Record plays one frame; frames come in the order of arrival. The frame is cleaned
// in place and not kept.
func (p *Player) Record(f *telemetry.Frame, emit Emit) error {
	if _, err := p.cars.Record(f); err != nil {
		return fmt.Errorf("play record: %w", err)
	}
	return p.flush(emit)
}

// Finish closes what is open, as if nothing came any more.
func (p *Player) Finish(emit Emit) error {
	return p.cars.Finish(func() error { return p.flush(emit) })
}

// Summary gives the counts so far.
func (p *Player) Summary() Summary {
	s := p.summary
	s.Counts = p.cars.Counts()
	awake, packed := p.cars.Count()
	s.Vehicles = int64(awake + packed)
	c := &p.cars.Scratch
	s.UnknownTables = c.UnknownTables
	s.ShortTrips, s.Hidden, s.Withheld, s.Drops = c.ShortTrips, c.Hidden, c.Withheld, c.Drops.Report()
	return s
}

// flush hands on what has come out.
func (p *Player) flush(emit Emit) error {
	out := p.cars.Scratch.Out
	for _, o := range out {
		if o.Head().Revision == 1 {
			switch o.Head().Type {
			case outcome.TypeTrip:
				p.summary.Trips++
				if t, ok := o.(*outcome.Trip); ok {
					p.summary.Way.add(t)
				}
			case outcome.TypeEvent:
				p.summary.Events++
			case outcome.TypeCollision:
				p.summary.Collisions++
			case outcome.TypeCharge:
				p.summary.Charges++
			case outcome.TypeFactor:
				p.summary.Factors++
			}
		}
		if err := emit(o); err != nil {
			return fmt.Errorf("hand on outcome %s: %w", o.Head().ID, err)
		}
	}
	clear(out)
	p.cars.Scratch.Out = out[:0]
	return nil
}
