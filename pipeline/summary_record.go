package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"milepost/detectors"
)

// record holds the summaries of a stretch of time: pieces outside memory, then what
// is still in it.
type record struct {
	from, to int64   // µs, of the trip as it was seen live, or of what came late
	way      float64 // m that the trip had been driven before its first sample
	refs     []Ref
	kept     bool   // refs is one piece that holds all and is there to stay
	tail     []byte // encoded since the last piece
	seconds  int    // in tail
	coder    coder
	found    []finding // in memory; of a trip under way they are with the trip
}

// reset empties the record and keeps its buffer.
func (r *record) reset() { *r = record{tail: r.tail[:0], refs: r.refs[:0]} }

func (r *record) empty() bool { return len(r.refs) == 0 && len(r.tail) == 0 }

// read gives all that the record holds. The error is a lostRecord where that is damaged
// or gone.
func (r *record) read(from Reader) (s story, err error) {
	for _, ref := range r.refs {
		if from == nil {
			return s, fmt.Errorf("read summaries: they are in file %d, and nothing is given to read it", ref.File)
		}
		piece, err := from.Read(ref)
		if err == nil {
			err = s.open(piece)
		}
		if err != nil {
			return s, r.unread(fmt.Errorf("read summaries at %d of file %d: %w", ref.Offset, ref.File, err))
		}
	}
	in := reader{b: r.tail}
	s.stream(&in)
	s.found = append(s.found, r.found...)
	return s, r.unread(in.err)
}

// unread tells an error that will never go away from others.
func (r *record) unread(err error) error {
	if errors.Is(err, ErrPiece) {
		return &lostRecord{record: r, cause: err}
	}
	return err
}

// write makes the record hold a story, in memory.
func (r *record) write(s *story) {
	*r = record{from: r.from, to: r.to, way: r.way, tail: s.encode(), seconds: len(s.seconds), found: s.found}
}

// cut puts the tail away as a piece of a trip under way, once it is worth it.
func (r *record) cut(c Chunks) error {
	if r.seconds < leastPiece {
		return nil
	}
	ref, err := c.Put(false, seal(nil, r.tail))
	if err != nil {
		return fmt.Errorf("put summaries away: %w", err)
	}
	r.refs, r.tail, r.seconds, r.coder, r.kept = append(r.refs, ref), r.tail[:0], 0, coder{}, false
	return nil
}

// leastPiece is the fewest seconds that are put away as a piece of a trip under way.
const leastPiece = 30

// keep puts all away as one piece that stays.
func (r *record) keep(c Chunks) error {
	if r.empty() || r.kept && len(r.tail) == 0 && len(r.found) == 0 {
		return nil
	}
	s, err := r.read(c)
	if err != nil {
		return err
	}
	ref, err := c.Put(true, s.piece())
	if err != nil {
		return fmt.Errorf("put summaries away: %w", err)
	}
	*r = record{from: r.from, to: r.to, way: r.way, refs: []Ref{ref}, kept: true}
	return nil
}

// sort puts a story into the order of time. A second that was left and taken up again is
// there in parts, which stay as they were gathered: not each has a time of its own.
func (s *story) sort() {
	slices.SortStableFunc(s.seconds, func(a, b summary) int { return cmp.Compare(a.second, b.second) })
	slices.SortStableFunc(s.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.signal, b.signal), cmp.Compare(a.value, b.value))
	})
	slices.SortStableFunc(s.found, func(a, b finding) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Kind, b.Kind)) })
}

// sameManoeuvre is how close two findings of a kind are one: the detectors' merging.
const sameManoeuvre = 2_000_000 // µs

// same reports whether two findings are of one manoeuvre.
func (f *finding) same(o *detectors.Finding) bool {
	return f.Kind == o.Kind && f.Start <= o.Start+o.Duration+sameManoeuvre && o.Start <= f.Start+f.Duration+sameManoeuvre
}

// add takes from another story what this one does not have, and reports whether that
// was anything. Seconds are taken whole or not at all.
func (s *story) add(o *story) (more bool) {
	have := make(map[int64]bool, len(s.seconds))
	for i := range s.seconds {
		have[s.seconds[i].second] = true
	}
	for i := range o.seconds {
		if !have[o.seconds[i].second] {
			s.seconds, more = append(s.seconds, o.seconds[i]), true
		}
	}
	for _, m := range o.marks {
		if !slices.Contains(s.marks, m) {
			s.marks, more = append(s.marks, m), true
		}
	}
	before := s.found // two of one story may be close, and are two
	for i := range o.found {
		f := &o.found[i]
		if !slices.ContainsFunc(before, func(g finding) bool { return g.same(&f.Finding) }) {
			s.found = append(s.found, *f)
		}
	}
	s.sort()
	return more
}
