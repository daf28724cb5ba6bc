package snapshot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"milepost/ingest/blob"
)

// Pieces are places of pieces, by chunk file and offset within.
type Pieces map[uint64]map[uint32]bool

// Add notes the piece at an offset of a file.
func (p Pieces) Add(file uint64, offset uint32) {
	if p[file] == nil {
		p[file] = map[uint32]bool{}
	}
	p[file][offset] = true
}

// Blanked counts what Blank overwrote.
type Blanked struct {
	Pieces int
	Bytes  int64
}

// Blank overwrites with zeros every piece that is not to be kept, in all chunk files of
// the newest snapshot: those that were taken out of it, and those that nothing has
// needed for a while and that lie beside others' still. Files keep their names and
// lengths and pieces their places, so that it may be done beside whoever reads them,
// and again after a crash. Reading a blanked piece is ErrDamaged.
func (l *Log) Blank(ctx context.Context, keep Pieces) (Blanked, error) {
	return l.eachChunkFile(ctx, keep, l.store.Put)
}

// Unblanked counts what Blank would overwrite, and changes nothing.
func (l *Log) Unblanked(ctx context.Context, keep Pieces) (Blanked, error) {
	return l.eachChunkFile(ctx, keep, func(context.Context, string, []byte) error { return nil })
}

// eachChunkFile gives what blanking makes of the files that it changes to put.
func (l *Log) eachChunkFile(ctx context.Context, keep Pieces, put func(context.Context, string, []byte) error) (done Blanked, err error) {
	for _, c := range l.chunkFiles() {
		name := l.key.file(chunks, c.File)
		data, err := l.store.Get(ctx, name)
		if errors.Is(err, blob.ErrNotFound) {
			continue // a later owner has deleted it
		}
		n, size := 0, int64(0)
		if err == nil {
			n, size, err = blank(c.File, data, l.key, keep[c.File])
		}
		if err == nil && n > 0 {
			err = put(ctx, name, data)
		}
		if err != nil {
			return done, fmt.Errorf("blank pieces of %s: %w", name, err)
		}
		done.Pieces += n
		done.Bytes += size
	}
	return done, nil
}

func (l *Log) chunkFiles() []ChunkFile {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil {
		return nil
	}
	return l.current.ChunkFiles
}

// blank zeroes payload and checksum of the frames of a chunk file but those kept.
func blank(id uint64, data []byte, k Key, keep map[uint32]bool) (pieces int, size int64, err error) {
	if err := checkPreamble("it", chunksKind, id, k, data); err != nil {
		return 0, 0, err
	}
	for at := preambleSize(k); ; {
		if len(data)-at < frameSize {
			return pieces, size, damaged("it ends at %d without an end", at)
		}
		length := binary.LittleEndian.Uint32(data[at:])
		if length&endBit != 0 {
			return pieces, size, nil
		}
		from, to := at+4, at+frameSize+int(length) // the length stays
		if to > len(data) {
			return pieces, size, damaged("a piece of %d bytes at %d is cut off", length, at)
		}
		if !keep[uint32(at)] && !zero(data[from:to]) {
			clear(data[from:to])
			pieces++
			size += int64(length)
		}
		at = to
	}
}

func zero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }
