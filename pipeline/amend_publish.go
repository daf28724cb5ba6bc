package pipeline

import (
	"slices"
	"strconv"

	"milepost/outcome"
	"milepost/scoring"
)

// amendedFlags say in a receipt that a trip was computed from summaries, and how many
// of its seconds came late.
func amendedFlags(late int32) []string {
	return []string{"amended_from_summaries", "late_seconds_" + strconv.Itoa(int(late))}
}

// publish gives out a trip that was found again, its new events and its month, unless
// it stands so already.
func (v *Vehicle) publish(g *segment, s *Scratch) {
	k, o := g.of, g.outcome
	if k.out() && k.late == g.late && k.start == g.start && k.end == g.end && g.given() && v.speedingStands(&k.standing, g.speeding) {
		v.putBack(&k.standing)
		return
	}
	if k.revision == 0 {
		v.rename(k, g.start)
	}
	k.start, k.end, k.late = g.start, g.end, g.late
	if k.revision == 0 && short(o) {
		if !k.short {
			k.short = true
			s.ShortTrips++
		}
		v.tellSpeeding(&k.standing, nil, s)
		return
	}
	k.revision++
	o.ID, o.At, o.Revision, o.State = k.id, outcome.Time(k.named), k.revision, outcome.Final
	if k.revision > 1 {
		o.State = outcome.Amended
	}
	for _, f := range g.findings {
		if f.revision > 0 && f.trip == k.id {
			continue
		}
		f.src.dirty = true
		v.give(f.finding, k.id, s)
	}
	v.tellSpeeding(&k.standing, g.speeding, s)
	v.learn(&k.standing, o, g.lesson)
	s.Out = append(s.Out, o)
	v.enter(&k.standing, o, g.driver, s)
}

// rename gives a trip that nobody has seen the identity of where it begins now.
func (v *Vehicle) rename(k *kept, start int64) {
	if k.named = 0; k.last {
		v.trip.named = 0
	}
	if k.id, k.named = v.tripID(start); k.last {
		v.trip.id, v.trip.named = k.id, k.named
	}
}

// withdraw takes back a trip that is none, or part of another, with what its month
// has of it.
func (v *Vehicle) withdraw(k *kept, s *Scratch) {
	v.tellSpeeding(&k.standing, nil, s)
	k.revision++
	s.Out = append(s.Out, &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: k.id, VehicleID: v.id, At: outcome.Time(k.named), Revision: k.revision},
		State:  outcome.Withdrawn, StartedAt: outcome.Time(k.start), EndedAt: outcome.Time(k.end),
		Receipt: outcome.Receipt{Method: scoring.Method},
	})
	v.unlearn(&k.standing)
	v.takeOut(&k.standing, s)
}

// tripID is the identity of the vehicle's trip that begins at a time, and the time that
// it is made of. A trip whose start moved keeps its identity: another that begins where it
// first did is told from it, also once nothing but its name is remembered.
func (v *Vehicle) tripID(start int64) (id string, named int64) {
	at := max(start, v.past.named+1)
	for v.trip.named == at || v.past.takenName(at) {
		at++
	}
	return outcome.ID(v.id, string(outcome.TypeTrip), outcome.Time(at)), at
}

// takenName reports whether the identity made of a time belongs to a trip before the last.
func (p *past) takenName(at int64) bool {
	return slices.Contains(p.names, at) ||
		slices.ContainsFunc(p.done, func(e extent) bool { return e.from == at }) ||
		slices.ContainsFunc(p.kept, func(k *kept) bool { return k.named == at })
}

// drop forgets a trip but for the time that its identity is made of.
func (p *past) drop(named int64) {
	if i, found := slices.BinarySearch(p.names, named); !found && named > p.named {
		p.names = slices.Insert(p.names, i, named)
	}
}

// newborn is a trip of which nothing was known before.
func (v *Vehicle) newborn(g *segment, r *rerun) *kept {
	k := &kept{arrived: r.arrived}
	k.id, k.named = v.tripID(g.start)
	v.past.kept = append(v.past.kept, k)
	return k
}
