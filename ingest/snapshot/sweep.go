package snapshot

import (
	"context"
	"fmt"
)

// sweep deletes what neither of the two newest manifests of this owner's line needs
// and nobody is writing; the package's comment says why that is safe.
func (l *Log) sweep(ctx context.Context) (deleted int, err error) {
	found, err := list(ctx, l.store, l.key, "")
	if err != nil {
		return 0, err
	}
	if found.highest() > l.epoch {
		return 0, nil // whoever claimed it deletes from now on; the next commit will say so
	}
	needed, newest := l.needed()
	// Manifests first: one that is there should have its files.
	for _, folder := range []string{manifests, entries, chunks, claims} {
		for _, m := range found[folder] {
			name := l.key.name(folder, m)
			// A manifest above the newest is being committed.
			if needed[name] || m.epoch > l.epoch || folder == manifests && compare(m, newest) > 0 {
				continue
			}
			if err := l.store.Delete(ctx, name); err != nil {
				return deleted, fmt.Errorf("delete what is not needed of %s: %w", l.key, err)
			}
			deleted++
		}
	}
	return deleted, nil
}

// needed names what must stay, and the newest manifest. Call it after listing: what
// is begun later is not in the list.
func (l *Log) needed() (names map[string]bool, newest mark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	names = map[string]bool{l.key.claim(l.epoch): true}
	for _, m := range []*manifest{l.current, l.previous} {
		if m != nil {
			m.names(l.key, names)
		}
	}
	for id := range l.pending {
		names[l.key.file(entries, id)] = true
		names[l.key.file(chunks, id)] = true
	}
	return names, l.current.mark()
}
