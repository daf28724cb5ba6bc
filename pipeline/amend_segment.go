package pipeline

import (
	"slices"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/telemetry"
)

// segment is a trip as the rerun finds it.
type segment struct {
	of         *kept // nil: not known before
	start, end int64 // µs
	late       int32 // seconds of it that came late
	holes      bool
	whole      bool // its end was seen, and no second of it is missing
	newest     int64
	newestLate bool
	last       *summary // of which it has gathered
	findings   []found
	drive      drive
	outcome    *outcome.Trip
	speeding   []over
	driver     int64
	lesson     lesson
	withheld   bool // it ended unshared
	absorbed   bool // it is a part, that came late, of one that is withheld and counted
}

// steadySeconds is the longest step between two seconds of a trip without a hole.
const steadySeconds = 5

// take notes a second that the trip has gathered a part of.
func (g *segment) take(second *summary) {
	if n := len(g.drive.seconds); n == 0 || g.last != second {
		g.drive.seconds, g.last = append(g.drive.seconds, *second), second
	}
}

func (g *segment) count(second *summary) {
	if g.newest == second.second {
		return
	}
	if g.newest != 0 && second.second-g.newest > steadySeconds {
		g.holes = true
	}
	if g.newest, g.newestLate = second.second, second.late; second.late {
		g.late++
	}
}

// close ends the trip under way.
func (r *rerun) close(b detectors.Boundary, s *Scratch) {
	g := &r.open
	for i := range r.sources {
		// What was seen live of its end is more exact.
		if src := &r.sources[i]; !src.late && !g.newestLate && max(b.At-src.record.to, src.record.to-b.At) <= nearby {
			b.At = src.record.to
		}
	}
	g.end, g.driver = max(b.At, g.start), r.w.trip.driver(b)
	g.whole = !r.w.active && !g.holes && r.startSeen(g.start)
	r.w.rest(b)
	if g.withheld = g.absorbed || r.w.endsUnshared(b) || r.w.unsharedAt(g.end); g.withheld {
		r.w.veiled = veiled{}
		r.claim(g)
		r.segments = append(r.segments, *g)
		return
	}
	for _, f := range r.found {
		if f.Start >= g.start && f.Start < g.end {
			g.findings = append(g.findings, f)
			r.w.trip.found = append(r.w.trip.found, f.Finding)
		}
	}
	g.drive.marks = r.all.marks
	g.outcome, g.speeding = r.w.tripOutcome(b, &g.drive, s)
	g.lesson = r.w.lesson(g.outcome, g.driver, s)
	g.lesson.costs = slices.Clone(g.lesson.costs)
	g.outcome.Receipt.Flags = append(g.outcome.Receipt.Flags, amendedFlags(g.late)...)
	r.claim(g)
	r.segments = append(r.segments, *g)
}

// startSeen reports whether the ignition went on where the trip begins.
func (r *rerun) startSeen(start int64) bool {
	return slices.ContainsFunc(r.all.marks, func(m mark) bool {
		return m.signal == telemetry.SystemState && (m.value == telemetry.StateOn || m.value == telemetry.StateStart) &&
			max(m.at-start, start-m.at) <= nearby
	})
}

// claim gives the trip the identity of the first former one that it overlaps.
func (r *rerun) claim(g *segment) {
	for _, k := range r.formers {
		if k.start <= g.end && k.end >= g.start && !r.taken(k) {
			g.of = k
			return
		}
	}
}
