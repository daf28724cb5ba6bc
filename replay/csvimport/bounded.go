package csvimport

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord bounds a record, and a line to be skipped, in bytes: a quote that is
// never closed must not draw the rest of a large file into memory.
const maxRecord = 1 << 20

var errEndless = errors.New("endless record")

// endless is the error for a record without an end.
func endless(line int) error {
	return fmt.Errorf("%w: what begins in line %d has no end within %d bytes; is a quote left open?", ErrInput, line, maxRecord)
}

// skipLine discards a line of at most maxRecord bytes.
func skipLine(b *bufio.Reader) error {
	for n := 0; n <= maxRecord; {
		part, err := b.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		n += len(part)
	}
	return errEndless
}

// boundedLines hands lines on, no more than one at a time so that its reader
// cannot read ahead, and fails with errEndless when a record grows too long. Blank
// lines and comments before a record do not count.
type boundedLines struct {
	from    *bufio.Reader
	comment string
	line    int // lines begun
	began   int // the line in which the record began

	rest   []byte // of the piece of a line that was read
	err    error  // after rest
	inLine bool
	inside bool // the record has begun
	size   int  // of the record or of the line before it so far
}

// begin says that the next line begins a record, or stands before one.
func (b *boundedLines) begin() { b.inside, b.size = false, 0 }

// Read gives at most a line.
func (b *boundedLines) Read(p []byte) (int, error) {
	if len(b.rest) == 0 && b.err == nil {
		b.fetch()
	}
	if len(b.rest) == 0 {
		return 0, b.err
	}
	if b.size > maxRecord {
		b.rest, b.err = nil, errEndless
		return 0, b.err
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// fetch reads a line, or a piece of a long one.
func (b *boundedLines) fetch() {
	piece, err := b.from.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		b.err = err
	}
	if len(piece) == 0 {
		return
	}
	if !b.inLine {
		b.line++
		if !b.inside {
			b.size, b.began = 0, b.line
			b.inside = !b.skipped(piece)
		}
	}
	b.rest, b.inLine = piece, piece[len(piece)-1] != '\n'
	b.size += len(piece)
}

// skipped reports whether a line that begins so is no record.
func (b *boundedLines) skipped(line []byte) bool {
	return len(bytes.TrimRight(line, "\r\n")) == 0 || b.comment != "" && bytes.HasPrefix(line, []byte(b.comment))
}

var _ io.Reader = (*boundedLines)(nil)
