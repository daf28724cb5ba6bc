package pipeline

import (
	"math"
	"slices"

	"milepost/detectors"
	"milepost/telemetry"
)

const (
	// keepFor is how long, in µs of arrival time, an incomplete trip can be amended.
	keepFor = 7 * 24 * 3600 * 1_000_000
	// lateWait is how long, in µs of arrival time, late frames wait for more of them.
	lateWait = 30 * 1_000_000
	// looseFor is how long, in µs of arrival time, a trip whose end was seen can be amended
	// where the format has no sequences that tell what is missing.
	looseFor = 30 * 60 * 1_000_000
	// lateFrames and lateSamples bound what waits: with more, it is summarised at once.
	lateFrames  = 4000
	lateSamples = 1 << 17
	// keptTrips bounds the trips that can be amended; doneTrips those remembered as
	// complete, so that nothing late is laid over them.
	keptTrips = 32
	doneTrips = 16
)

// past is what a vehicle keeps so that late data can amend its trips.
type past struct {
	sum     summing
	live    record    // of the trip under way, or the last one
	under   bool      // that trip is not closed
	gap     bool      // frames of it are missing
	lean    bool      // complete: its summaries are gone
	late    int32     // late seconds in its newest revision
	end     int64     // µs, once it is closed, as it was seen live
	given   extent    // as it was last given out
	closed  int64     // arrival of the newest frame when it was closed, µs
	moved   []finding // of it, where something else is out than sent says: another trip has it, or none
	arrived int64     // of the vehicle's newest frame

	timer  bool  // what closes a trip is a timer, not a sample
	loose  bool  // frames are of a format without sequences
	over   bool  // the last trip is complete, unless something comes within looseFor
	missed bool  // frames before the next one are missing
	gapAt  int64 // time of the first sample after frames that are missing, µs

	kept []*kept  // trips before it, as they ended
	done []extent // complete ones, and those too old to be amended, by start
	gone int64    // end of the newest trip that neither remembers any more, µs

	names []int64 // of trips that neither has, or that did not begin there in the end, in order
	named int64   // the newest name that is forgotten: what begins up to it may have been named so

	runs []run // what came late, by time
	held []heldFrame

	sign sign // of a limit, that is in force

	due int64 // arrival time at which what came late is used, 0 for none

	beat beat // newest sign of driving that was kept of an unshared stretch
}

// extent is a span of event time, µs.
type extent struct{ from, to int64 }

// kept is a trip that can still be amended.
type kept struct {
	standing
	start, end int64 // µs, as last given out
	arrived    int64 // µs
	late       int32 // late seconds in its newest revision
	short      bool
	over       bool   // complete, unless something comes within looseFor
	last       bool   // a copy of the vehicle's last trip
	record     record // empty of a trip that came late as a whole
}

// run is a stretch that came late. Runs are further apart than a trip's silence.
type run struct {
	record
	arrived int64
	fresh   bool // not in any trip yet
}

// Late takes a frame whose place was given up. Its seconds amend the trip that they
// belong to, or make one of their own, half a minute of arrival time after the last
// of them; and so for a collision, which stands apart from trips. It is false for what
// can be used for no trip: it is older than a week or than the trips that are remembered,
// or lies within trips that are complete. The frame is cleaned in place.
func (v *Vehicle) Late(f *telemetry.Frame, s *Scratch) (used bool) {
	v.hearLate(f, s)
	if from, to, leaked := v.gate.Late(f, v.passed(f.Arrived)); leaked {
		v.leaked(from, to, s)
		v.trip.forget(from, to)
		v.forgetWays(extent{from, to})
		v.past.abandon(&v.trip, from, to)
		v.unplaceCollisions(from, to, f.Arrived, s)
	}
	v.hideLate(f, s)
	v.stripLate(f, s)
	f.Clean(&s.Drops)
	f.RefuseUntimely(&s.Drops)
	p := v.past
	p.expire(f.Arrived)
	v.collisions.expire(f.Arrived)
	if f.Samples() == 0 || f.End() < f.Arrived-keepFor {
		return false
	}
	used = f.Start >= p.gone && !p.complete(f.Start, f.End())
	if used || v.collisions.want(f) {
		v.hold(f, used, s)
	}
	return used
}

// complete reports whether a span lies within trips that are complete.
func (p *past) complete(from, to int64) bool {
	return slices.ContainsFunc(p.done, func(e extent) bool { return from >= e.from && to <= e.to }) ||
		p.lean && from >= p.live.from && to <= p.leanEnd()
}

// touches reports whether a span has a part within a trip that is complete.
func (p *past) touches(from, to int64) bool {
	within := func(e extent) bool { return to >= e.from && from < e.to }
	return slices.ContainsFunc(p.done, within) || p.lean && within(extent{p.live.from, p.leanEnd()})
}

// leanEnd is the end of the last trip where its summaries are gone; one that is under way
// has none yet.
func (p *past) leanEnd() int64 {
	if p.under {
		return forever
	}
	return p.end
}

// finish ends a trip: closed at a boundary, after its end was seen or by a timer. One that
// is complete keeps its summaries as long as samples may take it up again, though nothing
// late is laid over them.
func (p *past) finish(t *trip, b detectors.Boundary, seen bool) {
	p.live.roll(&p.sum, t)
	p.under, p.over, p.end, p.live.to = false, false, max(b.At, t.start), max(b.At, t.start)
	p.given, p.closed = extent{t.start, p.end}, p.arrived
	if seen && !p.gap && len(p.near(p.live.from, p.end)) == 0 {
		p.over, p.lean = p.loose, !p.loose
	}
}

// leave passes the last trip on to those that can be amended, or that are complete.
func (p *past) leave(t *trip) {
	switch {
	case t.id == "":
	case p.lean:
		p.finished(extent{p.live.from, p.end}, t.named)
	default:
		k := &kept{standing: t.standing, start: p.given.from, end: p.given.to, arrived: p.closed, late: p.late, short: t.short, over: p.over, record: p.live}
		k.record.found = p.findings(t)
		k.record.tail = slices.Clone(p.live.tail)
		k.record.refs = slices.Clone(p.live.refs)
		p.kept = append(p.kept, k)
	}
	p.moved, p.end = nil, 0
}

// sentFindings are a trip's manoeuvres, with what is out of them.
func sentFindings(t *trip) []finding {
	out := make([]finding, len(t.found))
	for i, f := range t.found {
		if out[i].Finding = f; i < t.sent {
			out[i].revision, out[i].trip = 1, t.id
		}
	}
	return out
}

// findings are the last trip's manoeuvres, with what is out of them.
func (p *past) findings(t *trip) []finding {
	out := sentFindings(t)
	for i := range out {
		for k := range p.moved {
			if m := &p.moved[k]; m.Start == out[i].Start && m.Kind == out[i].Kind {
				out[i].revision, out[i].trip = m.revision, m.trip
			}
		}
	}
	return out
}

// open starts the summaries of a trip.
func (p *past) open(t *trip, b detectors.Boundary, boot uint32, sharing int64) {
	p.limit()
	p.live.begin(&p.sum, t.start)
	p.live.way, p.sum.driven = b.Way, t.distance.Driven()
	p.under, p.lean, p.late, p.end = true, false, 0, 0
	// Frames missing shortly before may hold its beginning.
	p.gap = p.gapAt != 0 && detectors.Near(b.At-p.gapAt)
	p.live.note(&p.sum, mark{at: t.start, value: int64(boot)})
	if p.sign.at != 0 && sharing != markDoubt {
		p.live.note(&p.sum, mark{at: max(t.start, p.sign.at), signal: telemetry.SpeedLimitSign, value: p.sign.kmh})
	}
	if b.Driver != 0 {
		p.live.note(&p.sum, mark{at: t.start, signal: telemetry.DriverID, value: b.Driver})
	}
	p.beat = beat{}
	if sharing >= 0 {
		p.live.note(&p.sum, mark{at: t.start, signal: telemetry.LocationShared, value: sharing})
	}
}

// recording reports whether the last trip has its summaries.
func (p *past) recording() bool { return !p.lean || !p.live.empty() }

// rebooted takes the first frame of another boot: what the end of the one before said,
// and the beginning of this one, may never have come.
func (p *past) rebooted(f *telemetry.Frame) {
	p.gap = p.gap || p.under
	p.missed = p.missed || f.Sequence > 0
	p.sign = sign{}
	p.note(f.Start, bootMark, int64(f.Boot))
}

// begun takes a frame that is about to be used.
func (p *past) begun(f *telemetry.Frame) {
	p.arrived = max(p.arrived, f.Arrived)
	p.loose = f.RecordID != ""
	p.expire(p.arrived)
	if p.missed && f.Samples() > 0 {
		p.missed, p.gapAt = false, f.Start
		p.gap = p.gap || p.under
		p.unread()
	}
}

// take looks at a chunk before the trip gathers it.
func (p *past) take(c *detectors.Chunk, t *trip) {
	if p.recording() {
		p.live.take(&p.sum, c, t)
	}
}

// resume takes the last trip up again.
func (p *past) resume(t *trip, b detectors.Boundary, active bool) {
	if p.under = active; active {
		p.live.roll(&p.sum, t)
		p.sum.driven += b.Way
		p.note(b.Seen, telemetry.SystemState, telemetry.StateOn)
	}
}

// next is the arrival time at which what came late is used.
func (p *past) next() int64 {
	if p.due == 0 {
		return math.MaxInt64
	}
	return p.due
}

// near gives the indexes of the runs within a trip's silence of a span.
func (p *past) near(from, to int64) (runs []int) {
	for i := range p.runs {
		if r := &p.runs[i]; detectors.Near(from-r.to) && detectors.Near(r.from-to) {
			runs = append(runs, i)
		}
	}
	return runs
}
