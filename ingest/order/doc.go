// Package order puts one vehicle's frames back into the order of (boot, sequence)
// and drops duplicates. It decides by arrival times alone: the same records in the
// same order give the same releases.
package order
