package snapshot

import (
	"context"
	"slices"
	"time"
)

// commit writes the manifest that takes the checkpoint in.
func (l *Log) commit(ctx context.Context, c *Checkpoint, meta Meta, live map[uint64]int64) error {
	l.commits.Lock()
	defer l.commits.Unlock()
	next := l.successor(meta.clone())
	if next.WrittenAt.IsZero() {
		next.WrittenAt = time.Now().UTC()
	}
	l.mu.Lock()
	current := l.current
	l.mu.Unlock()
	switch {
	case len(c.files) == 0:
	case len(next.Base) == 0 && len(next.Deltas) == 0:
		next.Base = c.files
	default:
		next.Deltas = append(next.Deltas, c.files)
	}
	next.ChunkFiles = liveChunks(current, c.chunks, live)
	if err := l.publish(ctx, next); err != nil {
		return err
	}
	l.mu.Lock()
	l.open = nil
	l.mu.Unlock()
	for _, p := range c.chunks {
		l.abandon(p.id) // named by the manifest, or needed by nothing
	}
	l.tidy()
	return nil
}

// liveChunks are the chunk files of before and of the checkpoint that are needed.
func liveChunks(current *manifest, added []*pieces, live map[uint64]int64) []ChunkFile {
	var all []ChunkFile
	if current != nil {
		all = append(all, current.ChunkFiles...)
	}
	for _, p := range added {
		all = append(all, ChunkFile{File: p.id, Kept: p.kept, Bytes: int64(len(p.buf))})
	}
	needed := all[:0]
	for _, c := range all {
		if c.Live = live[c.File]; c.Live > 0 {
			needed = append(needed, c)
		}
	}
	slices.SortFunc(needed, func(a, b ChunkFile) int { return compare(fileMark(a.File), fileMark(b.File)) })
	return needed
}

// successor is a manifest with the files of entries of the newest one. Call it, and
// publish, under l.commits.
func (l *Log) successor(meta Meta) *manifest {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := &manifest{Topic: l.key.Topic, Partition: l.key.Partition, Owner: l.owner, Meta: meta}
	next.Epoch, next.Sequence = l.epoch, 1
	if l.current == nil {
		return next
	}
	if l.current.Epoch == l.epoch {
		next.Sequence = l.current.Sequence + 1
	}
	next.Base = slices.Clone(l.current.Base)
	next.Deltas = slices.Clone(l.current.Deltas)
	return next
}

// publish writes a manifest between two looks at the claims. The first keeps an
// owner that was replaced from writing; the second keeps it from believing that
// what it wrote counts. Until the second has passed, nothing may be deleted.
func (l *Log) publish(ctx context.Context, m *manifest) error {
	if err := l.checkClaims(ctx); err != nil {
		return err
	}
	data, err := m.encode()
	if err != nil {
		return err
	}
	if err := l.store.Put(ctx, l.key.manifest(m.mark()), data); err != nil {
		return err
	}
	if err := l.checkClaims(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.previous, l.current = l.current, m
	for _, f := range m.files() {
		delete(l.pending, f.ID)
	}
	return nil
}

// abandon leaves a file to the next sweep, unless a manifest names it.
func (l *Log) abandon(id uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pending, id)
}
