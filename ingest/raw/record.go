package raw

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// NoTime is the arrival time of a record that has none: Kafka's -1, or one that is no time.
const NoTime int64 = math.MinInt64

// Record is one record of a partition. It and its bytes are valid until the function that was given it returns.
type Record struct {
	Offset int64
	// Arrived is when the record reached the log, in µs since 1970: the broker's append time where Appended, else the
	// timestamp that its producer set; NoTime where there is none.
	Arrived  int64
	Appended bool
	// Key and Value are nil where the record has none: a nil Value is a tombstone.
	Key, Value []byte

	headers []byte
	count   int
}

// Header is the value of the last header of that name, and whether there is one. The value may be nil.
func (r *Record) Header(name string) (value []byte, found bool) {
	rest := r.headers
	for range r.count {
		var key, val []byte
		key, val, rest, _ = nextHeader(rest) // checked when the record was read
		if string(key) == name {
			value, found = val, true
		}
	}
	return value, found
}

// The errors of a record do not vary with it: a bad batch costs no allocation for each record before it.
var (
	errRecordCut  = errors.New("a record is cut off")
	errRecordSize = errors.New("a record does not end where it says")
	errNoKey      = errors.New("a header has no name")
)

// read takes one record of b off the front of rest, and gives what is left.
func (r *Record) read(b *batch, rest []byte) ([]byte, error) {
	size, rest, ok := varint(rest)
	if !ok || size < 1 || size > int64(len(rest)) {
		return nil, errRecordCut
	}
	body, rest := rest[1:size], rest[size:] // a byte of attributes, unused by Kafka
	time, body, ok1 := varint(body)
	offset, body, ok2 := varint(body)
	key, body, ok3 := field(body)
	value, body, ok4 := field(body)
	count, body, ok5 := varint(body)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return nil, errRecordSize
	}
	if offset < 0 || offset > int64(b.lastDelta) {
		return nil, fmt.Errorf("a record is %d offsets on, and the batch has %d", offset, int64(b.lastDelta)+1)
	}
	if err := checkHeaders(body, count); err != nil {
		return nil, err
	}
	r.Offset, r.Arrived, r.Appended = b.base+offset, b.arrived(time), b.appendTime()
	r.Key, r.Value = key, value
	r.headers, r.count = body, int(count)
	return rest, nil
}

func checkHeaders(b []byte, count int64) (err error) {
	// Two bytes are the least that a header takes.
	if count < 0 || count > int64(len(b))/2 {
		return errRecordSize
	}
	for range count {
		if _, _, b, err = nextHeader(b); err != nil {
			return err
		}
	}
	if len(b) > 0 {
		return errRecordSize
	}
	return nil
}

func nextHeader(b []byte) (key, value, rest []byte, err error) {
	key, b, ok1 := field(b)
	value, b, ok2 := field(b)
	if !ok1 || !ok2 {
		return nil, nil, nil, errRecordSize
	}
	if key == nil {
		return nil, nil, nil, errNoKey
	}
	return key, value, b, nil
}

// field reads bytes behind their length; nil for the length -1.
func field(b []byte) (value, rest []byte, ok bool) {
	n, rest, ok := varint(b)
	if !ok || n < -1 || n > int64(len(rest)) {
		return nil, nil, false
	}
	if n < 0 {
		return nil, rest, true
	}
	return rest[:n:n], rest[n:], true
}

// varint reads a zigzag varint.
func varint(b []byte) (n int64, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return int64(b[0]>>1) ^ -int64(b[0]&1), b[1:], true
	}
	n, used := binary.Varint(b)
	if used <= 0 {
		return 0, nil, false
	}
	return n, b[used:], true
}
