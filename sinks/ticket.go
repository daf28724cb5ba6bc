package sinks

import "sync/atomic"

// Ticket stands for a batch on its way into all sinks.
type Ticket struct {
	left atomic.Int32 // sinks that do not have it yet
	done chan struct{}
}

func newTicket(sinks int) *Ticket {
	t := &Ticket{done: make(chan struct{})}
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

// deliver notes that one more sink has the batch.
func (t *Ticket) deliver() {
	if t.left.Add(-1) == 0 {
		close(t.done)
	}
}
