package pipeline

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring"
)

// A trip shorter than both is dropped: a car moved in its garage.
const (
	leastM = 50.0
	leastS = 10.0
)

// close ends the trip under way at a boundary and emits its events, itself and
// its month; a trip closed before comes out with a higher revision. Seen says that
// samples told of the end, not a timer. A trip of which something came late is
// computed from its summaries.
func (v *Vehicle) close(b detectors.Boundary, seen bool, s *Scratch) {
	t := &v.trip
	if t.id == "" {
		return
	}
	t.finish(s, b.At)
	v.past.finish(t, b, seen)
	if v.amended(b.At, s) {
		return
	}
	d, ok := v.drive(s)
	if !ok {
		return
	}
	o, speeding := v.tripOutcome(b, d, s)
	if t.revision == 0 && short(o) {
		if !t.short {
			t.short = true
			s.ShortTrips++
		}
		return
	}
	t.revision++
	o.Revision, o.State = t.revision, outcome.Final
	if t.revision > 1 {
		o.State = outcome.Amended
	}
	v.giveAll(s)
	v.tellSpeeding(&t.standing, speeding, s)
	v.learn(&t.standing, o, v.lesson(o, t.driver(b), s))
	s.Out = append(s.Out, o)
	v.enter(&t.standing, o, t.driver(b), s)
}

// short reports whether a trip is dropped.
func short(o *outcome.Trip) bool { return o.DistanceM < leastM && o.DurationS < leastS }

// tripOutcome writes the trip as it stands, ending at the boundary, and its stretches of
// speeding. The drive is nil where it is not kept.
func (v *Vehicle) tripOutcome(b detectors.Boundary, d *drive, s *Scratch) (*outcome.Trip, []over) {
	t := &v.trip
	end := max(b.At, t.start)
	start := time.UnixMicro(t.start).In(t.terms.zone)
	o := &outcome.Trip{
		Header:    outcome.Header{Type: outcome.TypeTrip, ID: t.id, VehicleID: v.id, At: outcome.Time(t.named)},
		StartedAt: outcome.Time(t.start), EndedAt: outcome.Time(end),
		Zone: t.terms.zone.String(), LocalDate: start.Format(time.DateOnly),
		DurationS:   seconds(end - t.start),
		DrivingS:    round(seconds(min(t.distance.Driving(), end-t.start)), 1),
		MaxSpeedKmh: round(t.distance.MaxSpeed()*3.6, 1),
		NightS:      float64(t.night.seconds),
		AccountID:   t.terms.account,
		DriverID:    pseudonym(t.driver(b)),
	}
	// Standing that ended the trip is not idling within it.
	o.IdleS = round(max(0, min(seconds(t.distance.Idle()), o.DurationS-o.DrivingS)), 1)
	v.measure(o, b.Way)
	v.consume(o, end)
	v.score(o, s)
	return o, v.pave(o, d, s)
}

// driver of the trip: who was identified, or else who is linked with the vehicle.
func (t *trip) driver(b detectors.Boundary) int64 { return cmp.Or(b.Driver, t.terms.driver) }

// measure chooses the distance, less what was counted beyond the trip's end, m, and
// says what speaks for and against it.
func (v *Vehicle) measure(o *outcome.Trip, beyond float64) {
	t := &v.trip
	m := t.distance.Metres()
	way, source := chooseDistance(m)
	// Readings after the end, or that lagged, put no more way into a trip than can be driven in it.
	way = min(max(0, way-beyond), detectors.Farthest(o.DurationS))
	o.DistanceM, o.DistanceSource = round(way, 1), source
	if o.DurationS > 0 {
		o.AvgSpeedKmh = round(way/o.DurationS*3.6, 1)
	}
	o.Receipt.Distances = map[string]float64{
		"odometer": round(m.Odometer, 1), "speed": round(m.Speed, 1), "bridged": round(m.Bridged, 1),
		"gnss": round(m.Path, 1), "tunnels": round(t.tunnels.Metres, 1),
	}
	o.Receipt.Tracks = t.spans.report(int64(o.EndedAt))
	o.Partial = t.spans.drive.gaps > 0 || t.wasHidden(int64(o.EndedAt))
	o.Receipt.Flags = t.flags(m, int64(o.EndedAt))
}

// chooseDistance takes the odometer, the truth where it ran through; else speed,
// with the fixes' way over long gaps of it; else the path of the fixes.
func chooseDistance(m detectors.Metres) (way float64, source string) {
	switch {
	case m.OdometerReadings >= 2 && m.OdometerResets == 0 && !stuck(m):
		return m.Odometer + m.Ends, "odometer"
	case m.Speed > 0 || m.Path == 0:
		return m.BySpeed(), "speed"
	}
	return m.Path, "gnss"
}

// tellM is a way long enough to compare distances on, m.
const tellM = 500

// stuck reports whether the odometer stood still, or nearly, while the wheels turned.
func stuck(m detectors.Metres) bool {
	return m.OdometerReadings >= 2 && m.BySpeed() > tellM && m.Odometer+m.Ends < m.BySpeed()/2
}

// disagree reports whether the odometer and what is independent of it differ by
// more than 5 %, on a way long enough to tell.
func disagree(m detectors.Metres) bool {
	way, other := m.Odometer+m.Ends, max(m.BySpeed(), m.Path)
	return m.OdometerReadings >= 2 && max(way, other) >= tellM && math.Abs(other-way) > 0.05*max(way, other)
}

// flags names what a reader of the trip should know of its data.
func (t *trip) flags(m detectors.Metres, end int64) (names []string) {
	flag := func(on bool, name string) {
		if on {
			names = append(names, name)
		}
	}
	count := func(n int, name string) { flag(n > 0, name+"_"+strconv.Itoa(n)) }
	flag(t.spans.drive.gaps > 0, "not_observed_for_"+strconv.FormatInt(t.spans.drive.gap/1_000_000, 10)+"_s")
	flag(t.wasHidden(end), "location_hidden")
	flag(m.GapS > 0, "no_speed_for_"+strconv.Itoa(int(m.GapS))+"_s")
	count(m.Spikes, "speed_spikes")
	count(t.grid.Breaks, "speed_breaks")
	count(m.OdometerResets, "odometer_resets")
	flag(stuck(m), "odometer_stuck")
	flag(disagree(m), "distances_disagree")
	count(t.fixes.Bad, "fixes_left_out")
	count(t.tunnels.Count, "tunnels")
	return names
}

// consume writes energy and EV figures where the vehicle reports what they need.
func (v *Vehicle) consume(o *outcome.Trip, end int64) {
	t := &v.trip
	c := t.energy.Total(end, t.distance.Driven(), t.distance.Driving())
	o.FuelL = known(c.FuelL, 3)
	o.EnergyKwh = known((c.DrawnJ-c.RegeneratedJ)/jouleKwh, 3)
	o.RegeneratedKwh = known(c.RegeneratedJ/jouleKwh, 3)
	ev, evS := c.EVMetres, seconds(c.EVTime)
	switch {
	case t.terms.powertrain == fleet.Electric:
		ev, evS = o.DistanceM, o.DrivingS
	case c.EngineWasKnown:
		ev = min(ev, o.DistanceM)
	default:
		return
	}
	o.EVDistanceM, o.EVS = known(ev, 1), known(min(evS, o.DrivingS), 1)
}

const jouleKwh = 3.6e6

// score writes the performance score and its receipt.
func (v *Vehicle) score(o *outcome.Trip, s *Scratch) {
	t := &v.trip
	in := scoring.Inputs{Intensities: t.dynamics.Intensities(), DistanceM: o.DistanceM}
	var corners int
	o.Counts, in.Manoeuvres, corners = t.counts()
	t.excess(s.thresholds(), &in.Manoeuvres)
	p := scoring.Performance(in)
	o.Scores.Performance = &p
	o.Receipt.Method = scoring.Method
	o.Receipt.Inputs = in.ReceiptInputs()
	o.Receipt.Inputs["weighted_cornering_events"] = float64(corners) // not of this score: insurance weighs them
	o.Receipt.Thresholds, o.Receipt.Events = s.receipt().alone, s.thresholds().Name
}

// route gives the trip's line, in runs between stretches without fixes, all with the
// flags given.
func (v *Vehicle) route(as outcome.RoutePart) *outcome.Route {
	line, runs := v.trip.trace.Polyline()
	if len(runs) == 0 {
		return nil
	}
	r := &outcome.Route{Polyline: line}
	for _, run := range runs {
		as.From, as.To, as.Source = run.From, run.To, outcome.PartRaw
		r.Parts = append(r.Parts, as)
	}
	return r
}
