package order

import "slices"

const (
	// seenSpan is the arrival time, in µs, after which a generation of ids is followed
	// by the next: a record is known as a repeat for 15 min at least.
	seenSpan = 15 * 60 * 1_000_000
	// seenKept is how many ids a generation holds before the next one follows early.
	seenKept = 256
)

// seen knows the ids of recent records by 64 bits of their hash, in two generations:
// 4 KiB at most, and nothing for a vehicle at rest.
type seen struct {
	epoch      int64    // of the newer generation: its arrival time / seenSpan
	newer, old []uint64 // sorted
}

// again reports whether an id was here before, and knows it from now on.
func (s *seen) again(id string, arrived int64) bool {
	s.forget(arrived)
	h := hash(id)
	i, found := slices.BinarySearch(s.newer, h)
	if found {
		return true
	}
	if _, found := slices.BinarySearch(s.old, h); found {
		return true
	}
	if len(s.newer) == seenKept {
		s.newer, s.old = s.old[:0], s.newer
		i = 0
	}
	s.newer = slices.Insert(s.newer, i, h)
	return false
}

// forget drops what is too old at an arrival time. Calling it more often changes
// nothing.
func (s *seen) forget(arrived int64) {
	epoch := arrived / seenSpan
	switch {
	case epoch <= s.epoch:
	case epoch == s.epoch+1:
		s.epoch, s.newer, s.old = epoch, nil, s.newer
	default:
		*s = seen{epoch: epoch}
	}
}

// hash is FNV-1a.
func hash(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h
}
