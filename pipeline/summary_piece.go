package pipeline

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/outcome"
)

// Ref is a piece of a trip's summaries outside memory. Written once.
type Ref struct {
	File           uint64
	Offset, Length uint32
}

// Reader reads pieces that were put away. Its bytes are used before the next call.
type Reader interface {
	Read(r Ref) ([]byte, error)
}

// Chunks keeps pieces of state outside memory; the caller's store stands behind it.
// Kept pieces are of trips that are over and may stay for days; the others are of a
// trip under way.
type Chunks interface {
	Reader
	Put(kept bool, piece []byte) (Ref, error)
}

// finding is a manoeuvre of a trip with what is out of it.
type finding struct {
	detectors.Finding
	revision uint32 // of its event; 0 where none is out
	trip     string // that its event names
}

// story is what summaries tell, in the order of time.
type story struct {
	seconds []summary
	marks   []mark
	found   []finding
}

// pieceVersion is the layout of a piece: version, findings, then seconds and marks,
// then a checksum of all. Version 1 has no headings, accuracies and signs, version 2 no
// altitudes, indicators and temperatures; both are read too.
const pieceVersion = 3

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal makes a piece of findings and of an encoded stream of seconds and marks.
func seal(found []finding, stream []byte) []byte {
	b := binary.AppendUvarint(make([]byte, 0, len(stream)+64), pieceVersion)
	b = binary.AppendUvarint(b, uint64(len(found)))
	for i := range found {
		b = appendFinding(b, &found[i])
	}
	b = append(b, stream...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// open adds what a piece tells.
func (s *story) open(piece []byte) error {
	body := len(piece) - 4
	if body < 0 || crc32.Checksum(piece[:body], castagnoli) != binary.LittleEndian.Uint32(piece[body:]) {
		return fmt.Errorf("%w: the checksum differs", ErrPiece)
	}
	r := &reader{b: piece[:body]}
	if v := r.unsigned(); r.err == nil && (v < 1 || v > pieceVersion) {
		return fmt.Errorf("read piece of summaries: version %d, this build knows %d", v, pieceVersion)
	}
	n := r.unsigned()
	for i := uint64(0); i < n && r.err == nil; i++ {
		s.found = append(s.found, r.finding())
	}
	s.stream(r)
	return r.err
}

// stream adds seconds and marks from their encoding.
func (s *story) stream(r *reader) {
	var c coder
	const spare = 14 // bytes that a second takes at the least, most often
	s.seconds = slices.Grow(s.seconds, len(r.b)/spare)
	for len(r.b) > 0 {
		if tag := r.unsigned(); tag&tagMark != 0 {
			if m := c.readMark(r, tag); r.err == nil {
				s.marks = append(s.marks, m)
			}
		} else if second := c.readSecond(r, tag); r.err == nil {
			s.seconds = append(s.seconds, second)
		}
	}
}

// encode writes the story as a stream; marks stand before the second they fall into.
func (s *story) encode() []byte {
	var c coder
	var b []byte
	next := 0
	for i := range s.seconds {
		for ; next < len(s.marks) && floorSecond(s.marks[next].at) <= s.seconds[i].second; next++ {
			b = c.mark(b, s.marks[next])
		}
		b = c.second(b, &s.seconds[i])
	}
	for ; next < len(s.marks); next++ {
		b = c.mark(b, s.marks[next])
	}
	return b
}

// piece makes one piece of the whole story.
func (s *story) piece() []byte { return seal(s.found, s.encode()) }

var kinds = [...]outcome.EventKind{outcome.HarshBraking, outcome.HarshAcceleration, outcome.HarshCornering}

func appendFinding(b []byte, f *finding) []byte {
	kind := len(kinds)
	for i, k := range kinds {
		if k == f.Kind {
			kind = i
		}
	}
	b = append(b, byte(kind), byte(f.Level), byte(f.Estimator))
	b = binary.AppendVarint(b, f.Start)
	b = binary.AppendVarint(b, f.Duration)
	for _, x := range [...]float64{f.Peak, f.RateHz, f.Speed, f.Lat, f.Lon} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	b = binary.AppendUvarint(b, uint64(f.revision))
	b = binary.AppendUvarint(b, uint64(len(f.trip)))
	return append(b, f.trip...)
}

func (r *reader) finding() (f finding) {
	if kind := int(r.octet()); kind < len(kinds) {
		f.Kind = kinds[kind]
	} else {
		r.fail("a finding of an unknown kind")
	}
	f.Level, f.Estimator = int(r.octet()), detectors.Estimator(r.octet())
	if f.Estimator > detectors.Fused {
		r.fail("an unknown estimator")
	}
	f.Start, f.Duration = r.signed(), r.signed()
	for _, x := range [...]*float64{&f.Peak, &f.RateHz, &f.Speed, &f.Lat, &f.Lon} {
		if *x = 0; len(r.b) < 8 {
			r.fail("a finding is cut short")
			return f
		}
		*x, r.b = math.Float64frombits(binary.LittleEndian.Uint64(r.b)), r.b[8:]
	}
	f.revision = uint32(r.unsigned())
	n := r.unsigned()
	if n > uint64(len(r.b)) {
		r.fail("a finding is cut short")
		return f
	}
	f.trip, r.b = string(r.b[:n]), r.b[n:]
	return f
}

// floorSecond is the Unix second of a time in µs.
func floorSecond(at int64) int64 {
	s := at / 1_000_000
	if at < s*1_000_000 {
		s--
	}
	return s
}
