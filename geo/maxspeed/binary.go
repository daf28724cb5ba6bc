package maxspeed

import (
	"encoding/binary"
	"errors"
	"math"

	"milepost/outcome"
)

// sources are the limits' by number in files: none is ever taken out or moved.
var sources = []outcome.LimitSource{
	"", outcome.LimitConditional, outcome.LimitDirectional, outcome.LimitPosted, outcome.LimitZone, outcome.LimitDefault,
}

const unlimited = 1 << 20 // 0.01 km/h that stand for no limit

// AppendBinary appends the limits to a file's bytes.
func (l Limits) AppendBinary(to []byte) []byte {
	to = appendKmh(to, l.Base.Kmh)
	source := 0
	for i, s := range sources {
		if s == l.Base.Source {
			source = i
		}
	}
	to = append(to, byte(source), byte(math.Round(l.Base.Confidence*100)))
	to = binary.AppendUvarint(to, uint64(len(l.rules)))
	for _, r := range l.rules {
		to = appendKmh(to, r.kmh)
		doubt := byte(0)
		if r.doubt {
			doubt = 1
		}
		to = append(to, doubt)
		to = binary.AppendUvarint(to, uint64(len(r.during)))
		for _, s := range r.during {
			to = append(to, s.days)
			for _, v := range []uint16{s.from, s.to, s.begins, s.until} {
				to = binary.LittleEndian.AppendUint16(to, v)
			}
		}
	}
	return to
}

func appendKmh(to []byte, kmh float64) []byte {
	if math.IsInf(kmh, 1) {
		return binary.AppendUvarint(to, unlimited)
	}
	return binary.AppendUvarint(to, uint64(math.Round(kmh*100)))
}

var errShort = errors.New("a speed limit is damaged")

// Decode reads what AppendBinary wrote, and nothing else.
func Decode(from []byte) (Limits, error) {
	d := decoder{from: from}
	var l Limits
	l.Base.Kmh = d.kmh()
	source := d.byte()
	l.Base.Confidence = float64(d.byte()) / 100
	if int(source) >= len(sources) || l.Base.Confidence > 1 {
		return Limits{}, errShort
	}
	l.Base.Source = sources[source]
	for range d.count(3) {
		r := rule{kmh: d.kmh(), doubt: d.byte() != 0}
		for range d.count(spanBytes) {
			r.during = append(r.during, span{d.byte(), d.uint16(), d.uint16(), d.uint16(), d.uint16()})
		}
		l.rules = append(l.rules, r)
	}
	if d.failed || len(d.from) > 0 {
		return Limits{}, errShort
	}
	return l, nil
}

const spanBytes = 9

// decoder reads bytes; where they end too early it gives zeros and says so at the end.
type decoder struct {
	from   []byte
	failed bool
}

func (d *decoder) byte() byte {
	if len(d.from) == 0 {
		d.failed = true
		return 0
	}
	b := d.from[0]
	d.from = d.from[1:]
	return b
}

func (d *decoder) uint16() uint16 { return uint16(d.byte()) | uint16(d.byte())<<8 }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.from)
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.from = d.from[n:]
	return v
}

func (d *decoder) kmh() float64 {
	v := d.uvarint()
	if v == unlimited {
		return Unlimited()
	}
	if v > maximumKmh*100 {
		d.failed = true
		return 0
	}
	return float64(v) / 100
}

// count reads how many things of so many bytes at least follow: never more than can.
func (d *decoder) count(each int) int {
	n := d.uvarint()
	if n > uint64(len(d.from)/each) {
		d.failed = true
		return 0
	}
	return int(n)
}
