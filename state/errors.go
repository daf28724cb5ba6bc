package state

import (
	"errors"
	"fmt"
)

// ErrDamaged is wrapped by the error for bytes that no build wrote.
var ErrDamaged = errors.New("state is damaged")

// NewerError says that bytes were written by a newer build than this one. They are
// whole: that build, or a later one, reads them.
type NewerError struct {
	Found, Known uint16 // versions of the layout
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("state has version %d, this build knows up to %d", e.Found, e.Known)
}
