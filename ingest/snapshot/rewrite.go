package snapshot

import (
	"context"
	"errors"
	"fmt"
)

// Edit says what becomes of an entry: its state as given, another one, or none where
// keep is false. It must give the same whenever it is asked.
type Edit func(vehicle string, state []byte) (next []byte, keep bool)

// Rewrite writes the snapshot that was restored anew, as one base in which every entry
// is as edit says: at the same offsets, and naming nothing that was taken out. live is
// as for Checkpoint.Commit. What was there before stays until Forget. It comes after
// Restore and before any checkpoint; ErrFenced where another has claimed the partition.
func (l *Log) Rewrite(ctx context.Context, edit Edit, live map[uint64]int64) error {
	l.mu.Lock()
	from, open := l.current, l.open
	l.mu.Unlock()
	if from == nil || open != nil {
		return fmt.Errorf("rewrite the snapshot of %s: %w", l.key, errNothingToRewrite)
	}
	base, err := l.writeBase(ctx, from, edit)
	if err == nil {
		err = l.publishEdited(ctx, base, live)
	}
	if err != nil {
		for _, f := range base {
			l.abandon(f.ID)
		}
		return fmt.Errorf("rewrite the snapshot of %s: %w", l.key, err)
	}
	return nil
}

var errNothingToRewrite = errors.New("nothing was restored, or a checkpoint is open")

func (l *Log) publishEdited(ctx context.Context, base []file, live map[uint64]int64) error {
	l.commits.Lock()
	defer l.commits.Unlock()
	l.mu.Lock()
	current := l.current
	l.mu.Unlock()
	next := l.successor(current.clone())
	next.Base, next.Deltas = base, nil
	next.ChunkFiles = liveChunks(current, nil, live)
	return l.publish(ctx, next)
}
