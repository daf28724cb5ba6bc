package order

import "slices"

// past remembers, within bounds, what went by: where boots ended and what was given
// up, so that a repeated frame can be told from a late one.
type past struct {
	ends  []position // behind the last frame of boots before the present one, oldest first
	holes []hole     // oldest first
}

// hole is a run of sequences of a boot that were given up.
type hole struct {
	boot     uint32
	from, to uint64 // to is exclusive
}

// kept bounds each list.
const kept = 32

func (p *past) end(at position) { p.ends = append(trimmed(p.ends), at) }

func (p *past) lose(h hole) { p.holes = append(trimmed(p.holes), h) }

func trimmed[T any](list []T) []T {
	if len(list) == kept {
		list = slices.Delete(list, 0, 1)
	}
	return list
}

// knows reports whether a boot before the present one is remembered.
func (p *past) knows(boot uint32) bool {
	return slices.ContainsFunc(p.ends, func(end position) bool { return end.boot == boot })
}

// used reports whether a position before next went by and was not given up.
func (p *past) used(at, next position) bool {
	passed := at.boot == next.boot || slices.ContainsFunc(p.ends, func(end position) bool {
		return end.boot == at.boot && at.seq < end.seq
	})
	return passed && !slices.ContainsFunc(p.holes, func(h hole) bool {
		return h.boot == at.boot && at.seq >= h.from && at.seq < h.to
	})
}
