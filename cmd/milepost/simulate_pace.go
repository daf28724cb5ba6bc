package main

import (
	"context"
	"time"
)

// pacer says when a record is due by the wall clock.
type pacer struct {
	speedup float64 // 0: at once
	live    bool    // at the very time of its arrival
	began   time.Time
	first   int64 // arrival of the first record, Unix µs
}

func newPacer(speedup float64, live bool) *pacer { return &pacer{speedup: speedup, live: live} }

// leastWait keeps short waits together: so long a record may come after its time.
const leastWait = 20 * time.Millisecond

// until gives how long to wait, at a time, before a record that arrived at a time
// (Unix µs) is written; 0 for not at all.
func (p *pacer) until(arrived int64, now time.Time) time.Duration {
	if p.began.IsZero() {
		p.began, p.first = now, arrived
	}
	var due time.Time
	switch {
	case p.live:
		due = time.UnixMicro(arrived)
	case p.speedup > 0:
		since := time.Duration(arrived-p.first) * time.Microsecond
		due = p.began.Add(time.Duration(float64(since) / p.speedup))
	default:
		return 0
	}
	if wait := due.Sub(now); wait > 0 {
		return max(wait, leastWait)
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
