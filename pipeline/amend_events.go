package pipeline

import (
	"slices"

	"milepost/outcome"
	"milepost/scoring"
)

// out reports whether the finding's event stands outside, given out and not withdrawn.
func (f *finding) out() bool { return f.revision > 0 && f.trip != "" }

// give writes the next revision of a finding's event, as one of a trip.
func (v *Vehicle) give(f *finding, trip string, s *Scratch) {
	f.revision, f.trip = f.revision+1, trip
	e := v.event(&f.Finding)
	e.TripID, e.Revision = trip, f.revision
	if f.revision > 1 {
		e.State = outcome.Amended
	}
	s.Out = append(s.Out, e)
}

// giveAll gives out the events of the last trip that do not stand as its own yet.
func (v *Vehicle) giveAll(s *Scratch) {
	t, p := &v.trip, v.past
	if len(p.moved) == 0 {
		for ; t.sent < len(t.found); t.sent++ {
			s.Out = append(s.Out, v.event(&t.found[t.sent]))
		}
		return
	}
	found := p.findings(t)
	for i := range found {
		if f := &found[i]; f.trip != t.id {
			v.give(f, t.id, s)
		}
	}
	t.sent = len(t.found)
	p.remember(t, found)
}

// remember keeps what is out of the last trip's findings, where it is not what sent says.
func (p *past) remember(t *trip, found []finding) {
	p.moved = nil
	for i, plain := range sentFindings(t) {
		if f := &found[i]; f.revision != plain.revision || f.trip != plain.trip {
			p.moved = append(p.moved, *f)
		}
	}
}

// own makes the findings of the last trip, now that it is complete, its own: what some of
// them were found in, late, is gone, and it may still be withheld.
func (v *Vehicle) own(g *segment) {
	t, all := &v.trip, make([]finding, 0, len(g.findings))
	t.found = t.found[:0]
	for _, f := range g.findings {
		t.found, all = append(t.found, f.Finding), append(all, *f.finding)
	}
	t.sent = len(t.found)
	v.past.remember(t, all)
}

// takeBack withdraws the events of former trips that no trip has now, by start and kind.
// Those that another trip has come out again as its own; those of trips that are complete
// stay, though what they were found in may reach out of them.
func (v *Vehicle) takeBack(r *rerun, s *Scratch) {
	var lost []found
	for i := range r.sources {
		src := &r.sources[i]
		for k := range src.story.found {
			if f := &src.story.found[k]; f.out() && r.former(f.trip) && !r.has(f) {
				lost = append(lost, found{f, src})
			}
		}
	}
	slices.SortStableFunc(lost, found.compare)
	for _, f := range lost {
		f.src.dirty = true
		v.takeBackEvent(f.finding, s)
	}
}

// takeBackEvent withdraws the event of a finding.
func (v *Vehicle) takeBackEvent(f *finding, s *Scratch) {
	f.revision++
	s.Out = append(s.Out, &outcome.Event{
		Header: v.eventHeader(&f.Finding, f.revision), State: outcome.Withdrawn,
		Kind: f.Kind, StartedAt: outcome.Time(f.Start), TripID: f.trip, Method: scoring.Method,
	})
	f.trip = ""
}

// former reports whether an identity is that of a trip of the cluster.
func (r *rerun) former(id string) bool {
	return slices.ContainsFunc(r.formers, func(k *kept) bool { return k.id == id })
}

// has reports whether a trip that comes out has the finding's event.
func (r *rerun) has(f *finding) bool {
	return slices.ContainsFunc(r.segments, func(g segment) bool {
		return g.comesOut() && slices.ContainsFunc(g.findings, func(o found) bool { return o.Start == f.Start && o.Kind == f.Kind })
	})
}

// comesOut reports whether the trip is one to be given out.
func (g *segment) comesOut() bool {
	return !g.withheld && (g.of != nil && g.of.revision > 0 || !short(g.outcome))
}

// given reports whether all events of the trip stand as its own.
func (g *segment) given() bool {
	return !slices.ContainsFunc(g.findings, func(f found) bool { return f.trip != g.of.id })
}
