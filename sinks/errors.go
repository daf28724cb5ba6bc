// Package sinks owns what the places that outcomes go to share: the fan-out into
// all of them and the kinds of failure. Each place is a package of its own below this
// one, and so is the model by which stores are read. The package computes no outcome and does no I/O of its own.
package sinks

import (
	"errors"
	"fmt"

	"milepost/outcome"
)

// RetryableError marks a failure after which the call may succeed later: a busy
// store, a full disk, a broker that cannot be reached. Nothing was written that
// may not be written again. Every other failure is permanent: the same call will
// fail again.
type RetryableError struct {
	Err error
	// Left is what is still to be written, in order; nil means the whole batch.
	Left []outcome.Outcome
}

// Error implements error.
func (e *RetryableError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *RetryableError) Unwrap() error { return e.Err }

// Retryable reports whether the same call may succeed later.
func Retryable(err error) bool {
	var r *RetryableError
	return errors.As(err, &r)
}

// OutcomeError is the permanent failure of a batch that one outcome caused;
// nothing of the batch counts as written.
type OutcomeError struct {
	Index int // within the batch
	Type  outcome.Type
	ID    string
	Err   error
}

// Error implements error.
func (e *OutcomeError) Error() string {
	return fmt.Sprintf("outcome %d of the batch (%s %s): %v", e.Index, e.Type, e.ID, e.Err)
}

// Unwrap gives the cause.
func (e *OutcomeError) Unwrap() error { return e.Err }
