package erase

import (
	"context"
	"fmt"
	"time"

	"milepost/ingest/snapshot"
)

// idle is how many times the time between its checkpoints an owner may write none until
// it has nothing to write: it writes where it has read anything since the last one.
const idle = 3

// written returns when whatever the owners of partitions had in memory at its call is in
// the files too. A vehicle is known by its key; an account is not, and what tells of it
// may have been read since the last checkpoint. The second one from now on was begun
// after now.
func (s *State) written(ctx context.Context, keys []snapshot.Key) error {
	if s.Every <= 0 {
		return nil
	}
	poll := time.NewTicker(orDefault(s.Poll, time.Second))
	defer poll.Stop()
	waits := make([]wait, len(keys))
	for {
		var open []snapshot.Key
		for i, k := range keys {
			done, err := s.caughtUp(ctx, k, &waits[i])
			if err != nil {
				return fmt.Errorf("wait for a checkpoint of %s: %w", k, err)
			}
			if !done {
				open = append(open, k)
			}
		}
		if len(open) == 0 {
			return nil
		}
		s.Say.say("waiting until the process that works on %s has written down what it knows", open[0])
		select {
		case <-poll.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// wait is for one partition.
type wait struct {
	began   time.Time // for the next checkpoint
	newest  time.Time // when the last one was written
	written int       // since the first look
	done    bool
}

func (s *State) caughtUp(ctx context.Context, k snapshot.Key, w *wait) (bool, error) {
	if w.done {
		return true, nil
	}
	meta, err := snapshot.Newest(ctx, s.Store, k)
	if err != nil {
		return false, err
	}
	var newest time.Time
	if meta != nil {
		newest = meta.WrittenAt
	}
	switch {
	case w.began.IsZero():
		w.began, w.newest = time.Now(), newest
	case !newest.Equal(w.newest):
		w.began, w.newest = time.Now(), newest
		w.written++
	}
	if w.done = w.written >= 2 || time.Since(w.began) >= idle*s.Every; w.done {
		return true, nil
	}
	owned, err := s.Owned(ctx, k)
	w.done = err == nil && !owned
	return w.done, err
}
