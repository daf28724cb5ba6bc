package config

import (
	"fmt"
	"testing"
)

// The running month and the one before it are never old enough to go.
func TestMonthsAreKeptLongEnough(t *testing.T) {
	for days, want := range map[int]bool{-1: false, 0: true, 1: false, 30: false, 61: false, 62: true, 36500: true, 36501: false} {
		_, err := Parse("m.yaml", fmt.Appendf(nil, "store: {retention: {months_days: %d}}", days), nil)
		if (err == nil) != want {
			t.Errorf("%d days: error %v", days, err)
		}
	}
}
