package blocks

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// schema is how the fields of a message that are read have to be written.
type schema map[protowire.Number]protowire.Type

// each gives the fields of a message in their order.
func (s schema) each(message []byte, take func(n protowire.Number, list []byte, number uint64) error) error {
	for len(message) > 0 {
		field, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return ErrMalformed
		}
		message = message[size:]
		want, known := s[field]
		var list []byte
		var number uint64
		switch kind {
		case protowire.VarintType:
			number, size = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			list, size = protowire.ConsumeBytes(message)
		case protowire.Fixed32Type, protowire.Fixed64Type:
			size = protowire.ConsumeFieldValue(field, kind, message)
		default: // groups, which nobody writes
			return ErrMalformed
		}
		if size < 0 || known && kind != want {
			return ErrMalformed
		}
		message = message[size:]
		if !known {
			continue
		}
		if err := take(field, list, number); err != nil {
			return err
		}
	}
	return nil
}

// fields are those of a message in which each comes once at most.
type fields struct {
	lists   map[protowire.Number][]byte
	numbers map[protowire.Number]uint64
}

func fieldsOf(message []byte, s schema) (fields, error) {
	f := fields{map[protowire.Number][]byte{}, map[protowire.Number]uint64{}}
	err := s.each(message, func(n protowire.Number, list []byte, number uint64) error {
		_, twice := f.lists[n]
		if _, again := f.numbers[n]; twice || again {
			return ErrMalformed
		}
		if s[n] == protowire.BytesType {
			f.lists[n] = list
		} else {
			f.numbers[n] = number
		}
		return nil
	})
	return f, err
}

func (f fields) list(n protowire.Number) []byte   { return f.lists[n] }
func (f fields) number(n protowire.Number) uint64 { return f.numbers[n] }

// count is how many numbers a list holds, each below a limit; -1 where one is not, or
// the list is malformed.
func count(list []byte, below uint64) (n int) {
	for ; len(list) > 0; n++ {
		v, size := protowire.ConsumeVarint(list)
		if size < 0 || v >= below {
			return -1
		}
		list = list[size:]
	}
	return n
}

// anyNumber is a limit that hardly a number reaches: that one is no zigzag of an id.
const anyNumber = math.MaxUint64

// sums reports whether a list holds n differences whose sums all lie from 0 to below a
// limit.
func sums(list []byte, n int, below uint64) bool {
	sum := int64(0)
	for ; len(list) > 0; n-- {
		v, size := protowire.ConsumeVarint(list)
		d := protowire.DecodeZigZag(v)
		if size < 0 || d > math.MaxInt32 || d < math.MinInt32 {
			return false
		}
		if sum += d; sum < 0 || uint64(sum) >= below {
			return false
		}
		list = list[size:]
	}
	return n == 0
}
