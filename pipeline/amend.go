package pipeline

import (
	"cmp"
	"math"
	"slices"

	"milepost/detectors"
)

// settle uses what came late: it is summarised, and the trips that it belongs to and
// that are closed come out again. A trip under way takes it in when it closes.
func (v *Vehicle) settle(s *Scratch) {
	v.digest(s)
	for s.Err == nil {
		c, ok := v.unsettled()
		if !ok {
			v.past.due = 0
			return
		}
		v.amend(c, s)
	}
}

// amended computes the last trip, which has just been closed, from its summaries, if
// something that came late belongs to it. It is false where nothing does.
func (v *Vehicle) amended(end int64, s *Scratch) bool {
	for s.Err == nil {
		c := v.around(v.trip.start, max(end, v.trip.start))
		if !c.live || len(v.past.near(c.from, c.to)) == 0 {
			return false
		}
		if v.amend(c, s) {
			return true
		}
	}
	return true
}

// unsettled finds something that came late and is in no trip yet, with all around it.
func (v *Vehicle) unsettled() (cluster, bool) {
	for i := range v.past.runs {
		if r := &v.past.runs[i]; r.fresh {
			if c := v.around(r.from, r.to); !c.live || !v.past.under {
				return c, true
			}
		}
	}
	return cluster{}, false
}

// cluster is a span of event time with the trips and runs in it, each within a trip's
// silence of another.
type cluster struct {
	from, to int64 // µs
	live     bool  // with the last trip, of which summaries are there
}

// around widens a span until nothing is near it.
func (v *Vehicle) around(from, to int64) cluster {
	p, c := v.past, cluster{from: from, to: to}
	widen := func(from, to int64) bool {
		if !detectors.Near(c.from-to) || !detectors.Near(from-c.to) {
			return false
		}
		c.from, c.to = min(c.from, from), max(c.to, to)
		return true
	}
	for was := (cluster{}); was != c; {
		was = c
		for _, k := range p.kept {
			widen(k.span())
		}
		for i := range p.runs {
			widen(p.runs[i].from, p.runs[i].to)
		}
		from, to := v.trip.start, v.seen()
		if !p.under {
			from, to = min(from, p.given.from), max(p.end, p.given.to)
		}
		if v.trip.id != "" && !p.lean && widen(from, max(from, to)) {
			c.live = true
		}
	}
	return c
}

// span is all that a kept trip reaches over, as it was seen and as it was given out.
func (k *kept) span() (from, to int64) {
	if k.record.empty() {
		return k.start, k.end
	}
	return min(k.start, k.record.from), max(k.end, k.record.to)
}

// amend computes the trips of a cluster again from their summaries and gives them out.
// It is false, and nothing is given out, where some are lost, which leaves another
// cluster, or cannot be read, of which s.Err says why.
func (v *Vehicle) amend(c cluster, s *Scratch) bool {
	r := &rerun{vehicle: v, cluster: c, w: v.shadow()}
	if err := r.read(s.Chunks); err != nil {
		if !v.forgo(err, s) {
			s.Err = err
		}
		return false
	}
	r.formers = v.formers(c)
	for _, k := range r.formers {
		v.setAside(&k.standing)
	}
	r.play(s)
	v.takeBack(r, s)
	for i := range r.segments {
		if g := &r.segments[i]; g.of == nil && !g.withheld {
			g.of = v.newborn(g, r)
		}
	}
	r.dealSpeeding()
	for i := range r.segments {
		if g := &r.segments[i]; g.withheld {
			v.withholdAgain(g, s)
		} else {
			v.publish(g, s)
		}
	}
	for _, k := range r.formers {
		if !r.taken(k) && k.out() {
			v.withdraw(k, s)
		}
	}
	r.conclude()
	r.bury()
	return true
}

// out reports whether the trip stands outside, given out and not withdrawn.
func (t *standing) out() bool { return t.revision > 0 && t.month != "" }

// formers are the trips of a cluster as they stand outside, by start; the last trip
// stands in a copy.
func (v *Vehicle) formers(c cluster) []*kept {
	var out []*kept
	for _, k := range v.past.kept {
		if from, to := k.span(); from >= c.from && to <= c.to {
			out = append(out, k)
		}
	}
	if c.live {
		p := v.past
		out = append(out, &kept{standing: v.trip.standing, start: p.given.from, end: p.given.to, late: p.late, short: v.trip.short, last: true})
	}
	slices.SortStableFunc(out, func(a, b *kept) int { return cmp.Compare(a.start, b.start) })
	return out
}

// read reads what the cluster is made of: trips as they were seen, and what came late.
func (r *rerun) read(from Reader) error {
	p := r.vehicle.past
	add := func(rec *record, late bool, found []finding) error {
		if rec.empty() || rec.from < r.cluster.from || rec.to > r.cluster.to {
			return nil
		}
		told, err := rec.read(from)
		if err != nil {
			return err
		}
		told.found = append(told.found, found...)
		r.sources = append(r.sources, source{record: rec, story: told, late: late})
		return nil
	}
	for _, k := range p.kept {
		if err := add(&k.record, false, nil); err != nil {
			return err
		}
		if from, to := k.span(); from >= r.cluster.from && to <= r.cluster.to {
			r.arrived = max(r.arrived, k.arrived)
		}
	}
	if r.cluster.live {
		r.arrived = max(r.arrived, p.closed)
		if err := add(&p.live, false, p.findings(&r.vehicle.trip)); err != nil {
			return err
		}
	}
	for i := range p.runs {
		if err := add(&p.runs[i].record, true, nil); err != nil {
			return err
		}
		if q := &p.runs[i]; q.from >= r.cluster.from && q.to <= r.cluster.to {
			r.arrived = max(r.arrived, q.arrived)
		}
	}
	r.merge()
	return nil
}

// merge lays all that the sources tell into one order of time. Of a second that was
// seen live nothing late is used, nor of one within a trip that is complete.
func (r *rerun) merge() {
	p, have := r.vehicle.past, map[int64]bool{}
	for i := range r.sources {
		src := &r.sources[i]
		for _, second := range src.story.seconds {
			start := second.second * 1_000_000
			if second.late = src.late; src.late && (have[second.second] || p.touches(start+int64(second.first)*1000, start+int64(second.last)*1000)) {
				continue
			}
			r.all.seconds = append(r.all.seconds, second)
		}
		if !src.late {
			for _, second := range src.story.seconds {
				have[second.second] = true
			}
		}
		for _, m := range src.story.marks {
			if !slices.Contains(r.all.marks, m) && !(src.late && p.touches(m.at, m.at)) {
				r.all.marks = append(r.all.marks, m)
			}
		}
		for k := range src.story.found {
			if f := &src.story.found[k]; !r.knows(f, src) {
				r.found = append(r.found, found{f, src})
			}
		}
	}
	r.all.sort()
	slices.SortStableFunc(r.found, found.compare)
}

// knows reports whether a finding of what came late is one that was seen live.
func (r *rerun) knows(f *finding, src *source) bool {
	return src.late && slices.ContainsFunc(r.found, func(g found) bool { return !g.src.late && g.same(&f.Finding) })
}

// conclude remembers what is out now.
func (r *rerun) conclude() {
	v, p := r.vehicle, r.vehicle.past
	for _, k := range r.formers {
		if k.over = false; k.last {
			p.over = false
			v.trip.standing, v.trip.short = k.standing, k.short
			p.late, p.given = k.late, extent{k.start, k.end}
		}
	}
	for i := range r.sources {
		src := &r.sources[i]
		switch {
		case src.record == &p.live:
			if v.trip.revision > 0 {
				v.trip.sent = len(v.trip.found)
			}
			p.remember(&v.trip, src.story.found)
		case src.dirty:
			src.record.write(&src.story)
		}
	}
	for i := range p.runs {
		if q := &p.runs[i]; q.from >= r.cluster.from && q.to <= r.cluster.to {
			q.fresh = false
		}
	}
	if len(r.segments) == 0 || slices.ContainsFunc(r.segments, func(g segment) bool { return !g.whole }) {
		return // what they were computed from is one
	}
	for i := range r.segments {
		if g := &r.segments[i]; !g.withheld {
			if p.settled(g); g.of.last {
				v.own(g)
			}
		}
	}
	// Nor is one amended again that was withdrawn: others were computed from its summaries.
	p.dropKept(func(k *kept) bool { return slices.Contains(r.formers, k) })
	if r.cluster.live && !p.lean {
		p.letGo(p.given, false)
	}
}

// settled lets go of what a trip that is now complete was computed from.
func (p *past) settled(g *segment) {
	if g.of.last {
		p.lean, p.end = true, g.end
		p.live.reset()
		p.live.from, p.live.to = g.start, g.end
	} else {
		p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool { return k == g.of })
		p.finished(extent{g.start, g.end}, g.of.named)
	}
	p.dropKept(func(k *kept) bool { return k.start >= g.start && k.end <= g.end })
	p.runs = slices.DeleteFunc(p.runs, func(r run) bool { return r.from >= g.start && r.to <= g.end })
}

// taken reports whether a former trip is one of those found again.
func (r *rerun) taken(k *kept) bool {
	return slices.ContainsFunc(r.segments, func(g segment) bool { return g.of == k })
}

// forever is later than any sample, µs.
const forever = math.MaxInt64
