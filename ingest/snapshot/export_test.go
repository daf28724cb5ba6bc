package snapshot

import (
	"context"
	"hash/crc32"
)

// Settle waits for what runs in the background.
func (l *Log) Settle() { l.running.Wait() }

// Merge merges now, whatever the sizes are.
func (l *Log) Merge(ctx context.Context) error {
	l.mu.Lock()
	m := l.current
	l.mu.Unlock()
	if m == nil {
		return nil
	}
	return l.merge(ctx, m)
}

// Sweep deletes now.
func (l *Log) Sweep(ctx context.Context) (int, error) { return l.sweep(ctx) }

// Reseal makes a manifest's bytes whole again, under another format and another body.
func Reseal(format int, body []byte) []byte {
	return sealManifest(format, body)
}

// Checksum is the one that manifests name.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// DecodeManifest reads the manifest 1-1 of a partition.
func DecodeManifest(k Key, data []byte) (again []byte, err error) {
	m, err := decodeManifest(k, mark{1, 1}, data)
	if err != nil {
		return nil, err
	}
	return m.encode()
}

// Entry is an entry as tests see it.
type Entry struct {
	Vehicle string
	State   string
	Removed bool
}

// ReadEntries reads a file of entries.
func ReadEntries(k Key, id uint64, data []byte) (found []Entry, err error) {
	c, err := openCursor(k, file{ID: id, Bytes: int64(len(data))}, 0, inMemory(data))
	if err != nil {
		return nil, err
	}
	err = merging{c}.each(func(e entry) error {
		found = append(found, Entry{string(e.vehicle), string(e.state), e.removed})
		return nil
	})
	return found, err
}

// WriteEntries makes a file of entries; of a vehicle's several the last counts.
func WriteEntries(k Key, id uint64, all []Entry) ([]byte, error) {
	r := &run{}
	for _, e := range all {
		r.put(e.Vehicle, []byte(e.State), e.Removed)
	}
	f, err := r.seal(id, k)
	if err != nil {
		return nil, err
	}
	return f.buf, nil
}

// CutEntries reads a block's entries until one is damaged.
func CutEntries(block []byte) (found []Entry, err error) {
	for len(block) > 0 {
		var e entry
		if e, block, err = cutEntry(block); err != nil {
			return found, err
		}
		found = append(found, Entry{string(e.vehicle), string(e.state), e.removed})
	}
	return found, nil
}

// AppendEntry adds an entry to a block.
func AppendEntry(block []byte, e Entry) []byte {
	return appendEntry(block, e.Vehicle, []byte(e.State), e.Removed)
}

// OpenPiece reads a piece at an offset of a chunk file.
func OpenPiece(id uint64, offset, length uint32, b []byte) ([]byte, error) {
	return openPiece(id, offset, length, b)
}

// Frame is a piece as it stands in a chunk file, and the offset it stands at.
func Frame(id uint64, k Key, piece []byte) (offset uint32, framed []byte) {
	f := newFrames(chunksKind, id, k)
	at := f.add(piece)
	return uint32(at), f.buf[at:]
}
