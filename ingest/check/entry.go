package check

import (
	"encoding/binary"
	"slices"

	"milepost/outcome"
)

// identity is an outcome's id. Its bytes are those of a hash: any of them will do for one.
type identity [16]byte

// rank places an identity in the order in which passes go through them.
func (id identity) rank() uint64 { return binary.BigEndian.Uint64(id[:8]) }

// version orders the versions of a fact.
type version struct {
	method   uint16
	revision uint32
}

func (v version) compare(other version) int {
	a := uint64(v.method)<<32 | uint64(v.revision)
	b := uint64(other.method)<<32 | uint64(other.revision)
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// fact is a version of one, as a record or a row has it.
type fact struct {
	id        identity
	kind      outcome.Type
	version   version
	withdrawn bool
	erased    bool   // by an erasure that came after it
	key       uint32 // a hash of vehicle and time
	digest    uint64 // of its JSON
}

// entry is what is kept of a fact: 32 bytes. The rest of the id (96 bits of it) tells
// one fact from another surely enough.
type entry struct {
	id       [12]byte
	key      uint32
	digest   uint64
	revision uint32
	method   uint16
	flags    flags
}

func (e *entry) version() version { return version{e.method, e.revision} }

// flags say where a fact was seen, and how.
type flags uint16

const (
	used      flags = 1 << iota
	inTopic         // the topic has it
	withdrawn       // its newest version in the topic is withdrawn, or in the store alone that which was seen
	stored          // a row has its key
	same            // a row is what the topic's newest version is
	older           // a row is of an older version and not withdrawn
	newer           // a row is of a newer version than the topic has
	other           // a row is of that version and says something else
	elsewhere       // a row that is not withdrawn has its id and another key
	goneThere       // a row that is withdrawn has its id and another key
	suspect         // looked at once more
	moving          // it changed meanwhile
)

// Three more bits are the type.
const (
	kindShift = 12
	kindMask  = 7 << kindShift

	// forgotten: its newest version in the topic is from before an erasure of whose it is.
	forgotten flags = 1 << (kindShift + 3)
)

// kinds are those that the topic has: what people add to collisions goes to stores alone.
var kinds = []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor, outcome.TypeCollision}

// Kinds are the types that are compared, in the order in which they are shown.
func Kinds() []outcome.Type { return slices.Clone(kinds) }

func flagsOf(kind outcome.Type) flags {
	for i, k := range kinds {
		if k == kind {
			return flags(i) << kindShift
		}
	}
	return 0
}

func (f flags) kind() outcome.Type { return kinds[f&kindMask>>kindShift] }

func (f flags) has(some flags) bool { return f&some != 0 }

// tell takes in a version that the topic has; the newest counts, and of equal ones the last.
func (e *entry) tell(f fact) {
	if e.flags.has(inTopic) && f.version.compare(e.version()) < 0 {
		return
	}
	e.key, e.digest, e.method, e.revision = f.key, f.digest, f.version.method, f.version.revision
	e.flags = e.flags&^(withdrawn|forgotten) | inTopic
	if f.erased {
		e.flags |= forgotten
	}
	if f.withdrawn {
		e.flags |= withdrawn
	}
}

// meet takes in a row of the store.
func (e *entry) meet(f fact) {
	switch {
	case !e.flags.has(inTopic | stored | elsewhere | goneThere):
		e.key = f.key // what is known first of a fact that the topic does not have
	case f.key == e.key:
	case f.withdrawn:
		e.flags |= goneThere
		return
	default:
		e.flags |= elsewhere
		return
	}
	e.flags |= stored
	if e.flags.has(inTopic) {
		e.compare(f)
		return
	}
	if f.version.compare(e.version()) >= 0 {
		e.method, e.revision, e.flags = f.version.method, f.version.revision, e.flags&^withdrawn
		if f.withdrawn {
			e.flags |= withdrawn
		}
	}
}

// compare notes how a row stands to the topic's newest version.
func (e *entry) compare(f fact) {
	switch order := f.version.compare(e.version()); {
	case order > 0:
		e.flags |= newer
	case order < 0 && !f.withdrawn:
		e.flags |= older
	case order < 0:
	case f.withdrawn != e.flags.has(withdrawn), !f.withdrawn && f.digest != e.digest:
		e.flags |= other
	default:
		e.flags |= same
	}
}

// verdict is what was found of a fact.
type verdict int

const (
	agrees verdict = iota
	missing
	doubled
	differing
	unknown
	erased
)

func (v verdict) String() string {
	return [...]string{"agrees", "missing", "doubled", "differing", "unknown", "erased"}[v]
}

// wrong says whether something has to be done.
func (v verdict) wrong() bool { return v == missing || v == doubled || v == differing }

// twice: readers of the other key's vehicle or time see the fact there. Rows come in no
// order, so that where the other key has a withdrawn row it counts as the last one.
func (f flags) twice() bool { return f&(elsewhere|goneThere) == elsewhere }

// judge gives the verdict, and its reason where it is wrong.
func (f flags) judge() (verdict, string) {
	switch {
	case !f.has(inTopic):
		return f.judgeAlone()
	case f.has(newer):
		return differing, "the store has a newer version"
	case f.has(other):
		return differing, "the same version says something else"
	case f.has(withdrawn):
		return f.judgeWithdrawn()
	case f.has(same) && f.twice():
		return doubled, "stored under two keys"
	case f.has(same):
		return agrees, ""
	case f.twice():
		return differing, "stored under another key"
	case f.has(older):
		return differing, "the store has an older version"
	}
	if f.has(forgotten) {
		return erased, ""
	}
	return missing, "not in the store"
}

// judgeAlone is for what the topic does not have.
func (f flags) judgeAlone() (verdict, string) {
	switch {
	case f.has(withdrawn):
		return agrees, ""
	case f.twice():
		return doubled, "stored under two keys"
	}
	return unknown, ""
}

// judgeWithdrawn: no row at all is as good as a withdrawn one.
func (f flags) judgeWithdrawn() (verdict, string) {
	if !f.has(same) && f.has(older) || f.twice() {
		return differing, "withdrawn in the topic, and not in the store"
	}
	return agrees, ""
}
