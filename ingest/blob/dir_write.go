package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// temporaryFolder cannot be a part of a name.
const temporaryFolder = "~tmp"

// leftoverAge is how old a temporary file is before it counts as left behind by a
// writer that was killed; the directory may be shared, and a write takes seconds.
// Taking one from a live writer costs it a failed Put, which it may repeat.
const leftoverAge = 10 * time.Minute

func (d *Dir) temporaries() string { return filepath.Join(d.root, temporaryFolder) }

// write makes the content durable under a temporary name before publish gives it
// its own.
func (d *Dir) write(ctx context.Context, name string, data []byte, publish func(from, to string) error) error {
	if err := d.ready(ctx, name); err != nil {
		return err
	}
	temporary, err := d.writeTemporary(data)
	if err != nil {
		return wrapped("write", name, err)
	}
	target := d.path(name)
	err = d.makeFolder(filepath.Dir(target))
	if err == nil {
		err = publish(temporary, target)
	}
	if errors.Is(err, fs.ErrNotExist) {
		// Taken for a leftover, or its folder was removed by hand.
		err = &RetryableError{Err: fmt.Errorf("write blob %s: its temporary file is gone", name)}
	}
	// Gone already where it was renamed.
	if removeErr := os.Remove(temporary); removeErr != nil && !errors.Is(removeErr, fs.ErrNotExist) {
		err = errors.Join(err, removeErr)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(target))
	}
	return wrapped("write", name, err)
}

// writeTemporary leaves nothing behind where it fails.
func (d *Dir) writeTemporary(data []byte) (path string, err error) {
	file, err := os.CreateTemp(d.temporaries(), "put-*")
	if err != nil {
		return "", err
	}
	if _, err = file.Write(data); err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// makeFolder makes the folder and those above it, each of them durable.
func (d *Dir) makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	switch {
	case err == nil:
		return syncFolder(filepath.Dir(path))
	case errors.Is(err, fs.ErrExist):
		return nil
	case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(path) == path:
		return err
	}
	if err := d.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	return d.makeFolder(path)
}

// removeLeftovers looks only among temporary files, which belong to no name.
func (d *Dir) removeLeftovers() error {
	entries, err := os.ReadDir(d.temporaries())
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > leftoverAge {
			err = os.Remove(filepath.Join(d.temporaries(), e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
