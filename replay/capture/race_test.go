//go:build race

package capture_test

// raced: the race detector makes the Arrow library some ten times slower.
const raced = true
