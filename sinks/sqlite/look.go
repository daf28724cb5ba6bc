package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"milepost/sinks/read"
)

// ErrEmptyFile is returned to readers for a file with nothing in it.
var ErrEmptyFile = errors.New("the file is empty: no store was made of it yet")

// look tells the version of the store at path, 0 for an empty file, and refuses
// what no store is, without changing a byte. fs.ErrNotExist: there is no file.
func look(ctx context.Context, path string) (version int, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return 0, err
	case info.IsDir():
		return 0, errors.New("it is a folder: name a file")
	case info.Size() == 0:
		return 0, nil
	}
	settings := setting{mode: "ro", immutable: !hasLog(path)}
	db, err := connect(path, settings)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	steps, err := readMigrations(embedded, "migrations")
	if err != nil {
		return 0, err
	}
	if version, err = storeVersion(ctx, db); err == nil && version > len(steps) {
		err = fmt.Errorf("%w (version %d, known up to %d)", ErrNewerStore, version, len(steps))
	}
	return version, err
}

// hasLog reports whether a write-ahead log stands beside the file: someone writes
// it, or was killed while writing.
func hasLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// lookForWriting is look where a missing file is as good as an empty one.
func lookForWriting(ctx context.Context, path string) error {
	_, err := look(ctx, path)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s", folder)
	}
	return nil
}

// startReading opens the store for queries alone. Where neither the file nor its
// folder may be written, SQLite cannot make the log's index and asks to be told
// that nobody writes.
func (s *Store) startReading(ctx context.Context) error {
	version, err := look(ctx, s.path)
	if err != nil {
		return err
	}
	if version == 0 {
		return ErrEmptyFile
	}
	err = s.read(ctx, setting{mode: "rw", queryOnly: true})
	if !cannotOpen(err) {
		return err
	}
	if hasLog(s.path) {
		return fmt.Errorf("its folder cannot be written, and its write-ahead log was not closed: %w", err)
	}
	return s.read(ctx, setting{mode: "ro", immutable: true})
}

const (
	keyed    = 3 // the version from which on every table has the columns of its key
	collided = 5 // that from which on there are tables of collisions
	routed   = 6 // that from which on trips have columns of their roads
	scored   = 7 // that from which on there are coaching, charging sessions and factors
)

func (s *Store) read(ctx context.Context, how setting) (err error) {
	if s.reader, err = connect(s.path, how); err != nil {
		return err
	}
	version, err := storeVersion(ctx, s.reader)
	switch {
	case err != nil:
		err = errors.Join(err, s.reader.Close())
		s.reader = nil
	case version < keyed:
		s.Model = read.OlderSQLite(s.reader)
	case version < collided:
		s.Model = read.SQLiteBeforeCollisions(s.reader)
	case version < routed:
		s.Model = read.SQLiteBeforeRoads(s.reader)
	case version < scored:
		s.Model = read.SQLiteBeforeScores(s.reader)
	default:
		s.Model = read.SQLite(s.reader)
	}
	return err
}

func cannotOpen(err error) bool {
	var failure *driver.Error
	return errors.As(err, &failure) && (failure.Code()&primaryCode == codes.SQLITE_CANTOPEN || failure.Code()&primaryCode == codes.SQLITE_READONLY)
}
