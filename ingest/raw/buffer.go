package raw

import (
	"io"
	"sync"
)

const (
	// growStep is the most that is allocated for bytes that a length promises and that have not come yet.
	growStep = 1 << 20
	// keepBuffer is the largest buffer that is kept for reuse.
	keepBuffer = 16 << 20
)

// buffer is bytes for reuse.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func takeBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) release() {
	if cap(b.b) <= keepBuffer {
		buffers.Put(b)
	}
}

// fill reads n bytes. What a wrong n claims is allocated only as far as bytes come.
func (b *buffer) fill(r io.Reader, n int) error {
	b.b = b.b[:0]
	for len(b.b) < n {
		if len(b.b) == cap(b.b) {
			b.grow(n)
		}
		next := b.b[len(b.b):min(cap(b.b), n)]
		got, err := io.ReadFull(r, next)
		b.b = b.b[:len(b.b)+got]
		if err != nil {
			return noEOF(err)
		}
	}
	return nil
}

func (b *buffer) grow(limit int) {
	larger := make([]byte, len(b.b), min(limit, max(2*cap(b.b), growStep)))
	copy(larger, b.b)
	b.b = larger
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
