package sqlite

import (
	"errors"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"milepost/sinks"
)

// classify marks the failures after which the same call may succeed: the lock is
// held by someone else, the disk is full or failing, memory ran out.
func classify(err error) error {
	var failure *driver.Error
	if !errors.As(err, &failure) {
		return err
	}
	const primary = 0xff // extended codes keep their primary code in the low byte
	switch failure.Code() & primary {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_PROTOCOL,
		codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM:
		return &sinks.RetryableError{Err: err}
	}
	return err
}
