package sinks_test

import (
	"testing"
	"time"

	"milepost/sinks"
)

func TestBackoffDoublesUpToItsLimit(t *testing.T) {
	for _, c := range []struct {
		backoff  sinks.Backoff
		failures int
		want     time.Duration
	}{
		{sinks.Backoff{}, 1, 100 * time.Millisecond},
		{sinks.Backoff{}, 3, 400 * time.Millisecond},
		{sinks.Backoff{}, 9, 25600 * time.Millisecond},
		{sinks.Backoff{}, 10, 30 * time.Second},
		{sinks.Backoff{}, 1 << 40, 30 * time.Second},
		{sinks.Backoff{Min: time.Second, Max: 3 * time.Second}, 3, 3 * time.Second},
		{sinks.Backoff{Min: time.Minute, Max: time.Second}, 1, time.Second},
		{sinks.Backoff{Jitter: func() float64 { return 0 }}, 3, 200 * time.Millisecond},
		{sinks.Backoff{Jitter: func() float64 { return 0.5 }}, 3, 300 * time.Millisecond},
	} {
		if got := c.backoff.After(c.failures); got != c.want {
			t.Errorf("after %d failures: %v, want %v", c.failures, got, c.want)
		}
	}
}
