// Package order puts one vehicle's frames back into order and drops duplicates: Queue
// by (boot, sequence), Timed by time for formats that have neither. It decides by
// arrival times alone: the same records in the same order give the same releases.
package order
