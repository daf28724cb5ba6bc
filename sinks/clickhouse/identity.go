package clickhouse

import (
	"fmt"

	"milepost/outcome"
)

// idBytes is the length of an identity.
const idBytes = 16

// identity is a FixedString(16) from 32 hex digits.
func identity[O any](name string, get func(*O) string) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.bytes, s.ends = s.bytes[:0], s.ends[:0]
		for i, o := range rows {
			var ok bool
			if s.bytes, ok = appendID(s.bytes, get(o)); !ok {
				return nil, &rowError{i, fmt.Errorf("%s: %q is not 32 hex digits", name, get(o))}
			}
			s.ends = append(s.ends, len(s.bytes))
		}
		s.cut(s.bytes)
		return s.texts, nil
	}}
}

// reference is an identity that may be empty: all zeros.
func reference[O any](name string, get func(*O) string) column[O] {
	const none = "00000000000000000000000000000000"
	return identity(name, func(o *O) string {
		if id := get(o); id != "" {
			return id
		}
		return none
	})
}

// notHex stands in digits for what is no lower-case hex digit: upper case would not
// come back as it went.
const notHex = 0xff

var digits = func() (table [256]byte) {
	for i := range table {
		table[i] = notHex
	}
	for i, c := range []byte("0123456789abcdef") {
		table[c] = byte(i) //nolint:gosec // below 16
	}
	return table
}()

func appendID(to []byte, id string) ([]byte, bool) {
	if len(id) != 2*idBytes {
		return to, false
	}
	for i := 0; i < len(id); i += 2 {
		high, low := digits[id[i]], digits[id[i+1]]
		if high|low == notHex {
			return to, false
		}
		to = append(to, high<<4|low)
	}
	return to, true
}

// methodVersion is a UInt16: the number after the slash of a method's name.
func methodVersion[O any](get func(*O) string) column[O] {
	var last string // nearly all rows have the same; empty: none yet
	var version uint16
	return column[O]{"method_version", func(s *scratch, rows []*O) (any, error) {
		return each(&s.uint16s, rows, func(o *O) (uint16, error) {
			method := get(o)
			if method == last && method != "" {
				return version, nil
			}
			v, err := outcome.MethodVersion(method)
			if err == nil {
				last, version = method, v
			}
			return v, err
		})
	}}
}
