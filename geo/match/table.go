package match

// table maps keys to numbers, and is emptied in no time: a slot counts only in the
// generation that wrote it. Go's map would clear itself slot by slot.
type table struct {
	slots []slot
	used  int
	now   uint32
}

type slot struct {
	key   uint64
	value int32
	born  uint32
}

const tableLeast = 256 // slots; a power of two

func (t *table) reset() {
	t.used = 0
	if t.now++; t.now == 0 {
		clear(t.slots)
		t.now = 1
	}
}

// at is the slot of a key, or the empty one where it belongs.
func (t *table) at(key uint64) *slot {
	mask := uint64(len(t.slots) - 1)
	i := key * 0x9E3779B97F4A7C15 >> 32 & mask
	for t.slots[i].born == t.now && t.slots[i].key != key {
		i = (i + 1) & mask
	}
	return &t.slots[i]
}

func (t *table) get(key uint64) (value int32, ok bool) {
	if t.used == 0 {
		return 0, false
	}
	s := t.at(key)
	return s.value, s.born == t.now
}

func (t *table) put(key uint64, value int32) {
	if 2*t.used >= len(t.slots) {
		t.grow()
	}
	s := t.at(key)
	if s.born != t.now {
		t.used++
	}
	*s = slot{key, value, t.now}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(tableLeast, 2*len(old)))
	if t.now == 0 {
		t.now = 1
	}
	for _, s := range old {
		if s.born == t.now {
			*t.at(s.key) = s
		}
	}
}
