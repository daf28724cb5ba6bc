package snapshot

import "context"

// maxDeltas is how many deltas a base may have, be they ever so small: each is a
// file more to open at a restore.
const maxDeltas = 64

// tidy merges and deletes in the background, after a manifest was written.
func (l *Log) tidy() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.again = true
	if l.tidying || l.background.Err() != nil {
		return
	}
	l.tidying = true
	l.running.Go(func() {
		for l.more() {
			merged, err := l.mergeIfDue(l.background)
			deleted := 0
			if err == nil {
				deleted, err = l.sweep(l.background)
			}
			l.report(merged, deleted, err)
		}
	})
}

// more says whether a manifest was written since it was last asked.
func (l *Log) more() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tidying = l.again && l.background.Err() == nil
	l.again = false
	return l.tidying
}

func (l *Log) report(merged bool, deleted int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if merged {
		l.status.Merges++
	}
	l.status.Deleted += deleted
	if l.background.Err() == nil {
		l.status.TidyErr = err
	}
}

// mergeIfDue merges the deltas into a new base when they have outgrown it.
func (l *Log) mergeIfDue(ctx context.Context) (merged bool, err error) {
	l.mu.Lock()
	m := l.current
	l.mu.Unlock()
	if len(m.Deltas) < maxDeltas && m.deltaBytes() <= totalBytes(m.Base) {
		return false, nil
	}
	return true, l.merge(ctx, m)
}
