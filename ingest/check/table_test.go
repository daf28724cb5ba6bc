package check

import (
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// A table does what a map does, whatever its ids are.
func TestTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, want := newTable(1), map[identity]uint32{}
		// Few homes, so that entries crowd, also around the end.
		ids := rapid.Custom(func(t *rapid.T) (id identity) {
			binary.BigEndian.PutUint64(id[:], rapid.Uint64Range(0, 50).Draw(t, "rank"))
			binary.LittleEndian.PutUint64(id[4:], rapid.SampledFrom([]uint64{0, 1 << 52, ^uint64(0), ^uint64(0) - 1<<52}).Draw(t, "home"))
			return id
		})
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				id, n := ids.Draw(t, "id"), rapid.Uint32().Draw(t, "n")
				e := table.find(id)
				if e == nil {
					e = table.add(id, 0)
				}
				e.key, want[whole(short(id))] = n, n
			},
			"drop": func(t *rapid.T) {
				odd := rapid.Uint64Range(0, 2).Draw(t, "odd")
				table.drop(func(e *entry) bool { return e.rank()%3 == odd })
				for id := range want {
					if id.rank()%3 == odd {
						delete(want, id)
					}
				}
			},
			"": func(t *rapid.T) {
				n := 0
				table.each(func(e *entry) {
					n++
					if got, ok := want[whole(e.id)]; !ok || got != e.key {
						t.Fatalf("entry %x has %d, want %d (%v)", e.id, e.key, got, ok)
					}
				})
				if n != len(want) || n != table.used {
					t.Fatalf("%d entries, counted %d, want %d", n, table.used, len(want))
				}
				for id, key := range want {
					if e := table.find(id); e == nil || e.key != key {
						t.Fatalf("%x is not found", id)
					}
				}
			},
		})
	})
}

func whole(s [12]byte) (id identity) {
	copy(id[:], s[:])
	return id
}

func TestTableKeepsToItsMemory(t *testing.T) {
	const bytes = 1 << 20
	table := newTable(bytes)
	n := 0
	for ; table.room(); n++ {
		var id identity
		binary.BigEndian.PutUint64(id[:], uint64(n)*0x9e3779b97f4a7c15)
		binary.BigEndian.PutUint64(id[8:], uint64(n)*0x9e3779b97f4a7c15)
		table.add(id, 0)
	}
	if got := int64(len(table.slots)) * entryBytes; got > bytes*4/5 || n < bytes/50 {
		t.Errorf("%d entries in %d bytes, want at most four fifths of %d at the end", n, got, bytes)
	}
	if entryBytes != 32 {
		t.Errorf("an entry takes %d bytes", entryBytes)
	}
}
