package pipeline

import (
	"cmp"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// rerun computes the trips of a cluster from summaries: the rules of trips run over
// them again in event order, and a trip gathers them as it does samples.
type rerun struct {
	vehicle *Vehicle
	cluster cluster
	sources []source
	formers []*kept
	arrived int64 // of the newest that goes into it, µs
	all     story
	found   []found

	w        *Vehicle // runs over the summaries
	frame    telemetry.Frame
	turns    []privacy.Turn // of the gate, in the part that is gathered
	boot     uint32
	open     segment  // under way
	power    int64    // second of the newest power of the trip
	noted    *summary // whose samples are counted
	moves    bool     // the vehicle did, at its newest speed
	segments []segment
}

// source is a record of a cluster with what it tells.
type source struct {
	record *record
	story  story
	late   bool // it came late
	dirty  bool // what is out of its findings has changed
}

// found is a finding of one of the sources.
type found struct {
	*finding
	src *source
}

// compare orders findings by start, then by kind.
func (f found) compare(o found) int {
	return cmp.Or(cmp.Compare(f.Start, o.Start), cmp.Compare(f.Kind, o.Kind))
}

// play runs over all seconds and marks.
func (r *rerun) play(s *Scratch) {
	r.w.trips = r.again()
	next := 0
	before := int64(math.MinInt64)
	for i := range r.all.seconds {
		second := &r.all.seconds[i]
		for ; next < len(r.all.marks) && floorSecond(r.all.marks[next].at) < second.second; next++ {
			at := floorSecond(r.all.marks[next].at)
			r.barrier(before, at, s)
			r.step(&summary{second: at, odometer: -1, fuel: -1}, r.all.marks[next:next+1], s)
			before = at
		}
		from := next
		for next < len(r.all.marks) && floorSecond(r.all.marks[next].at) == second.second {
			next++
		}
		r.barrier(before, second.second, s)
		r.step(second, r.all.marks[from:next], s)
		before = second.second
	}
	for ; next < len(r.all.marks); next++ {
		r.step(&summary{second: floorSecond(r.all.marks[next].at), odometer: -1, fuel: -1}, r.all.marks[next:next+1], s)
	}
	r.shut(s)
}

// again is the state of the rules before anything is heard.
func (r *rerun) again() detectors.Trips {
	reports := r.vehicle.trips.ReportsIgnition() ||
		slices.ContainsFunc(r.all.marks, func(m mark) bool { return m.signal == telemetry.SystemState })
	return detectors.Again(reports)
}

// barrier ends a trip where one that is complete stands between two seconds.
func (r *rerun) barrier(before, second int64, s *Scratch) {
	p := r.vehicle.past
	crosses := func(e extent) bool { return floorSecond(e.from) > before && floorSecond(e.from) <= second }
	r.open.absorbed = r.open.absorbed || r.w.active && r.moves && slices.ContainsFunc(p.done, func(e extent) bool {
		return crosses(e) && r.buried(e) && floorSecond(e.from)-before <= steadySeconds
	})
	if slices.ContainsFunc(p.done, crosses) || p.lean && crosses(extent{p.live.from, p.end}) {
		r.shut(s)
		r.w.trips = r.again()
	}
}

// shut ends what is under way, as if nothing came any more.
func (r *rerun) shut(s *Scratch) {
	for _, b := range r.w.trips.Advance(forever, nil) {
		r.cross(b, s)
	}
}

// step plays one second.
func (r *rerun) step(second *summary, marks []mark, s *Scratch) {
	for _, m := range marks {
		if m.signal == bootMark {
			r.boot = uint32(m.value)
		}
	}
	r.thin(second, marks)
	if n := len(r.frame.Speed.Speed); n > 0 {
		r.moves = detectors.Moving(r.frame.Speed.Speed[n-1])
	}
	trip := r.begins(second)
	if trip != nil && r.w.trips.Parked() {
		r.join(trip, s)
	}
	w := detectors.NewChunks(&r.frame)
	for c, ok := w.Next(); ok; c, ok = w.Next() {
		for _, b := range r.w.trips.Scan(&c, nil) {
			before, after := c.Split(b.Seen)
			r.gather(&before, second, s)
			r.turnAt(b, &after, s)
			r.cross(b, s)
			c = after
		}
		if trip != nil && r.w.trips.Parked() {
			r.join(trip, s)
		}
		r.gather(&c, second, s)
	}
}

// begins gives the trip seen live that begins with a second, nil where none does.
func (r *rerun) begins(second *summary) *record {
	if second.late {
		return nil
	}
	for i := range r.sources {
		src := &r.sources[i]
		if !src.late && len(src.story.seconds) > 0 && src.story.seconds[0].second == second.second && src.story.seconds[0].first == second.first {
			return src.record
		}
	}
	return nil
}

func (r *rerun) join(trip *record, s *Scratch) {
	for _, b := range r.w.trips.Join(trip.from, r.boot, trip.way, nil) {
		r.cross(b, s)
	}
}

// cross applies a boundary.
func (r *rerun) cross(b detectors.Boundary, s *Scratch) {
	w := r.w
	switch b.Kind {
	case detectors.Open:
		if w.unshared {
			r.open = segment{start: b.At}
			w.noTrip()
			w.active, w.veiled = true, veiled{veilAwaits, b.At}
			return
		}
		r.begin(b)
	case detectors.Resume:
		w.active, r.open.newest = true, 0
		if w.unshared || w.sharedAt > b.At {
			b.Way = 0 // some of it was not shared
		}
		w.trip.distance.Begin(b.Way, b.Seen-b.At)
		if w.since != 0 {
			w.trip.leave(w.since)
		}
	case detectors.Pause:
		// An end that is told long after the last second is not where the trip ended.
		r.open.holes = r.open.holes || floorSecond(b.Seen)-r.open.newest > steadySeconds
		w.rest(b)
	case detectors.Close:
		r.close(b, s)
	}
}

// begin begins a trip, at the first moment of it that is shared.
func (r *rerun) begin(b detectors.Boundary) {
	w := r.w
	hidden := w.hidden || w.shown > b.At || w.veiled.mode == veilAwaits
	if w.sharedAt > b.At {
		b.At, b.Way = w.sharedAt, 0
	}
	r.open = segment{start: r.pinned(b.At)}
	if n := len(r.segments); n > 0 {
		r.open.start = max(r.open.start, r.segments[n-1].end)
	}
	w.trip.begin(standing{}, r.open.start, r.vehicle.termsAt(r.open.start))
	w.trip.distance.Begin(b.Way, b.Seen-b.At)
	if hidden {
		w.trip.leave(b.At)
	}
	w.active, w.veiled, r.power = true, veiled{}, 0
}

// nearby is how far, µs, a trip's start or end by summaries is from that by samples.
const nearby = 2_000_000

// pinned gives the start of a trip that was seen live where it is this one.
func (r *rerun) pinned(at int64) int64 {
	for i := range r.sources {
		if src := &r.sources[i]; !src.late && max(at-src.record.from, src.record.from-at) <= nearby {
			return src.record.from
		}
	}
	return at
}
