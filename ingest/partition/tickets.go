package partition

import (
	"context"
	"slices"

	"milepost/sinks"
)

// tickets stand for what was handed on. Each sink takes its own part of a batch, so a
// later one may be done before an earlier one.
type tickets []*sinks.Ticket

// add takes one more, and forgets those at the front that are done.
func (t *tickets) add(one *sinks.Ticket) {
	done := 0
	for ; done < len(*t); done++ {
		if !isDone((*t)[done]) {
			break
		}
	}
	*t = append(slices.Delete(*t, 0, done), one)
}

func isDone(t *sinks.Ticket) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// wait waits until every sink has its part of all that came out.
func (t tickets) wait(ctx context.Context) error {
	for _, one := range t {
		if err := one.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}
