package pipeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrPiece says that the bytes of a piece of summaries are damaged; a Reader's error
// wraps it where they are gone for good. It costs that piece.
var ErrPiece = errors.New("damaged piece of summaries")

// reader takes varints from a piece; after the first damage all is zero.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrPiece, what)
	}
	r.b = nil
}

func (r *reader) unsigned() uint64 {
	u, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("a number is cut short")
		return 0
	}
	r.b = r.b[n:]
	return u
}

func (r *reader) signed() int64 {
	i, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("a number is cut short")
		return 0
	}
	r.b = r.b[n:]
	return i
}

// small gives a number that fits an int32 after adding to it.
func (r *reader) small(to int32) int32 {
	i := r.signed() + int64(to)
	if i < math.MinInt32 || i > math.MaxInt32 {
		r.fail("a number is out of range")
		return 0
	}
	return int32(i)
}

func (r *reader) octet() uint8 {
	if len(r.b) == 0 {
		r.fail("an octet is missing")
		return 0
	}
	o := r.b[0]
	r.b = r.b[1:]
	return o
}
