// Package czlib stands in for the C library of its name. osmpbf reads by that one
// wherever cgo is on, and a build would need the headers of zlib; the standard library
// reads the same streams.
package czlib

import (
	"compress/zlib"
	"io"
)

// NewReader gives what a zlib stream holds.
func NewReader(r io.Reader) (io.ReadCloser, error) { return zlib.NewReader(r) }
