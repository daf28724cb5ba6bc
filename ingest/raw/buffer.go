package raw

import (
	"errors"
	"io"
	"sync"
)

const (
	// leastBuffer is what a buffer begins with. It doubles as bytes come, never for what a length only claims.
	leastBuffer = 64 << 10
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

// fill reads n bytes.
func (b *buffer) fill(r io.Reader, n int) error {
	b.b = b.b[:0]
	for len(b.b) < n {
		if len(b.b) == cap(b.b) {
			b.grow(max(n, leastBuffer))
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

// grow doubles the room, up to limit.
func (b *buffer) grow(limit int) {
	larger := make([]byte, len(b.b), min(limit, max(2*cap(b.b), leastBuffer)))
	copy(larger, b.b)
	b.b = larger
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
