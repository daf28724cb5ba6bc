package snapshot

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Entries lie in a file sorted by vehicle, in blocks that are compressed one by
// one. An entry is the vehicle's length, the vehicle, the state's length plus one
// and the state; zero in place of a length is the tombstone of a vehicle removed.
const (
	blockBytes = 256 << 10 // of entries in a block, uncompressed; one entry may have more
	runBytes   = 16 << 20  // of entries sorted together, uncompressed
	fileBytes  = 32 << 20  // a file of merged entries ends behind this
	maxVehicle = 1 << 10   // bytes of a vehicle's id
	maxState   = 64 << 20  // bytes of one vehicle's state
	maxBlock   = maxState + maxVehicle + blockBytes
)

// compressor and decompressor are shared by all partitions: they keep buffers for
// as many calls as there are processors.
var (
	compressor = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	})
	decompressor = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBlock), zstd.WithDecoderConcurrency(0))
	})
)

func appendEntry(b []byte, vehicle string, state []byte, removed bool) []byte {
	b = binary.AppendUvarint(b, uint64(len(vehicle)))
	b = append(b, vehicle...)
	if removed {
		return binary.AppendUvarint(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(state))+1)
	return append(b, state...)
}

// entry is one vehicle's; its bytes belong to the block that it was read from.
type entry struct {
	vehicle []byte
	state   []byte
	removed bool
	whole   []byte // as it stands in the block
}

// cutEntry takes the first entry off b.
func cutEntry(b []byte) (e entry, rest []byte, err error) {
	rest = b
	length := func() (n uint64, ok bool) {
		n, used := binary.Uvarint(rest)
		if used <= 0 {
			return 0, false
		}
		rest = rest[used:]
		return n, true
	}
	n, ok := length()
	if !ok || n > maxVehicle || n > uint64(len(rest)) {
		return e, nil, damaged("an entry without its vehicle")
	}
	e.vehicle, rest = rest[:n], rest[n:]
	n, ok = length()
	switch {
	case !ok || n > uint64(len(rest))+1:
		return e, nil, damaged("an entry without its state")
	case n == 0:
		e.removed = true
	default:
		e.state, rest = rest[:n-1], rest[n-1:]
	}
	e.whole = b[:len(b)-len(rest)]
	return e, rest, nil
}

// run holds entries as they come.
type run struct {
	raw   []byte
	index []span
}

// span is where an entry lies, and its vehicle within.
type span struct{ from, to, vehicle, vehicleEnd uint32 }

func (r *run) put(vehicle string, state []byte, removed bool) {
	from := len(r.raw)
	r.raw = appendEntry(r.raw, vehicle, state, removed)
	var length [binary.MaxVarintLen64]byte
	start := from + binary.PutUvarint(length[:], uint64(len(vehicle)))
	r.index = append(r.index, span{uint32(from), uint32(len(r.raw)), uint32(start), uint32(start + len(vehicle))})
}

// seal gives the entries sorted as a file; of a vehicle's several the last counts.
func (r *run) seal(id uint64, k Key) (*frames, error) {
	vehicle := func(s span) []byte { return r.raw[s.vehicle:s.vehicleEnd] }
	slices.SortStableFunc(r.index, func(a, b span) int { return bytes.Compare(vehicle(a), vehicle(b)) })
	w := newEntryWriter(id, k)
	for i, s := range r.index {
		if i+1 < len(r.index) && bytes.Equal(vehicle(s), vehicle(r.index[i+1])) {
			continue
		}
		if err := w.add(r.raw[s.from:s.to]); err != nil {
			return nil, err
		}
	}
	return w.frames, w.close()
}

// entryWriter writes sorted entries into a file in memory.
type entryWriter struct {
	*frames
	block, packed []byte
}

func newEntryWriter(id uint64, k Key) *entryWriter {
	return &entryWriter{frames: newFrames(entriesKind, id, k)}
}

func (w *entryWriter) add(whole []byte) error {
	if len(w.block) > 0 && len(w.block)+len(whole) > blockBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.block = append(w.block, whole...)
	w.count++
	return nil
}

func (w *entryWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	z, err := compressor()
	if err != nil {
		return err
	}
	w.packed = z.EncodeAll(w.block, w.packed[:0])
	w.frames.add(w.packed)
	w.block = w.block[:0]
	return nil
}

func (w *entryWriter) close() error {
	err := w.flush()
	w.end()
	return err
}

// describe is the file as a manifest names it.
func (f *frames) describe() file {
	return file{ID: f.id, Bytes: int64(len(f.buf)), Sum: crc32.Checksum(f.buf, castagnoli), Entries: f.count}
}
