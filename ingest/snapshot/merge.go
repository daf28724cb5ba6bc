package snapshot

import (
	"context"
	"fmt"
)

// merge makes a new base of a manifest's base and deltas. Deltas that were
// committed meanwhile stay. Its memory is bounded: a window and a block of each
// file read, and one file written.
func (l *Log) merge(ctx context.Context, from *manifest) error {
	base, err := l.writeBase(ctx, from, nil)
	if err == nil {
		err = l.publishBase(ctx, from, base)
	}
	if err != nil {
		for _, f := range base {
			l.abandon(f.ID)
		}
		return fmt.Errorf("merge %d deltas of %s: %w", len(from.Deltas), l.key, err)
	}
	return nil
}

// publishBase keeps all that the newest manifest says but the files merged.
func (l *Log) publishBase(ctx context.Context, from *manifest, base []file) error {
	l.commits.Lock()
	defer l.commits.Unlock()
	l.mu.Lock()
	meta := l.current.clone()
	l.mu.Unlock()
	next := l.successor(meta)
	next.Base, next.Deltas = base, next.Deltas[len(from.Deltas):]
	return l.publish(ctx, next)
}

// writeBase writes what counts of a manifest's entries, edited where edit is not nil;
// what it began comes back with an error, too.
func (l *Log) writeBase(ctx context.Context, from *manifest, edit Edit) ([]file, error) {
	var m merging
	for rank, f := range from.files() {
		c, err := openCursor(l.key, f, rank, inStore(ctx, l.store, l.key.file(entries, f.ID)))
		if err != nil {
			return nil, err
		}
		m = append(m, c)
	}
	w := &baseWriter{log: l}
	err := m.each(func(e entry) error {
		if e.removed {
			return nil
		}
		if edit == nil {
			return w.add(ctx, e.whole)
		}
		next, keep := edit(string(e.vehicle), e.state)
		if !keep {
			return nil
		}
		return w.add(ctx, appendEntry(nil, string(e.vehicle), next, false))
	})
	if err == nil {
		err = w.finish(ctx)
	}
	return w.files, err
}

// baseWriter writes sorted entries into one file after another.
type baseWriter struct {
	log   *Log
	file  *entryWriter // nil between files
	files []file
}

func (w *baseWriter) add(ctx context.Context, whole []byte) error {
	if w.file == nil {
		id, err := w.log.newFile()
		if err != nil {
			return err
		}
		w.file = newEntryWriter(id, w.log.key)
		w.files = append(w.files, file{ID: id})
	}
	if err := w.file.add(whole); err != nil || len(w.file.buf) < fileBytes {
		return err
	}
	return w.finish(ctx)
}

func (w *baseWriter) finish(ctx context.Context) error {
	if w.file == nil {
		return nil
	}
	if err := w.file.close(); err != nil {
		return err
	}
	f := w.file
	w.file = nil
	w.files[len(w.files)-1] = f.describe()
	return w.log.store.Put(ctx, w.log.key.file(entries, f.id), f.buf)
}
