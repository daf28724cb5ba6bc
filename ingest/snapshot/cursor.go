package snapshot

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"milepost/ingest/blob"
)

// windowBytes is how much of a file is read at a time.
const windowBytes = 1 << 20

// source reads a part of a file.
type source func(offset, length int64) ([]byte, error)

func inMemory(data []byte) source {
	return func(offset, length int64) ([]byte, error) {
		if offset+length > int64(len(data)) {
			return nil, damaged("it has %d bytes", len(data))
		}
		return data[offset : offset+length], nil
	}
}

// inStore reads through the store. What is not there is damage, too: names are
// given to whole files only.
func inStore(ctx context.Context, store Reader, name string) source {
	return func(offset, length int64) ([]byte, error) {
		data, err := store.GetRange(ctx, name, offset, length)
		return data, missing(err)
	}
}

// missing makes damage of a blob that is not there or too short.
func missing(err error) error {
	if !blob.Retryable(err) && (errors.Is(err, blob.ErrNotFound) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// cursor walks the entries of a file. It holds one window and one block.
type cursor struct {
	name   string
	id     uint64
	size   int64
	read   source
	rank   int // of two entries of a vehicle that of the higher rank counts
	at     int64
	window []byte // of the file, from at on
	block  []byte // uncompressed
	rest   []byte // of block
	seen   uint64
	entry  entry
}

// openCursor checks the file's preamble; next then gives the first entry.
func openCursor(k Key, f file, rank int, read source) (*cursor, error) {
	c := &cursor{name: k.file(entries, f.ID), id: f.ID, size: f.Bytes, read: read, rank: rank}
	err := c.fill(preambleSize(k))
	if err == nil {
		err = checkPreamble(c.name, entriesKind, f.ID, k, c.window)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.name, err)
	}
	c.skip(preambleSize(k))
	return c, nil
}

// fill has at least so many bytes in the window.
func (c *cursor) fill(need int) error {
	if need <= len(c.window) {
		return nil
	}
	if int64(need) > c.size-c.at {
		return damaged("it ends at %d within a frame", c.size)
	}
	data, err := c.read(c.at, min(max(int64(need), windowBytes), c.size-c.at))
	c.window = data
	return err
}

func (c *cursor) skip(n int) {
	c.window = c.window[n:]
	c.at += int64(n)
}

// next moves to the next entry; io.EOF behind the last.
func (c *cursor) next() error {
	for len(c.rest) == 0 {
		if err := c.nextBlock(); err != nil {
			if errors.Is(err, io.EOF) {
				return io.EOF
			}
			return fmt.Errorf("read %s: %w", c.name, err)
		}
	}
	e, rest, err := cutEntry(c.rest)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.name, err)
	}
	c.entry, c.rest = e, rest
	c.seen++
	return nil
}

func (c *cursor) nextBlock() error {
	if err := c.fill(frameSize); err != nil {
		return err
	}
	size := int(binary.LittleEndian.Uint32(c.window) &^ endBit)
	if err := c.fill(frameSize + size); err != nil {
		return err
	}
	payload, end, err := openFrame(c.id, c.at, c.window)
	switch {
	case err != nil:
		return err
	case end && (len(payload) != 8 || binary.LittleEndian.Uint64(payload) != c.seen || c.at+endSize != c.size):
		return damaged("its end counts other entries than the %d before it", c.seen)
	case end:
		return io.EOF
	}
	c.skip(frameSize + size)
	z, err := decompressor()
	if err != nil {
		return err
	}
	c.block, err = z.DecodeAll(payload, c.block[:0])
	if err != nil {
		return damaged("a block cannot be opened: %v", err)
	}
	c.rest = c.block
	return nil
}

// merging walks the entries of several files by vehicle; of a vehicle's entries only
// that of the highest rank is seen.
type merging []*cursor

func (m merging) Len() int      { return len(m) }
func (m merging) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m merging) Less(i, j int) bool {
	if d := bytes.Compare(m[i].entry.vehicle, m[j].entry.vehicle); d != 0 {
		return d < 0
	}
	return m[i].rank > m[j].rank
}

// Push implements heap.Interface; nothing is pushed.
func (m *merging) Push(x any) { *m = append(*m, x.(*cursor)) }

// Pop implements heap.Interface.
func (m *merging) Pop() any {
	last := len(*m) - 1
	c := (*m)[last]
	*m = (*m)[:last]
	return c
}

// each gives the entries that count, tombstones included, sorted by vehicle. The
// bytes given are valid for the time of the call.
func (m merging) each(give func(entry) error) error {
	var open merging
	for _, c := range m {
		switch err := c.next(); {
		case err == nil:
			open = append(open, c)
		case !errors.Is(err, io.EOF):
			return err
		}
	}
	heap.Init(&open)
	var last []byte
	for first := true; len(open) > 0; first = false {
		c := open[0]
		if first || !bytes.Equal(last, c.entry.vehicle) {
			last = append(last[:0], c.entry.vehicle...)
			if err := give(c.entry); err != nil {
				return err
			}
		}
		if err := open.advance(); err != nil {
			return err
		}
	}
	return nil
}

// advance moves the first cursor on and puts it into its new place.
func (m *merging) advance() error {
	err := (*m)[0].next()
	switch {
	case errors.Is(err, io.EOF):
		heap.Pop(m)
	case err != nil:
		return err
	default:
		heap.Fix(m, 0)
	}
	return nil
}
