package pipeline

import (
	"encoding/json"
	"hash/crc32"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
)

// over is a stretch of speeding with the place where it began, NaN where that is unknown.
type over struct {
	detectors.Over
	lat, lon float64 // deg
}

// told is what is out of a stretch of speeding. Stretches are not found as a trip goes on
// but computed anew each time it closes: so one may change, or be none any more.
type told struct {
	start    int64 // µs
	revision uint32
	sum      uint32 // checksum of the event; 0 where it was withdrawn
}

// placed gives the stretches of speeding with the last fix before each.
func (p *paving) placed(found []detectors.Over) []over {
	out := make([]over, len(found))
	next := 0
	for i := range found {
		out[i] = over{found[i], math.NaN(), math.NaN()}
		for next < p.track.Len() && p.track.At[next] <= found[i].Start {
			next++
		}
		if next > 0 && found[i].Start-p.track.At[next-1] <= detectors.StalePlace {
			out[i].lat, out[i].lon = p.track.Lat[next-1], p.track.Lon[next-1]
		}
	}
	return out
}

// speedingEvent writes a stretch as an event of a trip.
func (v *Vehicle) speedingEvent(o *over, trip string) *outcome.Event {
	e := v.speedingHeader(o.Start, trip)
	e.State, e.Level, e.DurationS, e.Estimator, e.RateHz = outcome.Final, o.Level, round(seconds(o.End-o.Start), 2), "limit", 1
	e.SpeedKmh, e.PeakKmh, e.LimitKmh = known(o.Speed*3.6, 1), known(o.Peak*3.6, 1), known(o.Limit*3.6, 1)
	e.Lat, e.Lon, e.LimitSource, e.DistanceM = known(o.lat, 6), known(o.lon, 6), o.Source, known(o.Metres, 1)
	return e
}

// speedingHeader is all that a withdrawn stretch still says.
func (v *Vehicle) speedingHeader(start int64, trip string) *outcome.Event {
	at := outcome.Time(start)
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(v.id, string(outcome.KindSpeeding), at), VehicleID: v.id, At: at},
		State:  outcome.Withdrawn, Kind: outcome.KindSpeeding, StartedAt: at, TripID: trip, Method: scoring.Method,
	}
}

// checksum of an event as it would be given out; never 0.
func checksum(e *outcome.Event) uint32 {
	b, err := json.Marshal(e)
	if err != nil {
		b = []byte(err.Error()) // its numbers are finite
	}
	return max(1, crc32.Checksum(b, castagnoli))
}

// tellSpeeding gives out what has changed of a trip's stretches of speeding, and withdraws
// those that are none any more.
func (v *Vehicle) tellSpeeding(t *standing, found []over, s *Scratch) {
	for i := range t.speeding {
		k := &t.speeding[i]
		if k.sum != 0 && !slices.ContainsFunc(found, func(o over) bool { return o.Start == k.start }) {
			k.revision, k.sum = k.revision+1, 0
			e := v.speedingHeader(k.start, t.id)
			e.Revision = k.revision
			s.Out = append(s.Out, e)
		}
	}
	for i := range found {
		e := v.speedingEvent(&found[i], t.id)
		k, sum := t.toldAt(found[i].Start), checksum(e)
		if k.sum == sum {
			continue
		}
		k.revision, k.sum = k.revision+1, sum
		if e.Revision = k.revision; e.Revision > 1 {
			e.State = outcome.Amended
		}
		s.Out = append(s.Out, e)
	}
}

// toldAt finds or begins what is out of the stretch that begins at a time.
func (t *standing) toldAt(start int64) *told {
	i := slices.IndexFunc(t.speeding, func(k told) bool { return k.start == start })
	if i < 0 {
		i = len(t.speeding)
		t.speeding = append(slices.Clip(t.speeding), told{start: start})
	}
	return &t.speeding[i]
}

// speedingStands reports whether a trip's stretches of speeding are out as they are found.
func (v *Vehicle) speedingStands(t *standing, found []over) bool {
	out := 0
	for _, k := range t.speeding {
		if k.sum != 0 {
			out++
		}
	}
	return out == len(found) && !slices.ContainsFunc(found, func(o over) bool {
		return !slices.ContainsFunc(t.speeding, func(k told) bool {
			return k.start == o.Start && k.sum == checksum(v.speedingEvent(&o, t.id))
		})
	})
}

// dealSpeeding passes on what is out of stretches of speeding to the trips that have
// their time now, so that one that moves to another trip keeps its revisions.
func (r *rerun) dealSpeeding() {
	for _, k := range r.formers {
		own := k.speeding
		k.speeding = nil
		for _, t := range own {
			to := k
			for i := range r.segments {
				if g := &r.segments[i]; g.of != nil && t.start >= g.start && t.start < g.end {
					to = g.of
				}
			}
			to.speeding = append(to.speeding, t)
		}
	}
}
