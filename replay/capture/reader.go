package capture

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"milepost/fleet"
	"milepost/telemetry"
)

// Reader streams the frames of a capture in the order in which they were
// written. It is for one goroutine.
type Reader struct {
	path     string
	file     *os.File
	ipc      *ipc.FileReader
	profiles []fleet.Profile
	places   []int

	next int   // the batch to load next
	base int64 // rows before the loaded batch
	row  int   // the next row of the loaded batch
	rec  arrow.Record
	ids  idArrays
	dec  decoder
}

// Open verifies the file's checksum and reads its profiles. ErrNotCapture: a
// foreign file, which comes in by import. ErrChecksum: a damaged one. ErrColumns:
// a capture whose columns this version does not know.
func Open(path string) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open capture: %w", err)
	}
	r, err := newReader(path, file)
	if err != nil {
		_ = file.Close() // the first error counts
		return nil, fmt.Errorf("open capture %s: %w", path, err)
	}
	return r, nil
}

func newReader(path string, file *os.File) (*Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if err := verify(file, info.Size()); err != nil {
		return nil, err
	}
	r := &Reader{path: path, file: file}
	if err := r.openArrow(); err != nil {
		return nil, err
	}
	if r.places, err = checkSchema(r.ipc.Schema()); err != nil {
		return nil, err
	}
	if r.profiles, err = profilesOf(r.ipc.Schema()); err != nil {
		return nil, err
	}
	r.dec = newDecoder()
	return r, nil
}

// openArrow parses the footer. The library panics on what it does not expect.
func (r *Reader) openArrow() (err error) {
	defer recovered(&err)
	r.ipc, err = ipc.NewFileReader(r.file, ipc.WithAllocator(boundedAllocator{}))
	return err
}

// recovered turns a panic of the Arrow library into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: Arrow cannot read it: %v", ErrColumns, p)
	}
}

// Profiles are those of the capture's vehicles, as the writer was given them.
func (r *Reader) Profiles() []fleet.Profile { return r.profiles }

// Batches says how many of the file's record batches have been loaded, and how
// many it has: a measure of progress.
func (r *Reader) Batches() (loaded, total int) { return r.next, r.ipc.NumRecords() }

// Rows is the number of rows read so far.
func (r *Reader) Rows() int64 { return r.base + int64(r.row) }

// Drops are the values that reading left out so far, by column and reason.
func (r *Reader) Drops() []Drop { return r.dec.drops.list }

// Close releases the file.
func (r *Reader) Close() error {
	if r.rec != nil {
		r.rec.Release()
		r.rec = nil
	}
	return errors.Join(r.ipc.Close(), r.file.Close())
}

// Next fills f with the next frame, reusing its buffers; io.EOF after the last.
// Start is the time of the frame's first row. A value out of its signal's range
// costs the value and is counted; a row that cannot belong anywhere is an error
// that names file, row and column.
func (r *Reader) Next(f *telemetry.Frame) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read capture %s near row %d: %w: %v", r.path, r.Rows(), ErrColumns, p)
		}
	}()
	f.Reset()
	r.dec.into(f)
	for begun := false; ; begun = true {
		if err := r.ensureRows(); errors.Is(err, io.EOF) && begun {
			break
		} else if err != nil {
			return err
		}
		if !begun {
			if err := r.begin(f); err != nil {
				return err
			}
		}
		end := r.ids.runEnd(r.row, f)
		if err := r.decode(f, end); err != nil {
			return err
		}
		if r.row < r.ids.rows {
			break
		}
	}
	f.Pad()
	return nil
}

// ensureRows loads the next batch where the present one is used up.
func (r *Reader) ensureRows() error {
	for r.rec == nil || r.row >= r.ids.rows {
		if r.next >= r.ipc.NumRecords() {
			return io.EOF
		}
		rec, err := r.ipc.RecordAt(r.next)
		if err != nil {
			return fmt.Errorf("read capture %s: batch %d: %w", r.path, r.next, err)
		}
		if r.rec != nil {
			r.rec.Release()
		}
		r.base += int64(r.row)
		r.rec, r.row, r.next = rec, 0, r.next+1
		if err := r.take(rec); err != nil {
			return err
		}
	}
	return nil
}

// take sets up the arrays of a batch.
func (r *Reader) take(rec arrow.Record) error {
	r.ids = idArrays{rows: int(rec.NumRows()), vehicle: r.ids.vehicle}
	r.dec.clear()
	for i, place := range r.places {
		a := rec.Column(i)
		if place >= idColumns {
			r.dec.add(place-idColumns, a)
			continue
		}
		if place != colRecord && a.NullN() > 0 {
			return r.cell(firstNull(a), place, errNull)
		}
		r.ids.set(place, a)
	}
	return nil
}

func firstNull(a arrow.Array) int {
	for i := range a.Len() {
		if a.IsNull(i) {
			return i
		}
	}
	return 0
}

func (r *Reader) cell(row, place int, err error) error {
	return &CellError{Path: r.path, Row: r.base + int64(row), Column: fields()[place].Name, Err: err}
}

// begin sets the frame's identity from the row r stands at.
func (r *Reader) begin(f *telemetry.Frame) error {
	r.ids.identify(r.row, f)
	if f.VehicleID == "" {
		return r.cell(r.row, colVehicle, errors.New("empty"))
	}
	start := int64(r.ids.time.Value(r.row))
	if start < -maxTime || start > maxTime {
		return r.cell(r.row, colTime, fmt.Errorf("%d µs is beyond any calendar", start))
	}
	f.Start = start
	return nil
}

// maxTime keeps differences of times within an int64, in µs.
const maxTime = math.MaxInt64 / 4

// decode appends the rows up to end to the frame.
func (r *Reader) decode(f *telemetry.Frame, end int) error {
	for ; r.row < end; r.row++ {
		t := int64(r.ids.time.Value(r.row))
		if t < -maxTime || t > maxTime {
			return r.cell(r.row, colTime, fmt.Errorf("%d µs is beyond any calendar", t))
		}
		at := t - f.Start
		if at < -telemetry.MaxSpan || at > telemetry.MaxSpan {
			r.dec.drops.add(idFields[colTime].Name, ReasonSpan, r.base+int64(r.row))
			continue
		}
		r.dec.row(f, r.row, r.base, int32(at))
	}
	return nil
}

// idArrays are the identifying columns of a batch.
type idArrays struct {
	rows          int
	vehicles      *array.String
	records       *array.String
	boots         *array.Uint32
	sequences     *array.Uint64
	arrived, time *array.Timestamp
	vehicle       string // the last one, so that its copy serves many frames
}

func (a *idArrays) set(place int, col arrow.Array) {
	switch place {
	case colVehicle:
		a.vehicles = col.(*array.String)
	case colBoot:
		a.boots = col.(*array.Uint32)
	case colSequence:
		a.sequences = col.(*array.Uint64)
	case colRecord:
		a.records = col.(*array.String)
	case colArrived:
		a.arrived = col.(*array.Timestamp)
	case colTime:
		a.time = col.(*array.Timestamp)
	}
}

// identify copies a row's identity; Arrow's strings live only as long as the batch.
func (a *idArrays) identify(row int, f *telemetry.Frame) {
	if v := a.vehicles.Value(row); v != a.vehicle {
		a.vehicle = string([]byte(v))
	}
	f.VehicleID = a.vehicle
	f.Boot, f.Sequence = a.boots.Value(row), a.sequences.Value(row)
	f.Arrived = int64(a.arrived.Value(row))
	if a.records.IsValid(row) {
		f.RecordID = string([]byte(a.records.Value(row)))
	}
}

// runEnd gives the first row from here on that belongs to another frame.
func (a *idArrays) runEnd(row int, f *telemetry.Frame) int {
	for ; row < a.rows; row++ {
		if a.sequences.Value(row) != f.Sequence || a.boots.Value(row) != f.Boot ||
			int64(a.arrived.Value(row)) != f.Arrived || a.vehicles.Value(row) != f.VehicleID ||
			a.record(row) != f.RecordID {
			break
		}
	}
	return row
}

func (a *idArrays) record(row int) string {
	if a.records.IsNull(row) {
		return ""
	}
	return a.records.Value(row)
}
