package clickhouse

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"milepost/outcome"
)

// encoder appends JSON exactly as encoding/json writes it, which is several times too
// slow for a receipt a trip.
type encoder struct {
	out      []byte
	layouts  []layout
	constant struct {
		of   map[string]float64
		text []byte
	}
	days struct {
		number int64
		text   []byte // "2006-01-02T, with its quote
	}
	err error
}

// forget lets go of what belongs to a batch.
func (e *encoder) forget() {
	e.constant.of = nil
	if cap(e.out) > maxKeptJSON {
		e.out = nil
	}
}

// maxKeptJSON is the longest text whose buffer is kept, bytes.
const maxKeptJSON = 1 << 20

func (e *encoder) raw(s string) { e.out = append(e.out, s...) }

func (e *encoder) whole(v int) { e.out = strconv.AppendInt(e.out, int64(v), 10) }

// number appends v; one that JSON does not have is remembered as an error.
func (e *encoder) number(v float64) {
	if !finite(v) {
		e.err = errNotFinite
		return
	}
	if whole := int64(v); float64(whole) == v && whole != 0 && -1e15 < v && v < 1e15 {
		e.out = strconv.AppendInt(e.out, whole, 10)
		return
	}
	format, size := byte('f'), math.Abs(v)
	if size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	e.out = strconv.AppendFloat(e.out, v, format, -1, 64)
	// encoding/json writes e-9 and not e-09.
	if n := len(e.out); format == 'e' && n >= 4 && e.out[n-4] == 'e' && e.out[n-3] == '-' && e.out[n-2] == '0' {
		e.out[n-2] = e.out[n-1]
		e.out = e.out[:n-1]
	}
}

// text appends a quoted string.
func (e *encoder) text(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			e.marshal(s)
			return
		}
	}
	e.out = append(e.out, '"')
	e.out = append(e.out, s...)
	e.out = append(e.out, '"')
}

// marshal leaves a value to encoding/json.
func (e *encoder) marshal(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		e.err = err
	}
	e.out = append(e.out, b...)
}

const (
	microsPerDay = 24 * 3600 * 1_000_000
	// Times before the year 0 or after 9999 are left to the type itself.
	firstDay, lastDay = -719528, 2932896
)

// time appends an instant; most of a batch lie on one day.
func (e *encoder) time(t outcome.Time) {
	day := int64(t) / microsPerDay
	if int64(t)%microsPerDay < 0 {
		day--
	}
	if day < firstDay || day > lastDay {
		e.marshal(t)
		return
	}
	if day != e.days.number || e.days.text == nil {
		e.days.number = day
		e.days.text = time.UnixMicro(day*microsPerDay).UTC().AppendFormat(e.days.text[:0], `"2006-01-02T`)
	}
	ms := (int64(t) - day*microsPerDay) / 1000
	e.out = append(e.out, e.days.text...)
	e.out = append(e.out, "00:00:00.000Z\""...)
	at := e.out[len(e.out)-len("00:00:00.000Z\""):]
	two(at[0:], ms/3_600_000)
	two(at[3:], ms/60_000%60)
	two(at[6:], ms/1000%60)
	at[9] = byte('0' + ms/100%10)
	two(at[10:], ms%100)
}

func two(to []byte, v int64) {
	to[0], to[1] = byte('0'+v/10), byte('0'+v%10)
}

// layout is a set of keys that maps have had: sorted, and as they are written.
type layout struct {
	keys    []string
	written [][]byte // ,"key":
}

// maxLayouts bounds what is remembered; beyond it encoding/json does the work.
const maxLayouts = 64

// numbers appends a map of numbers.
func (e *encoder) numbers(m map[string]float64) {
	if len(m) == 0 {
		if m == nil {
			e.raw("null")
		} else {
			e.raw("{}")
		}
		return
	}
	for i := range e.layouts {
		if e.laidOut(&e.layouts[i], m) {
			return
		}
	}
	if len(e.layouts) == maxLayouts {
		e.marshal(m)
		return
	}
	e.layouts = append(e.layouts, newLayout(m))
	e.laidOut(&e.layouts[len(e.layouts)-1], m)
}

func newLayout(m map[string]float64) (l layout) {
	for key := range m {
		l.keys = append(l.keys, key)
	}
	slices.Sort(l.keys)
	for _, key := range l.keys {
		var name encoder
		name.raw(",")
		name.text(key)
		name.raw(":")
		l.written = append(l.written, name.out)
	}
	l.written[0][0] = '{'
	return l
}

// laidOut appends m where it has just the layout's keys.
func (e *encoder) laidOut(l *layout, m map[string]float64) bool {
	if len(m) != len(l.keys) {
		return false
	}
	from := len(e.out)
	for i, key := range l.keys {
		v, ok := m[key]
		if !ok {
			e.out = e.out[:from]
			return false
		}
		e.out = append(e.out, l.written[i]...)
		e.number(v)
	}
	e.out = append(e.out, '}')
	return true
}
