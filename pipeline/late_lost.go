package pipeline

import (
	"errors"
	"slices"
)

// lostRecord says that what a record holds cannot be read, now or ever.
type lostRecord struct {
	record *record
	cause  error
}

func (e *lostRecord) Error() string { return e.cause.Error() }

func (e *lostRecord) Unwrap() error { return e.cause }

// forgo goes on without a record where an error says that it is lost, and counts it.
// It is false for other errors.
func (v *Vehicle) forgo(err error, s *Scratch) bool {
	var lost *lostRecord
	if !errors.As(err, &lost) {
		return false
	}
	s.LostPieces++
	v.past.lose(lost.record)
	return true
}

// lose lets go of a record that cannot be read. The trips that were computed from it stay
// as they were given out, and nothing late is laid over them.
func (p *past) lose(r *record) {
	i := slices.IndexFunc(p.runs, func(q run) bool { return q.from == r.from && q.to == r.to })
	late := i >= 0 && r == &p.runs[i].record
	from, to := r.from, r.to
	// Of a trip to which nothing late was added, nothing is lost with what came late.
	needs := func(own *record, seconds int32, first, last int64) bool {
		return r == own || late && seconds > 0 && first <= to && last >= from
	}
	if first, last := min(p.live.from, p.given.from), max(p.end, p.given.to); !p.lean && p.end != 0 && needs(&p.live, p.late, first, last) {
		p.letGo(extent{first, last}, false)
	}
	p.kept = slices.DeleteFunc(p.kept, func(k *kept) bool {
		first, last := k.span()
		needed := needs(&k.record, k.late, first, last)
		if needed {
			p.release(k, false)
		}
		return needed
	})
	if late {
		p.runs = slices.Delete(p.runs, i, i+1)
	}
}
