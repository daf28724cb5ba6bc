package main

import (
	"encoding/json"
	"errors"
	"fmt"
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

// createWhole begins one, readable for its owner alone. Where replace is false, a file
// that has the name already is fs.ErrExist.
func createWhole(path string, replace bool) (*wholeFile, error) {
	if _, err := os.Lstat(path); err == nil && !replace {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	return &wholeFile{f, path, replace}, nil
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
