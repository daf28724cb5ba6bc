package snapshot

import (
	"errors"
	"fmt"
)

// ErrFenced is returned to an owner after another has claimed the partition: it
// must stop, and nothing that it writes counts any more.
var ErrFenced = errors.New("another owner has claimed the partition")

// ErrDamaged marks a file that is missing, torn or altered.
var ErrDamaged = errors.New("damaged")

// ErrNoneWhole is returned by Restore where there are snapshots, and none of them
// is whole. Beginning without state would lose trips: an operator decides.
var ErrNoneWhole = errors.New("no snapshot is whole")

// ErrInterrupted is returned by Restore where files that had been checked could
// not be read again. What the callback was given is void: drop it, and restore
// again.
var ErrInterrupted = errors.New("restore interrupted")

// NewerError is returned for files that a newer milepost wrote. Going back to an
// older snapshot would undo what that one has done, so none is looked for.
type NewerError struct {
	Name   string // the file
	Format int    // its format
	Known  int    // the newest format that this build reads
}

// Error implements error.
func (e *NewerError) Error() string {
	return fmt.Sprintf("%s has format %d, and this milepost knows none above %d: a newer milepost wrote it", e.Name, e.Format, e.Known)
}

// damaged says what is wrong with a file.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}
