// Package cars owns the vehicles of one partition: each with its order and its
// life, the timers between records, and the packed form of those that rest. Frames
// go in, outcomes come out. It does no I/O and reads no clock: the same frames in
// the same order give the same outcomes.
package cars
