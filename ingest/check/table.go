package check

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// table holds entries by id in one block of memory: open addressing with linear
// probing. A map of the same would take twice as much.
type table struct {
	slots []entry
	used  int
	most  int // slots
}

const (
	entryBytes = int64(unsafe.Sizeof(entry{}))
	firstSlots = 1 << 12
	growth     = 4
)

// newTable makes a table that takes at most so many bytes, also while it grows.
func newTable(bytes int64) *table {
	most := max(firstSlots, int(bytes/entryBytes*growth/(growth+1)))
	return &table{slots: make([]entry, min(most, firstSlots)), most: most}
}

// room says whether another entry has a place; it grows the table where that helps.
func (t *table) room() bool {
	const load, of = 4, 5
	if t.used < len(t.slots)*load/of {
		return true
	}
	if len(t.slots) >= t.most {
		return false
	}
	old := t.slots
	t.slots = make([]entry, min(t.most, len(old)*growth))
	for i := range old {
		if old[i].flags != 0 {
			t.slots[t.place(old[i].id)] = old[i]
		}
	}
	return true
}

// home is where an entry belongs: its id's last bytes say, since passes go by the first.
func (t *table) home(id [12]byte) int {
	high, _ := bits.Mul64(binary.LittleEndian.Uint64(id[4:]), uint64(len(t.slots)))
	return int(high)
}

// place is the slot that has the id, or the free one where it would go.
func (t *table) place(id [12]byte) int {
	i := t.home(id)
	for t.slots[i].flags != 0 && t.slots[i].id != id {
		if i++; i == len(t.slots) {
			i = 0
		}
	}
	return i
}

// find gives the entry of an id, or nil.
func (t *table) find(id identity) *entry {
	if e := &t.slots[t.place(short(id))]; e.flags != 0 {
		return e
	}
	return nil
}

// add makes an entry of an id that has none; there must be room.
func (t *table) add(id identity, f flags) *entry {
	t.used++
	e := &t.slots[t.place(short(id))]
	*e = entry{id: short(id), flags: f | used}
	return e
}

// each calls do with every entry.
func (t *table) each(do func(*entry)) {
	for i := range t.slots {
		if t.slots[i].flags != 0 {
			do(&t.slots[i])
		}
	}
}

// drop removes the entries that leave says, in place.
func (t *table) drop(leave func(*entry) bool) {
	for i := 0; i < len(t.slots); {
		if t.slots[i].flags != 0 && leave(&t.slots[i]) {
			t.remove(i) // what moves into the slot is looked at next
			continue
		}
		i++
	}
}

// remove closes the gap: entries behind it move up as far as their homes allow.
func (t *table) remove(gap int) {
	t.used--
	n := len(t.slots)
	for i := (gap + 1) % n; t.slots[i].flags != 0; i = (i + 1) % n {
		if home := t.home(t.slots[i].id); (i-home+n)%n >= (i-gap+n)%n {
			t.slots[gap] = t.slots[i]
			gap = i
		}
	}
	t.slots[gap] = entry{}
}

// short is the part of an id that entries keep.
func short(id identity) (s [12]byte) {
	copy(s[:], id[:])
	return s
}

// rank is the place of an entry in the order of passes.
func (e *entry) rank() uint64 { return binary.BigEndian.Uint64(e.id[:8]) }
