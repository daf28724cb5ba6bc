package snapshot

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
)

// chunkBytes is how long a file of pieces may grow before the next is begun.
const chunkBytes = 16 << 20

// maxPiece bounds a piece, in bytes.
const maxPiece = 16 << 20

// pieces is a file of pieces that is being filled or waits to be written; until it
// is written its pieces are read from here.
type pieces struct {
	kept bool

	mu sync.Mutex
	*frames
	sealed bool
}

// Chunk puts a piece of state outside memory, and says where it is. kept says that
// it is needed for days; else it dies with its trip. It can be read at once, and is
// durable when the checkpoint is committed.
func (c *Checkpoint) Chunk(kept bool, piece []byte) (file uint64, offset, length uint32, err error) {
	if len(piece) > maxPiece {
		return 0, 0, 0, fmt.Errorf("put a piece of %d bytes of %s: must have at most %d", len(piece), c.log.key, maxPiece)
	}
	p, err := c.chunkFile(kept)
	if err != nil {
		return 0, 0, 0, err
	}
	p.mu.Lock()
	at := p.add(piece)
	p.count++
	size := len(p.buf)
	p.mu.Unlock()
	if size > chunkBytes {
		c.filling[kept] = nil
		c.push(job{chunk: p})
	}
	return p.id, uint32(at), uint32(len(piece)), nil
}

// chunkFile is the file under way for pieces of this life.
func (c *Checkpoint) chunkFile(kept bool) (*pieces, error) {
	if p := c.filling[kept]; p != nil {
		return p, nil
	}
	id, err := c.log.newFile()
	if err != nil {
		return nil, err
	}
	p := &pieces{kept: kept, frames: newFrames(chunksKind, id, c.log.key)}
	c.filling[kept] = p
	c.log.mu.Lock()
	c.log.filling[id] = p
	c.log.mu.Unlock()
	return p, nil
}

// seal ends the file, once.
func (p *pieces) seal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.sealed {
		p.end()
		p.sealed = true
	}
}

// piece reads from a file that is still in memory.
func (p *pieces) piece(offset, length uint32) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if int64(offset) > int64(len(p.buf)) {
		return nil, damaged("it has %d bytes", len(p.buf))
	}
	b, err := openPiece(p.id, offset, length, p.buf[offset:])
	return slices.Clone(b), err
}

func openPiece(id uint64, offset, length uint32, b []byte) ([]byte, error) {
	if len(b) >= frameSize && binary.LittleEndian.Uint32(b) != length {
		return nil, damaged("no piece of %d bytes begins there", length)
	}
	payload, _, err := openFrame(id, int64(offset), b)
	return payload, err
}

// ReadChunk reads a piece put by this checkpoint, by an earlier one, or by an
// earlier owner; ErrDamaged where it is lost or altered.
func (l *Log) ReadChunk(ctx context.Context, file uint64, offset, length uint32) ([]byte, error) {
	l.mu.Lock()
	p := l.filling[file]
	l.mu.Unlock()
	var piece []byte
	var err error
	if p != nil {
		piece, err = p.piece(offset, length)
	} else {
		piece, err = readPiece(ctx, l.store, l.key, file, offset, length)
	}
	if err != nil {
		return nil, fmt.Errorf("read %d bytes at %d of %s: %w", length, offset, l.key.file(chunks, file), err)
	}
	return piece, nil
}

func readPiece(ctx context.Context, store Reader, k Key, file uint64, offset, length uint32) ([]byte, error) {
	if length > maxPiece {
		return nil, damaged("no piece has %d bytes", length)
	}
	b, err := store.GetRange(ctx, k.file(chunks, file), int64(offset), frameSize+int64(length))
	if err != nil {
		return nil, missing(err)
	}
	return openPiece(file, offset, length, b)
}
