package pipeline

import (
	"milepost/detectors"
	"milepost/outcome"
	"milepost/telemetry"
)

// spans notes, per track, from when to when samples came and how many, and where
// nothing came that tells of driving.
type spans struct {
	track [telemetry.TrackBody]span
	drive span
}

type span struct {
	from, to int64 // µs
	samples  int64
	gaps     int
	gap      int64 // µs
}

const (
	trackGap = 5_000_000  // µs: a longer step in a track is a gap
	driveGap = 30_000_000 // µs without motion, speed and position: not observed
)

func (s *spans) apply(c *detectors.Chunk) {
	at := [telemetry.TrackBody][]int32{c.Frame.Motion.At, c.Frame.Speed.At, c.Frame.Position.At, c.Frame.Energy.At}
	first, last := int64(0), int64(0)
	for t := range s.track {
		lo, hi := c.Lo[t], c.Hi[t]
		if lo == hi {
			continue
		}
		from, to := c.Frame.Start+int64(at[t][lo]), c.Frame.Start+int64(at[t][hi-1])
		s.track[t].add(from, to, int64(hi-lo), trackGap)
		if telemetry.Track(t) == telemetry.TrackEnergy {
			continue
		}
		if first == 0 || from < first {
			first = from
		}
		last = max(last, to)
	}
	if first != 0 {
		s.drive.add(first, last, 1, driveGap)
	}
}

func (s *span) add(from, to, samples, gap int64) {
	if s.from == 0 {
		s.from = from
	} else if step := from - s.to; step > gap {
		s.gaps++
		s.gap += step
	}
	s.to = max(s.to, to)
	s.samples += samples
}

// report lists the tracks that had samples; spans reach no further than the trip.
func (s *spans) report(end int64) []outcome.TrackSpan {
	out := make([]outcome.TrackSpan, 0, len(s.track))
	for t := range s.track {
		p := &s.track[t]
		if p.samples == 0 {
			continue
		}
		r := outcome.TrackSpan{Track: telemetry.Track(t).String(), From: outcome.Time(p.from),
			To: outcome.Time(min(p.to, max(end, p.from))), Samples: int(p.samples), Gaps: p.gaps, GapS: seconds(p.gap)}
		if covered := p.to - p.from - p.gap; covered > 0 {
			r.RateHz = round(float64(p.samples-1-int64(p.gaps))/seconds(covered), 1)
		}
		out = append(out, r)
	}
	return out
}
