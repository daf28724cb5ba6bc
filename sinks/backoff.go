package sinks

import (
	"context"
	"time"
)

// Backoff says how long to wait before trying again. A zero field means the default.
type Backoff struct {
	Min time.Duration // wait after the first failure, doubled with each further one (100 ms)
	Max time.Duration // longest wait (30 s)
	// Jitter draws from [0, 1), so that many who failed together do not come back
	// together; nil means always the longest wait. Calls may be concurrent.
	Jitter func() float64
}

// After is the wait after so many failures in a row: between half of it and the
// whole, as the jitter says.
func (b Backoff) After(failures int) time.Duration {
	wait, longest := orDefault(b.Min, 100*time.Millisecond), orDefault(b.Max, 30*time.Second)
	for n := 1; n < failures && wait < longest; n++ {
		wait *= 2
	}
	wait = min(wait, longest)
	if b.Jitter == nil {
		return wait
	}
	return wait/2 + time.Duration(float64(wait/2)*b.Jitter())
}

// Wait waits so long, or until ctx ends, and then returns the cause of that.
func (b Backoff) Wait(ctx context.Context, failures int) error {
	timer := time.NewTimer(b.After(failures))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
