package main

import (
	"sync"

	"milepost/metrics"
)

// quiet ends a run when every partition of this process has been read to its end and
// nothing has come for a while. Its zero value never does. It is safe for concurrent use.
type quiet struct {
	end func() // nil to go on for ever

	mu      sync.Mutex
	waiting map[metrics.Key]bool
}

// assign takes the partitions of a new generation.
func (q *quiet) assign(keys []metrics.Key) {
	if q.end == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = map[metrics.Key]bool{}
	for _, k := range keys {
		q.waiting[k] = true
	}
	q.endIfQuiet()
}

// tell takes that a partition has been read to its end and has been quiet since.
func (q *quiet) tell(k metrics.Key) {
	if q.end == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiting, k)
	q.endIfQuiet()
}

func (q *quiet) endIfQuiet() {
	if len(q.waiting) == 0 {
		q.end()
	}
}
