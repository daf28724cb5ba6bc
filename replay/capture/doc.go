// Package capture owns the capture format: recorded frames as an Arrow IPC file
// that pyarrow, polars and pandas read as Feather v2, and the same table as
// Parquet. One row is one sample instant of a frame; docs/captures.md describes
// the columns. The package never plays what it reads, never changes the order of
// frames, and parses nothing before the file's checksum was verified.
package capture

import (
	"errors"
	"fmt"
)

// Errors that a capture is refused with; test with errors.Is.
var (
	// ErrNotCapture: the file carries no milepost.checksum, or another version's.
	ErrNotCapture = errors.New("not a milepost capture")
	// ErrChecksum: the file is damaged.
	ErrChecksum = errors.New("the checksum does not match: the file is damaged")
	// ErrColumns: a column is missing, of another type, or unknown.
	ErrColumns = errors.New("the columns are not those of a capture")
	// ErrFrame: a frame to be written is not well formed.
	ErrFrame = errors.New("the frame is not well formed")
)

// CellError is an error at one place of a capture. Row counts from 0 over the
// whole file, as pyarrow and pandas do.
type CellError struct {
	Path   string
	Row    int64
	Column string
	Err    error
}

// Error names the file, the row and the column.
func (e *CellError) Error() string {
	return fmt.Sprintf("capture %s: row %d, column %s: %v", e.Path, e.Row, e.Column, e.Err)
}

// Unwrap gives the cause.
func (e *CellError) Unwrap() error { return e.Err }

var errNull = errors.New("null where a value must stand")
