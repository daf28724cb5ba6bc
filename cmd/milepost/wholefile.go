package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// wholeFile is a file that appears under its name complete and durable, or not at all.
type wholeFile struct {
	*os.File
	path    string
	replace bool
}

// errDatabase keeps a slip of the hand, and --force, from the store itself.
var errDatabase = errors.New("it is a store: name another file")

// createWhole begins one, readable for its owner alone. Where replace is false, a file
// that has the name already is fs.ErrExist. A store is never replaced.
func createWhole(path string, replace bool) (*wholeFile, error) {
	if _, err := os.Lstat(path); err == nil && !replace {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	if isDatabase(path) {
		return nil, &fs.PathError{Op: "replace", Path: path, Err: errDatabase}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	return &wholeFile{f, path, replace}, nil
}

// writeWhole writes one. Where replace is false, a file that has the name already stays.
func writeWhole(path string, replace bool, write func(io.Writer) error) error {
	file, err := createWhole(path, replace)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or replace it with --force", path)
	}
	if err != nil {
		return err
	}
	defer file.discard()
	if err := write(file); err != nil {
		return err
	}
	if err := file.finish(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// isDatabase reports whether the file is one of SQLite's, by the header that all have.
func isDatabase(path string) bool {
	const header = "SQLite format 3\x00"
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	head := make([]byte, len(header))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == header
}

// finish gives the file its name.
func (f *wholeFile) finish() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	name := os.Rename
	if !f.replace {
		name = os.Link // which takes no other file's place
	}
	if err := name(f.Name(), f.path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// discard removes what is left of it; after finish it removes nothing that has a name.
func (f *wholeFile) discard() {
	_ = f.Close()           // closed already after finish
	_ = os.Remove(f.Name()) // renamed already
}

// json writes one value, indented, and finishes.
func (f *wholeFile) json(v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		_, err = f.Write(append(body, '\n'))
	}
	if err == nil {
		err = f.finish()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	return nil
}
