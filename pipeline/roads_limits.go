package pipeline

import (
	"math"
	"time"

	"milepost/detectors"
	"milepost/geo/follow"
	"milepost/geo/limits"
)

// onLine is a fix's place on a line of the way.
type onLine struct {
	line int
	follow.Place
}

// besideM is how far, m by the wheels, from the nearest fix on a road a step may lie that
// is not between two of them.
const besideM = 30

// place finds where the middles of steps are on the lines of the way.
func (p *paving) place() {
	p.places = p.places[:0]
	for i := range p.way.Lines {
		places := p.way.Lines[i].Places
		for k, on := range places {
			if k > 0 && k+1 < len(places) {
				// Where one street becomes another a fix may be on either. The way through
				// it is as sure as what lies around.
				on.Confidence = max(on.Confidence, min(places[k-1].Confidence, places[k+1].Confidence))
			}
			p.places = append(p.places, onLine{i, on})
		}
	}
	next := 0
	for i := range p.steps {
		q := &p.steps[i]
		at := q.at - q.span/2
		for next < len(p.places) && p.track.At[p.places[next].Fix] <= at {
			next++
		}
		if on, ok := p.between(next, at, q.driven-float64(q.metres/2)); ok {
			q.line, q.along, q.match = on.line, on.Along, on.Confidence
		}
	}
}

// between gives the place at a time, µs, so many metres into the trip, that lies before
// one of the places and after the one before that.
func (p *paving) between(next int, at int64, driven float64) (onLine, bool) {
	if next == 0 || next == len(p.places) || p.places[next-1].line != p.places[next].line {
		return p.beside(next, driven)
	}
	a, b := p.places[next-1], p.places[next]
	share := float64(at-p.track.At[a.Fix]) / float64(p.track.At[b.Fix]-p.track.At[a.Fix])
	if from, to := p.track.Driven[a.Fix], p.track.Driven[b.Fix]; to-from >= 1 {
		share = min(max(0, (driven-from)/(to-from)), 1)
	}
	a.Along += float64(share * (b.Along - a.Along))
	a.Confidence = min(a.Confidence, b.Confidence)
	return a, true
}

// beside gives the place near one end of a line.
func (p *paving) beside(next int, driven float64) (on onLine, ok bool) {
	nearest := float64(besideM)
	for i := max(next-1, 0); i <= next && i < len(p.places); i++ {
		o := p.places[i]
		off := driven - p.track.Driven[o.Fix]
		if math.Abs(off) <= nearest {
			nearest, on, ok = math.Abs(off), o, true
			on.Along = min(max(0, o.Along+off), p.way.Lines[o.line].Length())
		}
	}
	return on, ok
}

// judge measures the steps against the limits in force.
func (p *paving) judge(zone *time.Location) *detectors.Speeding {
	var s detectors.Speeding
	for i := range p.steps {
		q := &p.steps[i]
		if i > 0 && q.at-q.span > p.steps[i-1].at {
			s.End() // nothing is known of what lies between: it was not shared
		}
		at := limits.Place{}
		if q.line >= 0 {
			along := p.way.Lines[q.line].At(q.along)
			at = limits.Place{On: true, Limits: along.Limits, Match: q.match}
			q.highway = along.Motorway
		}
		pace := detectors.Step{At: q.at, Span: q.span, Metres: q.metres, Speed: q.speed, Limit: math.NaN(), Unseen: q.unseen}
		if l, ok := limits.InForce(q.sign, at, time.UnixMicro(q.at).In(zone)); ok {
			pace.Limit, pace.Source = l.Speed, l.Source
			q.limit = l.Speed
		}
		q.over = s.Add(pace)
	}
	s.End()
	return &s
}
