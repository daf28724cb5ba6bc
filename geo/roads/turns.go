package roads

import (
	"cmp"
	"slices"
)

func (t turn) compare(o turn) int {
	return cmp.Or(cmp.Compare(t.from, o.from), cmp.Compare(t.to, o.to))
}

// Allowed reports whether no restriction forbids the turn from one edge into another
// that begins where it ends. Whether a car turns round within a stretch is the
// caller's to rule.
func (m *Map) Allowed(from, to Edge) bool {
	if m.of(from).flags&(flagBans<<(from&1)) == 0 {
		return true
	}
	_, found := slices.BinarySearchFunc(m.banned, turn{from, to}, turn.compare)
	return !found
}
