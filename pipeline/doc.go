// Package pipeline is one vehicle's life: frames in, outcomes out. Apply and
// Advance are the whole of its contract. It does no I/O, reads no clock and draws
// no random number: the same frames give the same outcomes, byte for byte, and so
// does the same drive cut into other frames.
package pipeline
