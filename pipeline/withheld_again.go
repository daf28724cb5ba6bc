package pipeline

import "slices"

// withholdAgain counts a trip of which it came out late that it ended unshared, and takes
// it back if it is out. Its events are taken back with those that no trip has.
func (v *Vehicle) withholdAgain(g *segment, s *Scratch) {
	k := g.of
	if k == nil {
		k = &kept{}
	}
	if g.absorbed {
		v.retractAbsorbed(k, s)
		return
	}
	if k.revision == 0 && seconds(g.end-g.start) < leastS {
		s.ShortTrips++
		return
	}
	v.retract(k, g.start, v.termsAt(g.start).zone, g.driver, s)
}

// retractAbsorbed takes back a trip that is out and is only a part of one that is withheld:
// that one is counted.
func (v *Vehicle) retractAbsorbed(k *kept, s *Scratch) {
	if k.out() {
		v.withdrawBlank(k, s)
		v.unlearn(&k.standing)
		v.takeOut(&k.standing, s)
	}
}

// buried reports whether a trip over which nothing late is laid is, by all that is known,
// one that is withheld and counted.
func (r *rerun) buried(e extent) bool {
	return seconds(e.to-e.from) >= leastS &&
		slices.ContainsFunc(r.vehicle.hides, func(h hide) bool { return h.unshared && h.from <= e.to && h.to > e.from })
}

// bury forgets the trips of the cluster that are withheld.
func (r *rerun) bury() {
	for i := range r.segments {
		g := &r.segments[i]
		if !g.withheld {
			continue
		}
		e, named := extent{g.start, g.end}, int64(0)
		if g.of != nil {
			named = g.of.named
			e.from, e.to = min(e.from, g.of.start), max(e.to, g.of.end)
		}
		if g.of != nil && g.of.last {
			r.vehicle.buryLast(e, named)
			continue
		}
		r.vehicle.bury(e, named)
	}
}
