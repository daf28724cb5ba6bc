package pipeline

import (
	"slices"
	"strconv"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/telemetry"
)

// amendedFlags say in a receipt that a trip was computed from summaries, and how many
// of its seconds came late.
func amendedFlags(late int32) []string {
	return []string{"amended_from_summaries", "late_seconds_" + strconv.Itoa(int(late))}
}

// gatherThin adds a part of a second that was summarised.
func (t *trip) gatherThin(c *detectors.Chunk, second *summary, r *rerun, s *Scratch) {
	if c.Second != t.second {
		t.roll(c.Second)
	}
	f := c.Frame
	s.points = s.points[:0]
	for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
		at, v := f.Start+int64(f.Speed.At[i]), f.Speed.Speed[i]
		s.points = t.grid.Read(at, float64(v), second.broken && i == 0, s.points)
		t.distance.ReadSpeed(at, v)
		if i == len(f.Speed.At)-1 {
			highest := float32(float64(max(second.v, -second.v, second.w, -second.w)+second.high) / 100)
			t.distance.Correct(float64(second.metres)/100, int64(second.driving)*1000, highest)
		}
	}
	for _, p := range s.points {
		t.dynamics.Add(p)
		t.night.add(p, r.w.zone)
	}
	if c.Lo[telemetry.TrackEnergy] != c.Hi[telemetry.TrackEnergy] {
		r.energy(c, second)
	}
	t.locate(c)
	if r.noted != second {
		r.noted = second
		t.spans.addSecond(second)
	}
}

// energy adds what the powertrain told in a second.
func (r *rerun) energy(c *detectors.Chunk, second *summary) {
	t := &r.w.trip
	if second.odometer >= 0 {
		t.distance.ReadOdometer(c.Frame.Start+int64(second.energyAt)*1000, float64(second.odometer)/10)
	}
	if second.power {
		step := second.second - r.power
		if step > energySteady {
			step = 1
		}
		joules := 10 * float64(max(step, 1))
		t.energy.Draw(float64(float64(second.drawn)*joules), float64(float64(second.regen)*joules))
		r.power = second.second
	}
	t.energy.Apply(c, t.driven, t.moving)
}

// addSecond notes the samples of a second.
func (s *spans) addSecond(second *summary) {
	from, to := second.second*1_000_000, second.second*1_000_000+int64(second.last)*1000
	for t, n := range second.counts {
		if n > 0 {
			s.track[t].add(from, to, int64(n), trackGap)
		}
	}
	if second.counts[telemetry.TrackMotion]+second.counts[telemetry.TrackSpeed]+second.counts[telemetry.TrackPosition] > 0 {
		s.drive.add(from, to, 1, driveGap)
	}
}

// publish gives out a trip that was found again, its new events and its month, unless
// it stands so already.
func (v *Vehicle) publish(g *segment, s *Scratch) {
	k, o := g.of, g.outcome
	if k.out() && k.late == g.late && k.start == g.start && k.end == g.end {
		return
	}
	if k.revision == 0 && k.last {
		v.trip.id = "" // nobody has seen it
		k.id = v.tripID(g.start)
		v.trip.id = k.id
	}
	k.start, k.end, k.late = g.start, g.end, g.late
	if k.revision == 0 && short(o) {
		if !k.short {
			k.short = true
			s.ShortTrips++
		}
		return
	}
	k.revision++
	o.ID, o.Revision, o.State = k.id, k.revision, outcome.Final
	if k.revision > 1 {
		o.State = outcome.Amended
	}
	for _, f := range g.findings {
		if f.revision > 0 && f.trip == k.id {
			continue
		}
		f.src.dirty = true
		f.revision, f.trip = f.revision+1, k.id
		e := v.event(&f.Finding)
		e.TripID, e.Revision = k.id, f.revision
		if f.revision > 1 {
			e.State = outcome.Amended
		}
		s.Out = append(s.Out, e)
	}
	s.Out = append(s.Out, o)
	v.enter(&k.standing, o, g.driver, s)
}

// withdraw takes back a trip that is none, or part of another, with what its month
// has of it.
func (v *Vehicle) withdraw(k *kept, s *Scratch) {
	k.revision++
	at := outcome.Time(k.end)
	s.Out = append(s.Out, &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: k.id, VehicleID: v.id, At: at, Revision: k.revision},
		State:  outcome.Withdrawn, StartedAt: outcome.Time(k.start), EndedAt: at,
	})
	v.takeOut(&k.standing, s)
}

// tripID is the identity of the vehicle's trip that begins at a time. A trip whose start
// moved keeps its identity: another that begins where it first did is told from it.
func (v *Vehicle) tripID(start int64) string {
	for at := start; ; at++ {
		id := outcome.ID(v.id, string(outcome.TypeTrip), outcome.Time(at))
		if v.trip.id != id && !slices.ContainsFunc(v.past.kept, func(k *kept) bool { return k.id == id }) {
			return id
		}
	}
}
