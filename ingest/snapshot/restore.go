package snapshot

import (
	"context"
	"fmt"
	"slices"
)

// Restore reads the newest whole snapshot: of the highest epoch, and of that the
// highest sequence, all of whose files are there and fit their checksums. The
// callback is given each vehicle once, sorted, and must not keep the state's bytes.
// The Meta is nil where the partition has no snapshot yet. Refusals name snapshots
// that are newer than the one used and not whole.
//
// Errors: *NewerError, ErrNoneWhole, ErrInterrupted, what the callback returned, or
// what the store did. After an error Restore may be called again.
func (l *Log) Restore(ctx context.Context, entry func(vehicle string, state []byte) error) (*Meta, []Refusal, error) {
	l.commits.Lock()
	defer l.commits.Unlock()
	l.mu.Lock()
	working := l.current != nil || l.open != nil
	l.mu.Unlock()
	if working {
		return nil, nil, fmt.Errorf("restore %s: it was restored already", l.key)
	}
	p, refused, err := pick(ctx, l.store, l.key)
	if err == nil && p != nil {
		err = p.each(ctx, l.store, l.key, entry)
	}
	if err != nil {
		return nil, refused, fmt.Errorf("restore %s: %w", l.key, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.restored = true
	if p == nil {
		return nil, refused, nil
	}
	l.current = p.manifest
	meta := p.clone()
	slices.SortFunc(meta.ChunkFiles, func(a, b ChunkFile) int { return compare(fileMark(a.File), fileMark(b.File)) })
	return &meta, refused, nil
}
