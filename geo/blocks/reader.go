package blocks

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// The most that the format allows, bytes.
const (
	mostHeader = 64 << 10
	mostBlob   = 32 << 20 // packed and unpacked
)

// What a file is that is not read.
var (
	ErrMalformed  = errors.New("it is damaged, or no .osm.pbf")
	ErrTruncated  = errors.New("it is cut short")
	ErrPlainNodes = errors.New("its nodes are not dense, as all tools write them today: convert it, as by osmium cat")
	ErrPacking    = errors.New("its blocks are packed by other means than zlib (LZMA, LZ4 or Zstandard): convert it, as by osmium cat")
)

// Checked gives the bytes of an .osm.pbf file, block by block, each after it was looked
// at: where one is not well formed reading ends with ErrMalformed, ErrTruncated, ErrPlainNodes or
// ErrPacking. It holds one block. What is read again of the same file need not be checked again.
func Checked(file io.ReadCloser) io.ReadCloser { return &checked{file: file} }

// CheckedOpener opens what Checked gives.
func CheckedOpener(open func() (io.ReadCloser, error)) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		file, err := open()
		if err != nil {
			return nil, err
		}
		return Checked(file), nil
	}
}

type checked struct {
	file   io.ReadCloser
	block  []byte // with its size and header, as the file has it
	rest   []byte // of block, not given out yet
	blocks int
	raw    bytes.Buffer
	err    error
}

// Close closes the file.
func (c *checked) Close() error { return c.file.Close() }

// Read gives what was checked.
func (c *checked) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		if c.err = c.next(); c.err != nil && !errors.Is(c.err, io.EOF) {
			c.err = fmt.Errorf("block %d: %w", c.blocks, c.err)
		}
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// next reads and checks a block; io.EOF where there is none.
func (c *checked) next() error {
	c.block = c.block[:0]
	size, err := c.take(4)
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if err != nil {
		return cut(err)
	}
	c.blocks++
	length := binary.BigEndian.Uint32(size)
	if length >= mostHeader {
		return ErrMalformed
	}
	head, err := c.take(int(length))
	if err != nil {
		return cut(err)
	}
	about, err := fieldsOf(head, blobHeader)
	if err != nil || about.number(3) >= mostBlob {
		return ErrMalformed
	}
	header := string(about.list(1)) == "OSMHeader"
	blob, err := c.take(int(about.number(3)))
	if err != nil {
		return cut(err)
	}
	content, err := c.unpack(blob)
	if err == nil && !header {
		err = checkBlock(content)
	}
	if err == nil {
		c.rest = c.block
	}
	return err
}

// cut is an end of the file within a block.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return err
}

// take reads so many bytes more of the file, behind those of the block.
func (c *checked) take(n int) ([]byte, error) {
	begin := len(c.block)
	c.block = append(c.block, make([]byte, n)...)
	_, err := io.ReadFull(c.file, c.block[begin:])
	return c.block[begin:], err
}

// unpack gives what a blob holds.
func (c *checked) unpack(blob []byte) ([]byte, error) {
	f, err := fieldsOf(blob, blobFields)
	if err != nil {
		return nil, err
	}
	if raw, plain := f.lists[1]; plain {
		return raw, nil
	}
	for _, other := range otherPacking {
		if _, has := f.lists[other]; has {
			return nil, ErrPacking
		}
	}
	packed, ok := f.lists[3]
	size := f.number(2)
	if !ok || size > mostBlob {
		return nil, ErrMalformed
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	c.raw.Reset()
	if n, err := c.raw.ReadFrom(io.LimitReader(z, int64(size)+1)); err != nil || uint64(n) != size {
		return nil, errors.Join(ErrMalformed, err)
	}
	return c.raw.Bytes(), nil
}

var (
	blobHeader = schema{1: protowire.BytesType, 2: protowire.BytesType, 3: protowire.VarintType}
	blobFields = schema{1: protowire.BytesType, 2: protowire.VarintType, 3: protowire.BytesType,
		4: protowire.BytesType, 6: protowire.BytesType, 7: protowire.BytesType}
	otherPacking = []protowire.Number{4, 6, 7}
)
