package roads

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// WriteFile writes the map to a file that appears under its name complete and durable,
// or not at all. A file that was there is replaced, and whoever has it open keeps the
// old one; Windows does not replace a file that is open.
func (m *Map) WriteFile(path string) error {
	if err := m.writeFile(path); err != nil {
		return fmt.Errorf("write the map of roads: %w", err)
	}
	return nil
}

func (m *Map) writeFile(path string) error {
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone where all went well
	w := bufio.NewWriterSize(f, 1<<20)
	_, err = m.WriteTo(w)
	const forAll = 0o644 // roads are no secret
	if err := errors.Join(err, w.Flush(), f.Chmod(forAll), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a new name durable. Windows knows no such thing.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
