// Package geo owns what concerns places: distance and a trip's trace. It does no I/O
// and reads no clock.
package geo
