// Package csvimport owns the way of foreign text files into captures: the mapping
// language (docs/import.md), the conversion of cells to values, and the joining
// of several files with different rates into the frames of a drive. Everything it
// leaves out it counts by file, column and reason; it never guesses a column, a
// unit or a zone.
package csvimport

import (
	"errors"
	"fmt"
)

// ErrMapping says that a mapping file is wrong; the text names line and column.
var ErrMapping = errors.New("bad mapping")

// ErrInput says that the files do not fit the mapping.
var ErrInput = errors.New("the files do not fit the mapping")

// CellError is an error at one place of an imported file. Line counts from 1;
// Column is empty where it concerns the line as a whole.
type CellError struct {
	File   string
	Line   int
	Column string
	Err    error
}

// Error names file, line and column.
func (e *CellError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s:%d: %v", Printable(e.File), e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: column %s: %v", Printable(e.File), e.Line, Printable(e.Column), e.Err)
}

// Unwrap gives the cause.
func (e *CellError) Unwrap() error { return e.Err }
