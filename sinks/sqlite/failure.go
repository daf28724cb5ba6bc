package sqlite

import (
	"errors"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"milepost/sinks"
)

// primaryCode masks an extended code, which keeps its primary code in the low byte.
const primaryCode = 0xff

// classify marks the failures after which the same call may succeed: the lock is
// held by someone else, the disk is full or failing, memory ran out.
func classify(err error) error {
	var failure *driver.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code() & primaryCode {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_PROTOCOL,
		codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM:
		return &sinks.RetryableError{Err: err}
	}
	return err
}
