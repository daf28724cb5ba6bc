// Package advice compares a trip with its driver's own earlier trips of the same kind and
// chooses the one tip of the trip. It owns what is remembered of earlier trips, small sums
// that a trip can be taken out of again, and the texts of all messages to drivers.
// docs/method/advice.md explains the formulas. It does no I/O and reads no clock.
package advice
