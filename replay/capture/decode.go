package capture

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"milepost/telemetry"
)

// decoder turns rows into samples. It looks only at columns that hold a value in
// the batch.
type decoder struct {
	frame   *telemetry.Frame
	floats  [telemetry.TrackCount][]*[]float32
	doubles [telemetry.TrackCount][]*[]float64

	tracks [telemetry.TrackCount][]source
	words  []map[string]int64 // by row of the signal table
	drops  drops
}

// source is a signal's column in the loaded batch. One of the arrays is set.
type source struct {
	signal  *telemetry.Signal
	row     int     // of the signal table
	lo, hi  float64 // range inside
	numbers *array.Float64
	truths  *array.Boolean
	words   *array.String
	wholes  *array.Int64
	any     arrow.Array
}

func newDecoder() decoder {
	table := telemetry.Signals()
	d := decoder{words: make([]map[string]int64, len(table))}
	for i, s := range table {
		if s.Kind != telemetry.Word {
			continue
		}
		d.words[i] = map[string]int64{}
		for v, w := range s.Words {
			d.words[i][w] = int64(v)
		}
	}
	return d
}

// into names the frame that rows go to.
func (d *decoder) into(f *telemetry.Frame) {
	if d.frame == f {
		return
	}
	d.frame = f
	for i := range telemetry.TrackCount {
		d.floats[i] = f.Floats(telemetry.Track(i))
		d.doubles[i] = f.Doubles(telemetry.Track(i))
	}
}

func (d *decoder) clear() {
	for i := range d.tracks {
		d.tracks[i] = d.tracks[i][:0]
	}
}

// add takes a signal's column of the batch, unless it is empty.
func (d *decoder) add(row int, a arrow.Array) {
	if a.NullN() == a.Len() {
		return
	}
	s := &telemetry.Signals()[row]
	c := source{signal: s, row: row, lo: s.Min / s.Scale, hi: s.Max / s.Scale, any: a}
	if !s.Double {
		// The ends as the frame holds them, so that what is clean there is clean here.
		c.lo, c.hi = float64(float32(c.lo)), float64(float32(c.hi))
	}
	switch a := a.(type) {
	case *array.Float64:
		c.numbers = a
	case *array.Boolean:
		c.truths = a
	case *array.String:
		c.words = a
	case *array.Int64:
		c.wholes = a
	}
	d.tracks[s.Track] = append(d.tracks[s.Track], c)
}

// row appends a row's values at the given offset.
func (d *decoder) row(f *telemetry.Frame, row int, base int64, at int32) {
	for t := range telemetry.TrackCount - 1 {
		d.sample(f, telemetry.Track(t), row, base, at)
	}
	body := d.tracks[telemetry.TrackBody]
	for i := range body {
		if v, ok := d.change(&body[i], row, base); ok {
			f.Body.At = append(f.Body.At, at)
			f.Body.Signal = append(f.Body.Signal, telemetry.BodySignal(body[i].signal.Index))
			f.Body.Value = append(f.Body.Value, v)
		}
	}
}

func (d *decoder) sample(f *telemetry.Frame, t telemetry.Track, row int, base int64, at int32) {
	offsets := f.Offsets(t)
	n, begun := len(*offsets), false
	columns := d.tracks[t]
	for i := range columns {
		c := &columns[i]
		if c.any.IsNull(row) {
			continue
		}
		v, ok := d.number(c, row, base)
		if !ok {
			continue
		}
		if !begun {
			*offsets = append(*offsets, at)
			begun = true
		}
		if c.signal.Double {
			to := d.doubles[t][c.signal.Index]
			*to = append(telemetry.PadTo(*to, n), v)
		} else {
			to := d.floats[t][c.signal.Index]
			*to = append(telemetry.PadTo(*to, n), float32(v))
		}
	}
}

// number reads a track's value in the frame's unit and checks its range.
func (d *decoder) number(c *source, row int, base int64) (float64, bool) {
	if c.truths != nil {
		if c.truths.Value(row) {
			return 1, true
		}
		return 0, true
	}
	v := c.signal.Inside(c.numbers.Value(row))
	if !c.signal.Double {
		v = float64(float32(v))
	}
	if !(v >= c.lo && v <= c.hi) {
		d.drops.add(c.signal.Path, ReasonRange, base+int64(row))
		return 0, false
	}
	return v, true
}

// change reads a body signal's value.
func (d *decoder) change(c *source, row int, base int64) (int64, bool) {
	if c.any.IsNull(row) {
		return 0, false
	}
	var v int64
	switch {
	case c.truths != nil:
		if c.truths.Value(row) {
			v = 1
		}
	case c.words != nil:
		w, ok := d.words[c.row][c.words.Value(row)]
		if !ok {
			d.drops.add(c.signal.Path, ReasonNoWord, base+int64(row))
			return 0, false
		}
		v = w
	default:
		v = c.wholes.Value(row)
		if !c.signal.Plausible(float64(v)) {
			d.drops.add(c.signal.Path, ReasonRange, base+int64(row))
			return 0, false
		}
	}
	return v, true
}

// boundedAllocator refuses buffers that no capture needs. The panic becomes an
// error where the library is called.
type boundedAllocator struct{}

// maxBuffer is the largest buffer of a batch of up to MaxBatchRows, in bytes.
const maxBuffer = 256 << 20

func (boundedAllocator) check(size int) {
	if size < 0 || size > maxBuffer {
		panic(fmt.Sprintf("a buffer of %d bytes", size))
	}
}

// Allocate gives a buffer.
func (b boundedAllocator) Allocate(size int) []byte {
	b.check(size)
	return memory.DefaultAllocator.Allocate(size)
}

// Reallocate gives a buffer of another size with the old one's contents.
func (b boundedAllocator) Reallocate(size int, old []byte) []byte {
	b.check(size)
	return memory.DefaultAllocator.Reallocate(size, old)
}

// Free gives a buffer back.
func (boundedAllocator) Free(b []byte) { memory.DefaultAllocator.Free(b) }
