package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"milepost/ingest/blob"
)

// Forgotten counts what Forget deleted.
type Forgotten struct {
	Files int
	Bytes int64
}

// Forget deletes at once all files of this epoch and of those below that the newest
// manifest of this log does not need: older snapshots, and what owners of before have
// left. Call it after Rewrite, when no owner of before works any more; that another has
// claimed the partition by then does no harm, as it began with that manifest.
func (l *Log) Forget(ctx context.Context) (gone Forgotten, err error) {
	found, err := list(ctx, l.store, l.key, "")
	if err != nil {
		return gone, err
	}
	names := map[string]bool{}
	l.mu.Lock()
	newest, restored := l.current, l.restored
	l.mu.Unlock()
	if !restored {
		return gone, fmt.Errorf("forget snapshots of %s: %w", l.key, errNothingToRewrite)
	}
	if newest != nil {
		newest.names(l.key, names)
	}
	// Entries go last: by them whoever does this again finds out that it was not finished.
	for _, folder := range []string{manifests, chunks, entries} {
		for _, m := range found[folder] {
			name := l.key.name(folder, m)
			if names[name] || m.epoch > l.epoch {
				continue
			}
			size, err := l.remove(ctx, name)
			if err != nil {
				return gone, fmt.Errorf("forget snapshots of %s: %w", l.key, err)
			}
			gone.Files++
			gone.Bytes += size
		}
	}
	return gone, nil
}

// remove deletes a file and says how long it was.
func (l *Log) remove(ctx context.Context, name string) (size int64, err error) {
	data, err := l.store.Get(ctx, name)
	if err != nil && !errors.Is(err, blob.ErrNotFound) {
		return 0, err
	}
	return int64(len(data)), l.store.Delete(ctx, name)
}

// Taken reports whether another has claimed the partition since this log did, and the
// name that the last one to do so gave.
func (l *Log) Taken(ctx context.Context) (owner string, taken bool, err error) {
	found, err := list(ctx, l.store, l.key, claims)
	if err != nil || found.highest() <= l.epoch {
		return "", false, err
	}
	data, err := l.store.Get(ctx, l.key.claim(found.highest()))
	if errors.Is(err, blob.ErrNotFound) {
		return "", false, nil // a still later owner has deleted it: who asks again hears of that one
	}
	if err != nil {
		return "", false, fmt.Errorf("read who has claimed %s: %w", l.key, err)
	}
	var c claim
	if err := json.Unmarshal(data, &c); err != nil {
		return "", false, fmt.Errorf("read who has claimed %s: %w", l.key, err)
	}
	return c.Owner, true, nil
}

// Stored is an entry in a file of a partition, whether the newest snapshot names that
// file or nothing does any more.
type Stored struct {
	File    string // its name
	Epoch   uint64 // of the owner that wrote it
	Vehicle string
	State   []byte // valid for the time of the call; nil for a tombstone
}

// Scanned is what a scan went through.
type Scanned struct {
	Files      int
	Bytes      int64
	Unreadable []string // files that are torn or altered: what they hold is not known
}

// Scan gives every entry of every file of entries that lies below a partition, those of
// older and torn snapshots too. It claims nothing; a file that is deleted meanwhile is
// passed over.
func Scan(ctx context.Context, store Reader, k Key, each func(Stored) error) (done Scanned, err error) {
	found, err := list(ctx, store, k, entries)
	if err != nil {
		return done, err
	}
	for _, m := range found[entries] {
		name := k.name(entries, m)
		data, err := store.Get(ctx, name)
		switch {
		case errors.Is(err, blob.ErrNotFound):
			continue
		case err != nil:
			return done, fmt.Errorf("scan %s: %w", name, err)
		}
		done.Files++
		done.Bytes += int64(len(data))
		err = scanFile(k, m, data, each)
		switch {
		case errors.Is(err, ErrDamaged):
			done.Unreadable = append(done.Unreadable, name)
		case err != nil:
			return done, fmt.Errorf("scan %s: %w", name, err)
		}
	}
	return done, nil
}

func scanFile(k Key, m mark, data []byte, each func(Stored) error) error {
	c, err := openCursor(k, file{ID: m.file(), Bytes: int64(len(data))}, 0, inMemory(data))
	if err != nil {
		return err
	}
	for {
		switch err := c.next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		s := Stored{File: c.name, Epoch: m.epoch, Vehicle: string(c.entry.vehicle), State: c.entry.state}
		if c.entry.removed {
			s.State = nil
		}
		if err := each(s); err != nil {
			return err
		}
	}
}

// Newest gives what the newest readable manifest of a partition says, whether or not its
// files are whole; nil where there is none.
func Newest(ctx context.Context, store Reader, k Key) (*Meta, error) {
	found, err := list(ctx, store, k, manifests)
	if err != nil {
		return nil, err
	}
	marks := found[manifests]
	for i := len(marks) - 1; i >= 0; i-- {
		data, err := store.Get(ctx, k.manifest(marks[i]))
		if errors.Is(err, blob.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", k.manifest(marks[i]), err)
		}
		if m, err := decodeManifest(k, marks[i], data); err == nil {
			meta := m.clone()
			return &meta, nil
		}
	}
	return nil, nil //nolint:nilnil // no manifest is no error
}
