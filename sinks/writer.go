package sinks

import (
	"context"
	"fmt"
	"time"

	"milepost/outcome"
)

// Writer is one place that outcomes go to. Write returns nil when the whole batch
// is durable there. A *RetryableError asks to be called again with what is left;
// any other error is permanent. A batch may come again after any failure, and a
// writer keeps the order in which it is given the outcomes of one vehicle. It
// neither changes the batch nor keeps it.
type Writer interface {
	Write(ctx context.Context, batch []outcome.Outcome) error
}

// Named is a writer with the name that errors and metrics call it by, and how it likes
// its batches; a zero limit is the fan-out's.
type Named struct {
	Name   string
	Writer Writer
	Batch  int           // most outcomes of one write
	Linger time.Duration // how long a write waits for more outcomes
	// Takes says what the sink is given; nil for everything.
	Takes func(outcome.Outcome) bool
	// First lets nothing wait for the room that other sinks have.
	First bool
}

// SinkError is a permanent failure: the named sink will never take what it was
// given, and nothing of that counts as delivered.
type SinkError struct {
	Sink string
	Err  error
}

// Error implements error.
func (e *SinkError) Error() string { return fmt.Sprintf("sink %s: %v", e.Sink, e.Err) }

// Unwrap gives the cause.
func (e *SinkError) Unwrap() error { return e.Err }
