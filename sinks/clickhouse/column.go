package clickhouse

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
	"unsafe"

	"milepost/outcome"
)

// column is one column of a table whose rows are made of O.
type column[O any] struct {
	name string
	// fill gives the column's values of the rows: a slice of a type that the driver
	// takes. It is valid until the next column is filled.
	fill func(s *scratch, rows []*O) (any, error)
}

// rowError says which of the rows has a value that the column cannot hold.
type rowError struct {
	row int
	err error
}

func (e *rowError) Error() string { return e.err.Error() }
func (e *rowError) Unwrap() error { return e.err }

// scratch is what filling columns reuses. One chunk of rows bounds it.
type scratch struct {
	texts   []string
	lists   [][]string
	floats  []float64
	times   []time.Time
	bytes   []byte // of fixed strings
	json    encoder
	ends    []int // of the texts in bytes or json
	int64s  []int64
	int8s   []int8
	uint8s  []uint8
	uint16s []uint16
	uint32s []uint32
}

// forget lets go of what belongs to a batch.
func (s *scratch) forget() {
	clear(s.texts[:cap(s.texts)])
	clear(s.lists[:cap(s.lists)])
	s.json.forget()
}

// each fills one value a row, by a function that may refuse.
func each[O, V any](to *[]V, rows []*O, value func(*O) (V, error)) (any, error) {
	values := (*to)[:0]
	for i, o := range rows {
		v, err := value(o)
		if err != nil {
			return nil, &rowError{i, err}
		}
		values = append(values, v)
	}
	*to = values
	return values, nil
}

// text is a String.
func text[O any](name string, get func(*O) string) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.texts = s.texts[:0]
		for _, o := range rows {
			s.texts = append(s.texts, get(o))
		}
		return s.texts, nil
	}}
}

// words is an Array(String).
func words[O any, S ~string](name string, get func(*O) []S) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.lists = s.lists[:0]
		for _, o := range rows {
			var list []string
			for _, word := range get(o) {
				list = append(list, string(word))
			}
			s.lists = append(s.lists, list)
		}
		return s.lists, nil
	}}
}

// value is a String that holds the JSON of what get gives; for nil it is empty. It is for
// what is rare: encoding/json does the work.
func value[O any](name string, get func(*O) any) column[O] {
	return jsonText(name, func(e *encoder, o *O) error {
		v := get(o)
		if v == nil {
			return nil
		}
		e.err = nil
		e.marshal(v)
		return e.err
	})
}

// jsonText is a String that holds JSON; what add appends nothing for is empty.
func jsonText[O any](name string, add func(e *encoder, o *O) error) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.json.out, s.ends = s.json.out[:0], s.ends[:0]
		for i, o := range rows {
			if err := add(&s.json, o); err != nil {
				return nil, &rowError{i, fmt.Errorf("%s: %w", name, err)}
			}
			s.ends = append(s.ends, len(s.json.out))
		}
		s.cut(s.json.out)
		return s.texts, nil
	}}
}

// cut makes a text of each piece of all up to the next of the ends. The texts are all's
// own memory, which the driver copies before all changes: the alternative is to copy
// every byte once more.
func (s *scratch) cut(all []byte) {
	s.texts = s.texts[:0]
	text, from := unsafe.String(unsafe.SliceData(all), len(all)), 0
	for _, end := range s.ends {
		s.texts = append(s.texts, text[from:end])
		from = end
	}
}

var errNotFinite = errors.New("not a finite number")

func finite(v float64) bool { return v-v == 0 }

// number is a Float64 that every fact has.
func number[O any](name string, get func(*O) float64) column[O] {
	refused := fmt.Errorf("%s: %w", name, errNotFinite)
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.floats = s.floats[:0]
		for i, o := range rows {
			v := get(o)
			if !finite(v) {
				return nil, &rowError{i, refused}
			}
			s.floats = append(s.floats, v)
		}
		return s.floats, nil
	}}
}

// optional is a Float64 that is NaN where get gives nil.
func optional[O any](name string, get func(*O) *float64) column[O] {
	refused := fmt.Errorf("%s: %w", name, errNotFinite)
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.floats = s.floats[:0]
		for i, o := range rows {
			p := get(o)
			if p == nil {
				s.floats = append(s.floats, math.NaN())
				continue
			}
			if !finite(*p) {
				return nil, &rowError{i, refused}
			}
			s.floats = append(s.floats, *p)
		}
		return s.floats, nil
	}}
}

// The instants that a DateTime64(6) holds.
var (
	earliest = outcome.Time(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	latest   = outcome.Time(time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
)

// instant is a time: DateTime64(6, 'UTC'), or Int64 where the store has plain times.
func instant[O any](name string, d Dialect, get func(*O) outcome.Time) column[O] {
	check := func(o *O) (outcome.Time, error) {
		at := get(o)
		if at < earliest || at >= latest {
			return 0, fmt.Errorf("%s: %d µs lies outside of the years 1900 to 2261", name, int64(at))
		}
		return at, nil
	}
	if d.PlainTimes {
		return column[O]{name, func(s *scratch, rows []*O) (any, error) {
			return each(&s.int64s, rows, func(o *O) (int64, error) {
				at, err := check(o)
				return int64(at), err
			})
		}}
	}
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		return each(&s.times, rows, func(o *O) (time.Time, error) {
			at, err := check(o)
			return time.UnixMicro(int64(at)), err
		})
	}}
}

// zeroDate is what date gives rows of withdrawn facts.
const zeroDate = "1970-01-01"

// date is a Date from YYYY-MM-DD.
func date[O any](name string, get func(*O) string) column[O] {
	var day time.Time
	var last string // most rows of a chunk have the same few; empty: none yet
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		return each(&s.times, rows, func(o *O) (time.Time, error) {
			text := get(o)
			if text == last && text != "" {
				return day, nil
			}
			t, err := time.Parse(time.DateOnly, text)
			if err != nil || t.Year() < 1970 || t.Year() > 2148 {
				return t, fmt.Errorf("%s: %q is no date from 1970 to 2148", name, text)
			}
			last, day = text, t
			return t, nil
		})
	}}
}

// enum is an Enum8 whose names count up from first.
func enum[O any, S ~string](name string, first int8, names []S, get func(*O) S) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		return each(&s.int8s, rows, func(o *O) (int8, error) {
			v := get(o)
			i := slices.Index(names, v)
			if i < 0 {
				return 0, fmt.Errorf("%s: unknown value %q", name, string(v))
			}
			return first + int8(i), nil //nolint:gosec // a handful
		})
	}}
}

// truth is a UInt8, 0 or 1.
func truth[O any](name string, get func(*O) bool) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		s.uint8s = s.uint8s[:0]
		for _, o := range rows {
			var v uint8
			if get(o) {
				v = 1
			}
			s.uint8s = append(s.uint8s, v)
		}
		return s.uint8s, nil
	}}
}

// small is a UInt8.
func small[O any](name string, get func(*O) int) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		return each(&s.uint8s, rows, func(o *O) (uint8, error) {
			v := get(o)
			return uint8(v), within(name, v, math.MaxUint8) //nolint:gosec // checked beside
		})
	}}
}

// count is a UInt32.
func count[O any](name string, get func(*O) int) column[O] {
	return column[O]{name, func(s *scratch, rows []*O) (any, error) {
		return each(&s.uint32s, rows, func(o *O) (uint32, error) {
			v := get(o)
			return uint32(v), within(name, v, math.MaxUint32) //nolint:gosec // checked beside
		})
	}}
}

func within(name string, v, most int) error {
	if v < 0 || v > most {
		return fmt.Errorf("%s: %d is not within 0 to %d", name, v, most)
	}
	return nil
}
