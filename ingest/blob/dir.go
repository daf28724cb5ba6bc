package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Dir keeps blobs as files of a directory, which several processes may share where
// its file system has atomic renames and hard links. Safe for concurrent use.
// Folders are readable for their owner alone: state holds places.
type Dir struct {
	root string
}

// OpenDir opens the directory, makes it where it is missing, and removes the
// temporary files that killed writers left in it.
func OpenDir(root string) (*Dir, error) {
	d := &Dir{root: root}
	if err := d.makeFolder(d.temporaries()); err != nil {
		return nil, fmt.Errorf("open blob directory %s: %w", root, err)
	}
	if err := d.removeLeftovers(); err != nil {
		return nil, fmt.Errorf("open blob directory %s: %w", root, err)
	}
	return d, nil
}

// OpenExistingDir opens the directory to read it: it makes and removes nothing.
func OpenExistingDir(root string) (*Dir, error) {
	info, err := os.Stat(root)
	if err == nil && !info.IsDir() {
		err = errors.New("not a directory")
	}
	if err != nil {
		return nil, fmt.Errorf("open blob directory %s: %w", root, err)
	}
	return &Dir{root: root}, nil
}

// Put gives the name this content, in place of what it had.
func (d *Dir) Put(ctx context.Context, name string, data []byte) error {
	return d.write(ctx, name, data, os.Rename)
}

// PutNew gives the name this content if it has none, and fails with ErrExists
// otherwise.
func (d *Dir) PutNew(ctx context.Context, name string, data []byte) error {
	// A link, unlike a rename, never takes the place of a file.
	return d.write(ctx, name, data, os.Link)
}

// Get reads the whole blob.
func (d *Dir) Get(ctx context.Context, name string) ([]byte, error) {
	if err := d.ready(ctx, name); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(d.path(name))
	return data, wrapped("read", name, err)
}

// GetRange reads so many bytes from an offset on; io.ErrUnexpectedEOF where the
// blob has fewer.
func (d *Dir) GetRange(ctx context.Context, name string, offset, length int64) ([]byte, error) {
	if err := errors.Join(d.ready(ctx, name), checkRange(name, offset, length)); err != nil {
		return nil, err
	}
	data, err := readRange(d.path(name), offset, length)
	return data, wrapped("read a part of", name, err)
}

// List gives the names that begin with the prefix, sorted.
func (d *Dir) List(ctx context.Context, prefix string) ([]string, error) {
	if err := errors.Join(ctx.Err(), checkPrefix(prefix)); err != nil {
		return nil, err
	}
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	var names []string
	err := filepath.WalkDir(d.path(folder), func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed while it was listed
		case err != nil:
			return err
		case e.IsDir() && path == d.temporaries():
			return fs.SkipDir
		case !e.Type().IsRegular():
			return ctx.Err()
		}
		relative, err := filepath.Rel(d.root, path)
		if name := filepath.ToSlash(relative); strings.HasPrefix(name, prefix) && checkName(name) == nil {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, wrapped("list", prefix, err)
}

// Delete removes the blob; removing what is not there succeeds.
func (d *Dir) Delete(ctx context.Context, name string) error {
	if err := d.ready(ctx, name); err != nil {
		return err
	}
	err := os.Remove(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return wrapped("delete", name, err)
}

func (d *Dir) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

// ready says whether anything should be done under the name.
func (d *Dir) ready(ctx context.Context, name string) error {
	return errors.Join(ctx.Err(), checkName(name))
}

func readRange(path string, offset, length int64) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if offset > info.Size() || length > info.Size()-offset {
		return nil, fmt.Errorf("%d bytes from %d of %d: %w", length, offset, info.Size(), io.ErrUnexpectedEOF)
	}
	data = make([]byte, length)
	_, err = io.ReadFull(io.NewSectionReader(file, offset, length), data)
	return data, err
}

// wrapped says what was being done, in the package's errors.
func wrapped(doing, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s blob %s: %w", doing, name, ErrNotFound)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s blob %s: %w", doing, name, ErrExists)
	}
	err = fmt.Errorf("%s blob %s: %w", doing, name, err)
	for _, passing := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EINTR, syscall.EAGAIN,
		syscall.EMFILE, syscall.ENFILE, syscall.ESTALE, syscall.ETIMEDOUT} {
		if errors.Is(err, passing) {
			return &RetryableError{Err: err}
		}
	}
	return err
}
