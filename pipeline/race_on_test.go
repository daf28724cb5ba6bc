//go:build race

package pipeline_test

// raceEnabled: sync.Pool then drops items at random, so allocations cannot be counted.
const raceEnabled = true
