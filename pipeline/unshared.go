package pipeline

import (
	"math"
	"slices"

	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// shares is what is known of when the location is shared.
type shares struct {
	unshared bool   // the signal or the setting says that it is not, at the samples gathered so far
	sharedAt int64  // shared again from then on, the last time, µs
	hides    []hide // when positions were hidden, by time; the last may go on for ever
	lostAt   int64  // frames were lost then, and the signal was not heard since, µs; 0 for none
	veiled   veiled // of the trip under way, or the last one
	dim      second // what the second being looked at began with
}

// hide is a stretch in which positions were hidden, µs, to exclusive.
type hide struct {
	extent
	unshared bool // the signal or the setting said so; else it was a doubt
}

// mostUnshared and mostDoubts bound the hidden stretches that are remembered. Of more
// unshared ones, the two oldest become one, with what was shared between them; of more
// doubts the oldest is forgotten, as one that was cleared up.
const (
	mostUnshared = 16
	mostDoubts   = 3
)

// unsharedAt reports whether, at a time, the signal or the setting said that the location
// is not shared, as far as that is remembered.
func (v *Vehicle) unsharedAt(at int64) bool {
	return slices.ContainsFunc(v.hides, func(h hide) bool { return h.unshared && h.from <= at && at < h.to })
}

// flip is the index of the first turn that changes whether the location is shared; their
// number where none does.
func (v *Vehicle) flip(turns []privacy.Turn) int {
	for i := range turns {
		if turns[i].Unshared != v.unshared {
			return i
		}
	}
	return len(turns)
}

// gather gives a chunk's samples, and the gate's turns up to its end, to the trip under
// way, if there is one. Of what was not shared it gets the turns alone.
func (v *Vehicle) gather(c *detectors.Chunk, turns []privacy.Turn, s *Scratch) {
	rest := *c
	for i := v.flip(turns); i < len(turns); i = v.flip(turns) {
		before, after := rest.Split(turns[i].At)
		v.gatherPart(&before, turns[:i], s)
		v.turn(turns[i:i+1], s)
		rest, turns = after, turns[i+1:]
	}
	v.gatherPart(&rest, turns, s)
}

// gatherPart is gather of samples all of which are shared, or none of which are.
func (v *Vehicle) gatherPart(c *detectors.Chunk, turns []privacy.Turn, s *Scratch) {
	if !v.unshared {
		v.gatherShared(c, turns, s)
		return
	}
	if v.turn(turns, s); v.active {
		v.past.beats(c)
	}
	v.past.notes(c, true)
}

// pace leaves of a chunk's unshared speeds what the rules of trips tell apart: so those judge
// them alike whether or not they had to wait, of which no more is kept.
func (v *Vehicle) pace(c *detectors.Chunk, s *Scratch) {
	turns := s.turns[s.turned:]
	if speeds := c.Frame.Speed.Speed; len(speeds) > 0 && (v.unshared || len(turns) > 0) {
		for i := c.Lo[telemetry.TrackSpeed]; i < c.Hi[telemetry.TrackSpeed]; i++ {
			if privacy.UnsharedAt(v.unshared, turns, c.Frame.Start+int64(c.Frame.Speed.At[i])) {
				speeds[i] = detectors.Gait(speeds[i])
			}
		}
	}
}

// gatherShared is gather of samples that are shared, but for those that are older than the
// last opening.
func (v *Vehicle) gatherShared(c *detectors.Chunk, turns []privacy.Turn, s *Scratch) {
	shown := *c
	if v.sharedAt > c.Second*1_000_000 {
		_, shown = c.Split(v.sharedAt)
	}
	some := shown.Lo != shown.Hi
	v.charges(&shown, s)
	if some && v.active && v.veiled.mode == veilAwaits {
		v.reveal(firstOf(&shown))
	}
	if v.active && some && v.veiled.mode == veilNone {
		v.past.take(&shown, &v.trip)
		v.trip.gather(&shown, turns, s)
	} else if v.active {
		v.trip.turn(turns)
	}
	v.past.notes(c, false)
	v.follow(turns, s)
}

// turn takes turns of the gate without samples.
func (v *Vehicle) turn(turns []privacy.Turn, s *Scratch) {
	for i := range turns {
		// What was gathered before must be whole before the trip leaves it.
		v.follow(turns[i:i+1], s)
		if v.active {
			v.trip.turn(turns[i : i+1])
		}
	}
}

// follow notes whether the location is shared at the samples gathered so far.
func (v *Vehicle) follow(turns []privacy.Turn, s *Scratch) {
	for _, t := range turns {
		v.heard(t, s)
		if t.Hidden != v.hidden || t.Unshared != v.unshared {
			v.hideUntil(t.At)
			if t.Hidden {
				v.hides = append(v.hides, hide{extent{t.At, forever}, t.Unshared})
				v.boundHides()
			}
		}
		if t.Unshared != v.unshared {
			v.share(t, s)
		}
		v.past.turn(t)
		if t.Hidden == v.hidden {
			continue
		}
		if v.hidden = t.Hidden; !t.Hidden {
			v.shown = t.At
		} else if !v.active && v.since == 0 {
			v.since = max(t.At, 1)
		}
	}
}

// share takes a turn at which the location is no longer shared, or is again.
func (v *Vehicle) share(t privacy.Turn, s *Scratch) {
	if v.unshared = t.Unshared; t.Unshared && v.charge != nil {
		v.charge.detector.Leave()
	}
	if !t.Unshared {
		v.sharedAt = t.At
		v.trip.unveil(t.At)
	} else if v.trip.start != 0 {
		v.past.rest(&v.trip)
		v.trip.veil(t.At, s)
	}
}

// hideUntil ends the stretch under way. One of no length was none.
func (v *Vehicle) hideUntil(at int64) {
	if n := len(v.hides); n > 0 && v.hides[n-1].to == forever {
		if v.hides[n-1].to = at; at <= v.hides[n-1].from {
			v.hides = v.hides[:n-1]
		}
	}
}

func (v *Vehicle) boundHides() {
	var unshared, doubts []int
	for i := range v.hides {
		if v.hides[i].unshared {
			unshared = append(unshared, i)
		} else {
			doubts = append(doubts, i)
		}
	}
	if len(doubts) > mostDoubts {
		v.hides = slices.Delete(v.hides, doubts[0], doubts[0]+1)
	} else if len(unshared) > mostUnshared {
		v.hides[unshared[1]].from = v.hides[unshared[0]].from
		v.hides = slices.Delete(v.hides, unshared[0], unshared[0]+1)
	}
}

// forgetHides forgets the stretches that ended too long ago for anything late to be used.
func (v *Vehicle) forgetHides(arrived int64) {
	if len(v.hides) > 0 {
		v.hides = slices.DeleteFunc(v.hides, func(h hide) bool { return h.to < arrived-2*keepFor })
	}
}

// heard follows doubts: where frames were lost while the signal said that the location is
// shared, and it says next that it is not, that holds since the loss.
func (v *Vehicle) heard(t privacy.Turn, s *Scratch) {
	if t.Hidden && !t.Unshared {
		return // still in doubt
	}
	lost := v.lostAt
	v.lostAt = 0
	if n := len(v.hides); lost != 0 && t.Unshared && n > 0 && v.hides[n-1].to == forever && !v.hides[n-1].unshared {
		v.unshareDoubt(n-1, lost)
		v.withholdEnded(extent{lost, t.At}, func(from, to int64) bool { return from <= lost && lost <= to }, s)
		v.uncharge(lost, t.At, s)
	}
}

// unshareDoubt makes of a stretch of doubt, from a time on, one that was not shared.
func (v *Vehicle) unshareDoubt(i int, from int64) {
	h := v.hides[i]
	if from <= h.from {
		v.hides[i].unshared = true
		return
	}
	v.hides[i].to = from
	v.hides = slices.Insert(v.hides, i+1, hide{extent{from, h.to}, true})
	v.boundHides()
}

// firstOf is the time of the chunk's first sample.
func firstOf(c *detectors.Chunk) int64 {
	first := int64(math.MaxInt64)
	for t := range telemetry.TrackCount {
		if lo := c.Lo[t]; lo < c.Hi[t] {
			first = min(first, c.Frame.Start+int64((*c.Frame.Offsets(telemetry.Track(t)))[lo]))
		}
	}
	return first
}

// veil ends all that is gathered, from a time on at which the location is not shared: what
// comes after it is shared again is not joined to it.
func (t *trip) veil(at int64, s *Scratch) {
	s.points = t.grid.Leave(s.points[:0])
	t.add(s.points)
	k, thresholds := &s.kinematics, s.thresholds()
	k.Longitudinal, k.Lateral, k.Peaks = k.Longitudinal[:0], k.Lateral[:0], k.Peaks[:0]
	t.estimates.Leave(k)
	t.endPlaceAt(at)
	for _, d := range t.watch {
		d.Apply(k, thresholds, t.place, &t.found)
		d.End(thresholds, &t.found)
	}
	t.distance.Cut()
	t.energy.Leave(at, t.driven, t.moving)
}

// unveil takes the trip up again from a time on: that nothing was seen since veil is no gap
// in what was observed.
func (t *trip) unveil(at int64) {
	if d := &t.spans.drive; d.from != 0 {
		d.to = max(d.to, at)
	}
}

// add gives whole seconds of speed to what sums them.
func (t *trip) add(points []detectors.Point) {
	for _, p := range points {
		t.dynamics.Add(p)
		t.night.add(p, t.terms.zone)
	}
}

// rest ends the second under way: the trip leaves what it gathered.
func (p *past) rest(t *trip) {
	if p.recording() {
		p.live.roll(&p.sum, t)
		p.sum.before = 0
	}
}
