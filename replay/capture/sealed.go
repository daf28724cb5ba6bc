package capture

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// sealedFile is a temporary file that hashes what is appended to it, and at the
// end gets its checksum and its name.
type sealedFile struct {
	file *os.File
	path string // the name it gets
	mode os.FileMode
	hash hash.Hash
	size int64
}

// madeMode are the permissions of files that are made anew.
const madeMode = 0o644

func createSealed(path string) (*sealedFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create capture %s: %w", path, err)
	}
	return &sealedFile{file: f, path: path, mode: madeMode, hash: sha256.New()}, nil
}

// Write appends, for the Arrow writer.
func (s *sealedFile) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	s.hash.Write(p[:n])
	s.size += int64(n)
	return n, err
}

// Seek only tells the place: the Arrow writer asks where it starts and never
// goes back.
func (s *sealedFile) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("capture %s is only appended to", s.path)
	}
	return s.size, nil
}

// seal writes the checksum over its placeholders, syncs and renames.
func (s *sealedFile) seal() error {
	places, claimed, err := findMarkers(s.file, s.size)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if digestPrefix+claimed != placeholder {
		return fmt.Errorf("seal: the checksum's place holds %q", claimed)
	}
	sum := hex.EncodeToString(s.hash.Sum(nil))
	for _, p := range places {
		if _, err := s.file.WriteAt([]byte(sum), p); err != nil {
			return fmt.Errorf("seal: %w", err)
		}
	}
	if err := s.file.Chmod(s.mode); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	if err := s.file.Close(); err != nil {
		return err
	}
	return publish(s.file.Name(), s.path)
}

// publish gives a complete temporary file its name, durably.
func publish(temporary, path string) error {
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // opened for reading only
	return dir.Sync()
}

// discard removes the temporary file; after seal it does nothing.
func (s *sealedFile) discard() {
	_ = s.file.Close()           // already closed after seal
	_ = os.Remove(s.file.Name()) // gone after seal
}
