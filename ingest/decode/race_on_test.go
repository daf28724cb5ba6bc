//go:build race

package decode

// raceEnabled: sync.Pool then drops items at random, so allocations cannot be counted.
const raceEnabled = true
