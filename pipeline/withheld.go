package pipeline

import (
	"cmp"
	"slices"
	"time"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
)

// A trip that ends while its location is not shared is withheld: it leaves one more in its
// month's count, and nothing else. One that begins so begins, for all that is told, at its
// first sample that is shared.

// veiled says what becomes of a trip that is not, or not yet, to be told of.
type veiled struct {
	mode veilMode
	from int64 // where it began in truth, µs, if it began unshared
}

type veilMode uint8

const (
	veilNone   veilMode = iota
	veilAwaits          // it began unshared, and nothing of it has been shared yet
	veilDrawn           // it was withheld: what takes it up again is not gathered
)

// sharing is what is noted of sharing at a trip's beginning; below 0 nothing.
func (v *Vehicle) sharing() int64 {
	switch {
	case v.hidden:
		return markDoubt
	case v.shown != 0:
		return markShared
	}
	return -1
}

// await begins a trip that is not shared.
func (v *Vehicle) await(b detectors.Boundary) {
	v.veiled = veiled{veilAwaits, b.At}
	v.noTrip()
	v.past.veil(b.At)
}

// noTrip forgets the last trip, and keeps its buffers.
func (v *Vehicle) noTrip() {
	v.trip = trip{trace: v.trip.trace, found: v.trip.found[:0]}
	v.trip.trace.Reset()
}

// veil keeps no summaries of the trip that is under way: nothing late belongs to it.
func (p *past) veil(from int64) {
	p.limit()
	p.live.reset()
	p.live.from, p.live.to, p.sum = from, from, summing{}
	p.under, p.lean, p.over, p.gap = true, true, false, false
	p.late, p.end, p.moved, p.given = 0, 0, nil, extent{}
}

// reveal begins the trip that waited, at its first sample that is shared.
func (v *Vehicle) reveal(at int64) {
	from := v.veiled.from
	v.setOut(detectors.Boundary{Kind: detectors.Open, At: at, Seen: at, Driver: v.trips.Driver()})
	v.trip.leave(at) // part of it was hidden
	v.veiled.from = from
}

// endsUnshared reports whether the trip that is closed at a boundary is withheld.
func (v *Vehicle) endsUnshared(b detectors.Boundary) bool {
	return v.veiled.mode != veilNone || v.trip.id != "" && v.unsharedAt(max(b.At, v.trip.start))
}

// withhold closes the trip under way, which nothing is told of. One of less than 10 s does
// not count: nobody knows whether it was driven at all.
func (v *Vehicle) withhold(b detectors.Boundary, s *Scratch) {
	t := &v.trip
	from, named := t.start, t.named
	if v.veiled.mode != veilNone {
		from, named = v.veiled.from, 0
	}
	e := extent{from, max(b.At, from)}
	if t.id != "" {
		t.finish(s, b.At)
		if !v.takeBackAll(&kept{standing: t.standing, start: e.from, end: e.to}, s) {
			return
		}
	}
	switch brief := seconds(e.to-e.from) < leastS; {
	case v.veiled.mode == veilDrawn: // counted already
	case t.revision == 0 && brief:
		s.ShortTrips++
	default:
		at := t.terms
		if t.id == "" {
			at = v.termsAt(from)
		}
		k := &kept{standing: t.standing, start: e.from}
		v.retract(k, e.from, at.zone, cmp.Or(b.Driver, at.driver), s)
	}
	if v.veiled.from != 0 {
		e.from = min(e.from, v.veiled.from)
	}
	if known := b.Seen; seconds(e.to-e.from) >= leastS {
		if v.past.timer {
			known = v.seen()
		}
		e.to = max(e.to, known) // what was lost up to where its end came out is of it
	}
	v.bury(e, named)
	v.noTrip()
	v.veiled = veiled{veilDrawn, e.from}
}

// localDate is the date, YYYY-MM-DD, of a time in a zone.
func localDate(at int64, zone *time.Location) string {
	return time.UnixMicro(at).In(zone).Format(time.DateOnly)
}

// retract takes back a trip that is out, if it is, and counts it as withheld: in the month
// and the periods that it was put into, or else in those in which it began.
func (v *Vehicle) retract(k *kept, start int64, zone *time.Location, driver int64, s *Scratch) {
	date := localDate(start, zone)
	month := date[:7]
	if k.out() {
		v.withdrawBlank(k, s)
		month, driver = k.month, k.monthOf
	}
	v.unlearn(&k.standing)
	m := v.month(month, driver)
	if k.month != "" {
		m.add(&k.standing, -1)
		k.month = ""
	}
	if !m.over {
		m.Withheld++
	}
	s.Withheld++
	v.emitMonth(m, s)
	v.insureWithheld(&k.standing, start, date, driver, s)
}

// withdrawBlank withdraws a trip that is out, and says nothing of when it was.
func (v *Vehicle) withdrawBlank(k *kept, s *Scratch) {
	v.tellSpeeding(&k.standing, nil, s)
	k.revision++
	at := outcome.Time(k.named)
	s.Out = append(s.Out, &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: k.id, VehicleID: v.id, At: at, Revision: k.revision},
		State:  outcome.Withdrawn, StartedAt: at, EndedAt: at, Receipt: outcome.Receipt{Method: scoring.Method},
	})
}

// bury leaves of a withheld trip when it was, so that nothing late is laid over it, and the
// time that its name is made of, 0 where it has none.
func (v *Vehicle) bury(e extent, named int64) {
	p := v.past
	p.done = slices.DeleteFunc(p.done, func(d extent) bool { return d.from == e.from })
	p.finished(e, cmp.Or(named, e.from))
	over := func(from, to int64) bool { return from <= e.to && to >= e.from }
	p.runs = slices.DeleteFunc(p.runs, func(r run) bool { return over(r.from, r.to) })
	p.held = slices.DeleteFunc(p.held, func(h heldFrame) bool { return h.Start >= e.from && h.End() <= e.to })
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool { return k.start >= e.from && k.end <= e.to })
}

// buryLast is bury of the last trip.
func (v *Vehicle) buryLast(e extent, named int64) {
	v.bury(e, named)
	v.noTrip()
	v.veiled = veiled{veilDrawn, e.from}
	p := v.past
	p.live.reset()
	p.sum, p.lean, p.over, p.gap, p.late, p.end, p.moved, p.given = summing{}, false, false, false, 0, 0, nil, extent{}
}

// withholdEnded withholds trips that are closed and, as is known only now, ended while the
// location was not shared; which picks among them.
func (v *Vehicle) withholdEnded(in extent, which func(from, to int64) bool, s *Scratch) {
	p := v.past
	ended := func(from, to int64) bool { return in.from <= to && to < in.to && which(from, to) }
	for _, k := range slices.Clone(p.kept) {
		if !ended(k.start, k.end) {
			continue
		}
		if !v.withholdKept(k, s) {
			return
		}
		v.bury(extent{k.start, k.end}, k.named)
	}
	t := &v.trip
	if t.id == "" || p.under || v.active || !ended(p.given.from, p.given.to) {
		return
	}
	k := &kept{standing: t.standing, start: p.given.from, end: p.given.to, short: t.short}
	if v.withholdKept(k, s) {
		v.buryLast(extent{k.start, k.end}, k.named)
	}
}

// withholdKept takes back a trip with its events and counts it. One that was too short to be
// given out does not count. It is false where that cannot be read now, of which s.Err says why.
func (v *Vehicle) withholdKept(k *kept, s *Scratch) bool {
	if !v.takeBackAll(k, s) {
		return false
	}
	if k.revision > 0 || !k.short {
		at := v.termsAt(k.start)
		v.retract(k, k.start, at.zone, at.driver, s)
	}
	return true
}
