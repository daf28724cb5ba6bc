package pipeline

import (
	"cmp"
	"slices"
)

// expire lets go of what is too old to be amended, or complete by now, at an arrival
// time. It does not matter how often it is called, nor whether the last trip has been
// passed on.
func (p *past) expire(now int64) {
	stale := func(arrived int64) bool { return arrived < now-keepFor }
	over := func(is bool, arrived int64) bool { return is && arrived < now-looseFor && len(p.held) == 0 }
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool {
		old, done := stale(k.arrived), over(k.over, k.arrived)
		if old || done {
			p.release(k, old)
		}
		return old || done
	})
	old := stale(p.closed)
	if !p.under && !p.lean && p.end != 0 && (old || over(p.over, p.closed)) {
		p.letGo(extent{min(p.live.from, p.given.from), max(p.end, p.given.to)}, old)
	}
	p.runs = slices.DeleteFunc(p.runs, func(r run) bool { return stale(r.arrived) })
	p.orphans()
}

// orphans remembers trips as done that were computed from what is gone: without it they
// would not be found again.
func (p *past) orphans() {
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool {
		orphan := k.record.empty() && k.end <= p.gone
		if orphan {
			p.finished(extent{k.start, k.end}, k.named)
		}
		return orphan
	})
}

// release remembers of a trip that it is not to be amended any more; old says that
// nothing before its end is.
func (p *past) release(k *kept, old bool) {
	from, to := k.span()
	if old {
		p.gone = max(p.gone, to)
	}
	p.finished(extent{from, to}, k.named)
}

// letGo lets go of the summaries of the last trip, as release does of others.
func (p *past) letGo(e extent, old bool) {
	if old {
		p.gone = max(p.gone, e.to)
	}
	p.lean, p.sum, p.end = true, summing{}, e.to
	p.live.reset()
	p.live.from, p.live.to = e.from, e.to
}

// finished takes a trip over which nothing late is to be laid, and the time that its
// identity is made of.
func (p *past) finished(e extent, named int64) {
	if named != e.from {
		p.drop(named)
	}
	i, _ := slices.BinarySearchFunc(p.done, e, func(a, b extent) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	p.done = slices.Insert(p.done, i, e)
}

// limit bounds the trips that are remembered.
func (p *past) limit() {
	for len(p.kept) > keptTrips {
		oldest := slices.MinFunc(p.kept, func(a, b *kept) int {
			return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.start, b.start), cmp.Compare(a.id, b.id))
		})
		p.release(oldest, true)
		p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool { return k == oldest })
		p.orphans()
	}
	if n := len(p.done) - doneTrips; n > 0 {
		for _, e := range p.done[:n] {
			p.gone, p.named = max(p.gone, e.to), max(p.named, e.from)
		}
		p.done = slices.Delete(p.done, 0, n)
	}
	if n := len(p.names) - doneTrips; n > 0 {
		p.named = max(p.named, p.names[n-1])
	}
	p.names = slices.DeleteFunc(p.names, func(at int64) bool { return at <= p.named })
}

// dropKept forgets trips that are not to be amended any more, but for their names.
func (p *past) dropKept(which func(*kept) bool) {
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool {
		if !which(k) {
			return false
		}
		p.drop(k.named)
		return true
	})
}

// abandon forgets the summaries that may have places of a time in which they were not
// to be seen: late data does not amend those trips.
func (p *past) abandon(t *trip, from, to int64) {
	if e := p.reach(t); t.id != "" && !p.lean && e.from <= to && (p.under || e.to >= from) {
		p.letGo(e, false)
	} else if p.lean && p.live.from <= to {
		p.sum = summing{}
		p.live.reset()
		p.live.from, p.live.to = e.from, e.to
	}
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool {
		first, last := k.span()
		secret := first <= to && last >= from
		if secret {
			p.finished(extent{first, last}, k.named)
		}
		return secret
	})
	p.runs = slices.DeleteFunc(p.runs, func(r run) bool { return r.from <= to && r.to >= from })
}

// reach is all that the last trip reaches over, as it was seen and, once it was closed, as
// it was given out: what span is of a kept trip.
func (p *past) reach(t *trip) extent {
	e := extent{t.start, max(p.end, t.start)}
	if p.end != 0 {
		e = extent{min(e.from, p.given.from), max(e.to, p.given.to)}
	}
	return e
}
