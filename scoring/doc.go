// Package scoring turns what was measured on a trip into scores, and trips into
// months. docs/method/performance.md explains the formulas and their sources.
// It does no I/O and reads no clock.
package scoring
