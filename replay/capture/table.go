package capture

import (
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"milepost/telemetry"
)

// table builds record batches. A column is padded with nulls only when a value
// comes or the batch ends, because most columns stay empty.
type table struct {
	schema  *arrow.Schema
	limit   int
	builder *array.RecordBuilder

	vehicle, record *array.StringBuilder
	boot            *array.Uint32Builder
	sequence        *array.Uint64Builder
	arrived, time   *array.TimestampBuilder

	tracks [telemetry.TrackCount]trackColumns
	body   map[telemetry.BodySignal]column

	inBatch int
	rows    int64
	drops   drops
}

// column is a signal with the builder of its column.
type column struct {
	signal telemetry.Signal
	to     array.Builder
}

// trackColumns are a track's columns in the order of Frame.Floats and Doubles.
type trackColumns struct {
	floats, doubles []column
}

func newTable(schema *arrow.Schema, limit int) *table {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	t := &table{schema: schema, limit: limit, builder: b, body: map[telemetry.BodySignal]column{}}
	t.vehicle = b.Field(colVehicle).(*array.StringBuilder)
	t.record = b.Field(colRecord).(*array.StringBuilder)
	t.boot = b.Field(colBoot).(*array.Uint32Builder)
	t.sequence = b.Field(colSequence).(*array.Uint64Builder)
	t.arrived = b.Field(colArrived).(*array.TimestampBuilder)
	t.time = b.Field(colTime).(*array.TimestampBuilder)
	for i, s := range telemetry.Signals() {
		c := column{signal: s, to: b.Field(idColumns + i)}
		switch {
		case s.Track == telemetry.TrackBody:
			t.body[telemetry.BodySignal(s.Index)] = c
		case s.Double:
			t.tracks[s.Track].doubles = append(t.tracks[s.Track].doubles, c)
		default:
			t.tracks[s.Track].floats = append(t.tracks[s.Track].floats, c)
		}
	}
	return t
}

func (t *table) full() bool { return t.inBatch >= t.limit }

// addRow appends the row that r stands at.
func (t *table) addRow(f *telemetry.Frame, r *rows) {
	t.vehicle.Append(f.VehicleID)
	t.boot.Append(f.Boot)
	t.sequence.Append(f.Sequence)
	if f.RecordID == "" {
		t.record.AppendNull()
	} else {
		t.record.Append(f.RecordID)
	}
	t.arrived.Append(arrow.Timestamp(f.Arrived))
	t.time.Append(arrow.Timestamp(f.Start + int64(r.at)))
	for i, sample := range r.samples {
		if sample >= 0 {
			t.addSample(f, telemetry.Track(i), sample)
		}
	}
	for i := r.changes[0]; i < r.changes[1]; i++ {
		t.addChange(f.Body.Signal[i], f.Body.Value[i])
	}
	t.inBatch++
	t.rows++
}

func (t *table) addSample(f *telemetry.Frame, track telemetry.Track, sample int) {
	to := &t.tracks[track]
	for i, c := range f.Floats(track) {
		if len(*c) > 0 {
			t.addNumber(&to.floats[i], float64((*c)[sample]))
		}
	}
	for i, c := range f.Doubles(track) {
		if len(*c) > 0 {
			t.addNumber(&to.doubles[i], (*c)[sample])
		}
	}
}

func (t *table) addNumber(c *column, inside float64) {
	if math.IsNaN(inside) {
		return
	}
	if c.signal.Kind == telemetry.Truth {
		t.addTruth(c, inside)
		return
	}
	b := c.to.(*array.Float64Builder)
	t.pad(b)
	b.Append(c.signal.Outside(inside))
}

func (t *table) addTruth(c *column, inside float64) {
	if inside != 0 && inside != 1 {
		t.drops.add(c.signal.Path, ReasonNoTruth, t.rows)
		return
	}
	b := c.to.(*array.BooleanBuilder)
	t.pad(b)
	b.Append(inside == 1)
}

func (t *table) addChange(s telemetry.BodySignal, v int64) {
	c, ok := t.body[s]
	if !ok {
		t.drops.add("body", ReasonUnknown, t.rows)
		return
	}
	switch b := c.to.(type) {
	case *array.BooleanBuilder:
		t.addTruth(&c, float64(v))
	case *array.StringBuilder:
		if v < 0 || v >= int64(len(c.signal.Words)) {
			t.drops.add(c.signal.Path, ReasonNoWord, t.rows)
			return
		}
		t.pad(b)
		b.Append(c.signal.Words[v])
	case *array.Int64Builder:
		t.pad(b)
		b.Append(v)
	}
}

// pad fills a column with nulls up to the row being written.
func (t *table) pad(b array.Builder) {
	if n := t.inBatch - b.Len(); n > 0 {
		b.AppendNulls(n)
	}
}

// take gives the batch and begins the next. The caller releases it.
func (t *table) take() arrow.Record {
	for i := idColumns; i < len(t.builder.Fields()); i++ {
		t.pad(t.builder.Field(i))
	}
	t.inBatch = 0
	return t.builder.NewRecord()
}
