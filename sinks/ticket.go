package sinks

import (
	"context"
	"sync/atomic"
)

// Ticket stands for a batch on its way into all sinks.
type Ticket struct {
	left    atomic.Int32 // sinks that do not have it yet
	done    chan struct{}
	awaited atomic.Bool
	hurry   func() // tells the sinks that it is awaited
}

func newTicket(sinks int, hurry func()) *Ticket {
	t := &Ticket{done: make(chan struct{}), hurry: hurry}
	if sinks == 0 {
		close(t.done)
		return t
	}
	t.left.Store(int32(sinks)) //nolint:gosec // a handful
	return t
}

// Done is closed when every sink has the batch durably. It stays open for ever
// where a sink refused it, or where the fan-out was stopped before.
func (t *Ticket) Done() <-chan struct{} { return t.done }

// Wait waits until every sink has the batch durably, or ctx ends, and then returns its
// error. The sinks then do not linger for more before they write it.
func (t *Ticket) Wait(ctx context.Context) error {
	t.awaited.Store(true)
	t.hurry()
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deliver notes that one more sink has the batch.
func (t *Ticket) deliver() {
	if t.left.Add(-1) == 0 {
		close(t.done)
	}
}
