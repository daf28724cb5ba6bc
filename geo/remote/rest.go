package remote

import (
	"sync"
	"time"
)

// rest lets a service be that has failed again and again, so that a fleet's trips
// do not each wait for its time-outs: every call fails at once until the pause is over,
// then one is tried.
type rest struct {
	most  int
	pause time.Duration

	mu     sync.Mutex
	failed int
	until  time.Time
}

// open reports whether a call may be tried. The one that is tried after a pause has
// the pause begin anew, for those beside it.
func (r *rest) open(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed < r.most {
		return true
	}
	if now.Before(r.until) {
		return false
	}
	r.until = now.Add(r.pause)
	return true
}

// tell says how a call ended.
func (r *rest) tell(reached bool, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reached {
		r.failed = 0
		return
	}
	r.failed++
	if r.failed >= r.most {
		r.until = now.Add(r.pause)
	}
}
