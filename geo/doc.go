// Package geo owns what concerns places: so far a trip's trace. It does no I/O and
// reads no clock.
package geo
