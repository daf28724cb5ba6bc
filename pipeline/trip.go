package pipeline

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/detectors"
	"milepost/geo"
	"milepost/geo/privacy"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/telemetry"
)

// detector finds manoeuvres in a trip's kinematics.
type detector interface {
	Apply(k *detectors.Kinematics, t *detectors.Thresholds, at detectors.Place, out *[]detectors.Finding)
	End(t *detectors.Thresholds, out *[]detectors.Finding)
}

// trip is what is gathered between a trip's start and end.
type trip struct {
	standing
	start int64 // µs
	terms terms

	second    int64 // whole second being gathered
	estimates detectors.Estimators
	grid      detectors.Grid
	fixes     detectors.Fixes
	distance  detectors.Distance
	energy    detectors.Energy
	tunnels   detectors.Tunnels
	dynamics  scoring.Dynamics
	trace     geo.Trace
	spans     spans
	night     night

	braking      detectors.Braking
	acceleration detectors.Acceleration
	cornering    detectors.Cornering
	peaks        detectors.Peaks
	watch        [4]detector
	found        []detectors.Finding
	sent         int // findings already out as events

	hidden      int64           // first time at which the location was not shared, µs; 0 for never
	forgot      stretch         // manoeuvres that begin then have no place: those there were let through and taken back
	short       bool            // closed, and too short to be kept
	place, next detectors.Place // of complete seconds; of the one under way
	driven      float64         // m, at the last complete second
	moving      int64           // µs driving, likewise
}

// stretch is a time from..to, both inclusive, in µs.
type stretch struct{ from, to int64 }

func (s stretch) has(at int64) bool { return at >= s.from && at <= s.to }

var nowhere = detectors.Place{Lat: math.NaN(), Lon: math.NaN()}

// standing is what the outside knows of a trip: its identity, the newest revision that
// is out, and what that put into a month.
type standing struct {
	id       string
	named    int64 // the time that it is made of: the start when it was first known, µs
	revision uint32
	joined   bool           // the history has it: not while trips around it are computed again
	month    string         // it was put into
	date     string         // it was put on
	share    *scoring.Share // it put there, nil where it is in none
	counted  *counted       // what it put into periods of policies, nil where it is in none
	monthOf  int64          // driver whose month that is
	speeding []told
	learnt   *learnt // nil of one that was not compared
}

// begin starts a trip in place of the last one, keeping its buffers.
func (t *trip) begin(as standing, start int64, at terms) {
	t.trace.Reset()
	*t = trip{standing: as, start: start, terms: at, trace: t.trace, found: t.found[:0], place: nowhere, next: nowhere}
	t.listen()
}

// listen names the trip's detectors, in the order in which they are given samples.
func (t *trip) listen() {
	t.watch = [...]detector{&t.braking, &t.acceleration, &t.cornering, &t.peaks}
}

// gather adds a chunk's samples and the gate's turns up to its end.
func (t *trip) gather(c *detectors.Chunk, turns []privacy.Turn, s *Scratch) {
	before := turnsBefore(turns, c.Second*1_000_000)
	t.turn(turns[:before])
	turns = turns[before:]
	if c.Second != t.second {
		t.roll(c.Second)
	}
	s.points = t.grid.Apply(c, s.points[:0])
	t.add(s.points)
	k, thresholds := &s.kinematics, s.thresholds()
	k.Longitudinal, k.Lateral, k.Peaks = k.Longitudinal[:0], k.Lateral[:0], k.Peaks[:0]
	t.estimates.Apply(c, thresholds, k)
	t.endPlace(turns)
	for _, d := range t.watch {
		d.Apply(k, thresholds, t.place, &t.found)
	}
	t.distance.Apply(c)
	t.energy.Apply(c, t.driven, t.moving)
	t.locate(c, turns)
	t.spans.apply(c)
}

// roll closes the second before: what detectors may use across tracks is taken
// now, when every sample before the new second has been gathered.
func (t *trip) roll(second int64) {
	t.second = second
	t.estimates.Roll(second, &t.grid)
	t.distance.Roll(second)
	t.place = t.next
	t.driven, t.moving = t.distance.Driven(), t.distance.Driving()
}

// endPlace ends the present place where the location is first hidden.
func (t *trip) endPlace(turns []privacy.Turn) {
	for _, x := range turns {
		if x.Hidden {
			t.endPlaceAt(x.At)
		}
	}
}

func (t *trip) endPlaceAt(at int64) {
	if t.place.Until == 0 {
		t.place.Until = at
	}
}

// locate gives the believed fixes to all that want places, with the turns of the gate
// in between.
func (t *trip) locate(c *detectors.Chunk, turns []privacy.Turn) {
	p := &c.Frame.Position
	for i := c.Lo[telemetry.TrackPosition]; i < c.Hi[telemetry.TrackPosition]; i++ {
		lat, lon := telemetry.At(p.Latitude, i), telemetry.At(p.Longitude, i)
		at, here := c.Frame.Start+int64(p.At[i]), orb.Point{lon, lat}
		if n := turnsBefore(turns, at+1); n > 0 {
			t.turn(turns[:n])
			turns = turns[n:]
		}
		if !telemetry.Known(lat) || !t.fixes.Believe(at, here, telemetry.At(p.Accuracy, i)) {
			continue
		}
		t.next = detectors.Place{Lat: lat, Lon: lon, At: at}
		t.distance.Fix(here)
		t.tunnels.Fix(at, t.driven)
		t.trace.Add(at, lat, lon)
	}
	t.turn(turns)
}

// turn applies turns of the gate: only those that hide say anything.
func (t *trip) turn(turns []privacy.Turn) {
	for _, x := range turns {
		if x.Hidden {
			t.leave(x.At)
		}
	}
}

// leave notes that the location is not shared from a time on: no line, tunnel, chord
// or place reaches over what is hidden.
func (t *trip) leave(at int64) {
	if t.hidden == 0 {
		t.hidden = max(at, t.start)
	}
	t.endPlaceAt(at)
	t.distance.Leave()
	t.tunnels.Leave()
	t.trace.Leave()
	t.next = nowhere
}

// wasHidden reports whether part of the trip, if it ends then, was not shared.
func (t *trip) wasHidden(end int64) bool { return t.hidden != 0 && t.hidden < end }

// forget takes back the places from a time up to another, for they were not shared and
// nobody knew: those of manoeuvres, found already or still under way, and the whole line
// if it reaches there, as it does not tell when its points are.
func (t *trip) forget(from, to int64) {
	if t.id == "" || t.start > to {
		return
	}
	if t.forgot.from == 0 || from < t.forgot.from {
		t.forgot.from = max(from, 1)
	}
	// What began shortly after may have been given the last place before.
	t.forgot.to = max(t.forgot.to, to+detectors.StalePlace)
	if t.trace.Newest() >= from {
		t.leave(from)
		t.trace.Reset()
	}
	t.place = nowhere
	t.fixes = detectors.Fixes{Bad: t.fixes.Bad} // it knows the newest place
	t.unplace()
}

// unplace takes the places that were taken back out of the manoeuvres found, so that they
// stay without, whichever trip they are part of later.
func (t *trip) unplace() {
	for i := range t.found {
		if f := &t.found[i]; t.forgot.has(f.Start) {
			f.Lat, f.Lon = math.NaN(), math.NaN()
		}
	}
}

// finish reports manoeuvres still under way, puts them in the order of time, and
// forgets those that began after the trip's end: a slammed door is not a manoeuvre. Of
// two of a kind that began at one time, seen by two estimators, the harder one stays:
// they are one event outside.
func (t *trip) finish(s *Scratch, end int64) {
	k, thresholds := &s.kinematics, s.thresholds()
	k.Longitudinal, k.Lateral, k.Peaks = k.Longitudinal[:0], k.Lateral[:0], k.Peaks[:0]
	t.estimates.End(k)
	for _, d := range t.watch {
		d.Apply(k, thresholds, t.place, &t.found)
		d.End(thresholds, &t.found)
	}
	t.unplace()
	fresh := t.found[t.sent:]
	fresh = slices.DeleteFunc(fresh, func(f detectors.Finding) bool { return f.Start >= end })
	slices.SortStableFunc(fresh, func(a, b detectors.Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Level, a.Level), cmp.Compare(b.Duration, a.Duration))
	})
	fresh = slices.CompactFunc(fresh, func(a, b detectors.Finding) bool { return a.Start == b.Start && a.Kind == b.Kind })
	t.found = t.found[:t.sent+len(fresh)]
}

// counts of events by kind, and their level-weighted sums for the score, and that of
// cornering, which does not enter it.
func (t *trip) counts() (n outcome.Counts, m scoring.Manoeuvres, corners int) {
	for _, f := range t.found {
		switch f.Kind {
		case outcome.HarshBraking:
			n.HarshBraking++
			m.BrakingEvents += f.Level
		case outcome.HarshAcceleration:
			n.HarshAcceleration++
			m.AccelerationEvents += f.Level
		case outcome.HarshCornering:
			n.HarshCornering++
			corners += f.Level
		}
	}
	return n, m, corners
}

// excess sums, in whole thousandths, how far peaks are beyond their thresholds: the order
// in which events were found does not matter.
func (t *trip) excess(by *detectors.Thresholds, m *scoring.Manoeuvres) {
	for i := range t.found {
		f := &t.found[i]
		e := int(math.Round(by.Excess(f) * 1000))
		switch f.Kind {
		case outcome.HarshBraking:
			m.BrakingExcess += e
		case outcome.HarshAcceleration:
			m.AccelerationExcess += e
		}
	}
}
