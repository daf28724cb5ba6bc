package capture

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow/ipc"

	"milepost/fleet"
	"milepost/telemetry"
)

// DefaultBatchRows is how many rows a record batch holds: large enough that zstd
// and readers work in bulk, small enough for a reader's memory.
const DefaultBatchRows = 32 << 10

// MaxBatchRows bounds the rows of a record batch, and so a reader's memory.
const MaxBatchRows = 128 << 10

// Writer writes a capture. The file appears under its name, complete, synced and
// with its checksum, when Close returns nil. A Writer is for one goroutine.
type Writer struct {
	file  *sealedFile
	ipc   *ipc.FileWriter
	table *table
	last  frameKey
	began bool
	done  bool
}

// Create begins a capture of the vehicles with these profiles, whose record
// batches have DefaultBatchRows rows. It fails where a profile is not valid or
// the folder cannot be written.
func Create(path string, profiles []fleet.Profile) (*Writer, error) {
	return CreateBatched(path, profiles, DefaultBatchRows)
}

// CreateBatched is Create with another number of rows to a record batch, from 1
// to MaxBatchRows.
func CreateBatched(path string, profiles []fleet.Profile, batchRows int) (*Writer, error) {
	schema, err := schemaFor(profiles)
	if err != nil {
		return nil, fmt.Errorf("create capture %s: %w", path, err)
	}
	file, err := createSealed(path)
	if err != nil {
		return nil, err
	}
	out, err := ipc.NewFileWriter(file, ipc.WithSchema(schema), ipc.WithZstd())
	if err != nil {
		file.discard()
		return nil, fmt.Errorf("create capture %s: %w", path, err)
	}
	return &Writer{file: file, ipc: out, table: newTable(schema, min(max(1, batchRows), MaxBatchRows))}, nil
}

// Write appends a frame. A frame whose identity and arrival are those of the
// frame before could not be told from it when read: it is left out and counted
// as ReasonRepeat. ErrFrame means that columns and offsets differ in length.
func (w *Writer) Write(f *telemetry.Frame) error {
	key := keyOf(f)
	if w.began && key == w.last {
		w.table.drops.add(idFields[colSequence].Name, ReasonRepeat, w.table.rows)
		return nil
	}
	if err := wellFormed(f); err != nil {
		return fmt.Errorf("capture %s: frame %s %d/%d: %w", w.file.path, f.VehicleID, f.Boot, f.Sequence, err)
	}
	w.last, w.began = key, true
	rows := rowsOf(f)
	for rows.next() {
		w.table.addRow(f, &rows)
		if w.table.full() {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Writer) flush() error {
	rec := w.table.take()
	defer rec.Release()
	if err := w.ipc.Write(rec); err != nil {
		return fmt.Errorf("write capture %s: %w", w.file.path, err)
	}
	return nil
}

// Close completes the file. After an error nothing stands under its name.
func (w *Writer) Close() error {
	if w.done {
		return nil
	}
	w.done = true
	defer w.file.discard()
	if w.table.inBatch > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.ipc.Close(); err != nil {
		return fmt.Errorf("write capture %s: %w", w.file.path, err)
	}
	if err := w.file.seal(); err != nil {
		return fmt.Errorf("write capture %s: %w", w.file.path, err)
	}
	return nil
}

// Abort gives up the file; after Close it does nothing.
func (w *Writer) Abort() {
	if !w.done {
		w.done = true
		w.file.discard()
	}
}

// Rows is the number of rows written so far.
func (w *Writer) Rows() int64 { return w.table.rows }

// Drops are the values that could not be written, by column and reason: truth
// values that are neither 0 nor 1, words beyond their table, unknown body signals.
func (w *Writer) Drops() []Drop { return w.table.drops.list }

// frameKey is what tells one frame's rows from the next one's.
type frameKey struct {
	vehicle, record string
	boot            uint32
	sequence        uint64
	arrived         int64
}

func keyOf(f *telemetry.Frame) frameKey {
	return frameKey{f.VehicleID, f.RecordID, f.Boot, f.Sequence, f.Arrived}
}

// wellFormed checks that every column is empty or as long as its track.
func wellFormed(f *telemetry.Frame) error {
	for i := range telemetry.TrackCount {
		t := telemetry.Track(i)
		n := len(*f.Offsets(t))
		for _, c := range f.Floats(t) {
			if len(*c) != 0 && len(*c) != n {
				return fmt.Errorf("%w: %s has a column of %d values for %d samples", ErrFrame, t, len(*c), n)
			}
		}
		for _, c := range f.Doubles(t) {
			if len(*c) != 0 && len(*c) != n {
				return fmt.Errorf("%w: %s has a column of %d values for %d samples", ErrFrame, t, len(*c), n)
			}
		}
	}
	if n := len(f.Body.At); len(f.Body.Signal) != n || len(f.Body.Value) != n {
		return fmt.Errorf("%w: body has %d signals and %d values for %d changes", ErrFrame, len(f.Body.Signal), len(f.Body.Value), n)
	}
	if f.VehicleID == "" {
		return fmt.Errorf("%w: it has no vehicle", ErrFrame)
	}
	return nil
}
