package blob

import "errors"

// ErrNotFound is returned where there is nothing under a name.
var ErrNotFound = errors.New("not found")

// ErrExists is returned by PutNew where the name is taken.
var ErrExists = errors.New("exists already")

// RetryableError marks a failure after which the same call may succeed later: a
// full disk, a service that does not answer. The name holds what it held before,
// or, where the answer of a service was lost, the whole new content. Every other
// failure is permanent: the same call will fail again.
type RetryableError struct {
	Err error
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
