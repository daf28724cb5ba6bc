package state

import (
	"encoding/binary"
	"fmt"
)

// Codec writes or reads one state. The first error stays: what is read after it is
// zero and empty. It is not safe for concurrent use.
type Codec struct {
	buf     []byte // writing: all so far; reading: what is left
	reading bool
	last    int64 // the last time that was not zero
	err     error
}

// NewWriter makes a Codec that appends to buf.
func NewWriter(buf []byte) *Codec { return &Codec{buf: buf} }

// NewReader makes a Codec that reads b, which it neither changes nor keeps.
func NewReader(b []byte) *Codec { return &Codec{buf: b, reading: true} }

// Reading reports whether fields are filled, not written.
func (c *Codec) Reading() bool { return c.reading }

// Err is the first error: one that wraps ErrDamaged, or a *NewerError.
func (c *Codec) Err() error { return c.err }

// Done gives the bytes written, or fails where bytes are left unread.
func (c *Codec) Done() ([]byte, error) {
	if c.reading && c.err == nil && len(c.buf) > 0 {
		c.damaged("%d bytes too many", len(c.buf))
	}
	if c.err != nil || c.reading {
		return nil, c.err
	}
	return c.buf, nil
}

// Rest takes what a reading Codec has not read yet: a state that is read apart.
func (c *Codec) Rest() []byte {
	rest := c.buf
	if c.reading {
		c.buf = nil
	}
	return rest
}

// Version writes the version of the layout that follows, counted from 1. Reading,
// it gives the one stored, at most current; a higher one is a *NewerError.
func (c *Codec) Version(current uint16) uint16 {
	v := current
	c.Uint16(&v)
	switch {
	case c.err != nil:
		return current
	case v > current:
		c.fail(&NewerError{Found: v, Known: current})
		return current
	case v == 0:
		c.damaged("version 0")
		return current
	}
	return v
}

// Check fails a reading Codec as damaged where what it read can't be. It reports
// whether all is well so far.
func (c *Codec) Check(ok bool, what string) bool {
	if c.reading && !ok {
		c.damaged("%s", what)
	}
	return c.err == nil
}

// Len writes a slice's length. Reading, it gives the one stored, which is never
// more than what is left can hold at least bytes an element.
func (c *Codec) Len(n, least int) int {
	if !c.reading {
		c.uvarint(uint64(n))
		return n
	}
	u := c.readUvarint()
	if u > uint64(len(c.buf)/max(least, 1)) {
		c.damaged("%d elements in %d bytes", u, len(c.buf))
		return 0
	}
	return int(u)
}

// Slice writes or reads a slice of elements of a byte or more each. Reading, it
// reuses the slice's room.
func Slice[T any](c *Codec, s *[]T, each func(*Codec, *T)) {
	n := c.Len(len(*s), 1)
	if c.reading {
		Resize(s, n)
	}
	for i := range *s {
		each(c, &(*s)[i])
	}
}

// Resize gives a slice n zero elements, in its own room where that is enough.
func Resize[T any](s *[]T, n int) {
	if n > cap(*s) {
		*s = make([]T, n)
		return
	}
	*s = (*s)[:n]
	clear(*s)
}

// Enum writes or reads one of an enumeration's values 0 to last.
func Enum[T ~uint8](c *Codec, v *T, last T) {
	u := uint8(*v)
	c.Uint8(&u)
	*v = T(u)
	if c.reading && *v > last {
		*v = 0
		c.damaged("value %d of %d", u, last)
	}
}

// fail keeps the first error and reads nothing more.
func (c *Codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	if c.reading {
		c.buf = nil
	}
}

func (c *Codec) damaged(format string, args ...any) {
	if c.err == nil {
		c.fail(fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...))
	}
}

func (c *Codec) uvarint(u uint64) { c.buf = binary.AppendUvarint(c.buf, u) }

func (c *Codec) readUvarint() uint64 {
	if len(c.buf) > 0 && c.buf[0] < 0x80 {
		u := uint64(c.buf[0])
		c.buf = c.buf[1:]
		return u
	}
	u, n := binary.Uvarint(c.buf)
	if n <= 0 {
		c.short()
		return 0
	}
	c.buf = c.buf[n:]
	return u
}

// take gives the next n bytes, or nil and an error.
func (c *Codec) take(n int) []byte {
	if n > len(c.buf) {
		c.short()
		return nil
	}
	b := c.buf[:n]
	c.buf = c.buf[n:]
	return b
}

// short fails for want of bytes.
func (c *Codec) short() { c.damaged("it ends too early or a number is too long") }
