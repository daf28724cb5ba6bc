// Package geo owns what concerns places: so far the gate that takes
// hidden positions out of frames, distance, and a trip's trace. It does no I/O and
// reads no clock.
package geo
