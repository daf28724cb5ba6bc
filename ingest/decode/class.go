package decode

import (
	"errors"
	"fmt"
)

// Class says why a record cannot be used. The set is fixed: it labels metrics and
// dead letters.
type Class uint8

// The classes. The same bytes do no better when they are read again.
const (
	ClassMalformed Class = iota // not what its format says
	ClassFormat                 // of no known format
	ClassNoKey                  // nobody knows whose it is
	ClassIdentity               // key, header and payload name different vehicles, or a VIN came where none can be hidden
	ClassTooLarge               // beyond the limit
	ClassEmpty                  // no payload
	ClassClock                  // the vehicle's clock is more than 5 min ahead of the arrival
	classCount
)

// Classes is the number of classes.
const Classes = int(classCount)

// String is the class's name in metrics and dead letters.
func (c Class) String() string {
	return [...]string{"malformed", "unknown_format", "no_key", "identity", "too_large", "empty", "clock"}[c]
}

// Error is why a record cannot be used. Its text holds nothing of key and payload.
type Error struct {
	Class Class
	cause error
}

func (e *Error) Error() string { return e.Class.String() + " record: " + e.cause.Error() }

// Unwrap gives the cause, which wraps ErrMalformed for a malformed record.
func (e *Error) Unwrap() error { return e.cause }

// fail makes an Error. What it is told must hold nothing of key and payload.
func fail(c Class, format string, args ...any) *Error {
	return &Error{Class: c, cause: fmt.Errorf(format, args...)}
}

// ErrMalformed marks a record that cannot be read as the format it claims.
var ErrMalformed = errors.New("malformed telemetry")
