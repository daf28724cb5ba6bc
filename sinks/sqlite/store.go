// Package sqlite is the embedded store of outcomes: one SQLite file with tables
// for trips, events and months, which one process writes and any number read.
// What Write acknowledged survives a crash of the process or of the machine. It
// never computes an outcome.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	// The driver registers itself as "sqlite".
	_ "modernc.org/sqlite"

	"milepost/outcome"
)

// Store is an open store. Its methods are safe for concurrent use; writes take
// turns, and readers see the last committed batch meanwhile.
type Store struct {
	path   string
	writer *sql.DB // one connection, so that statements and the write lock have one owner
	reader *sql.DB
	upsert map[outcome.Type]*sql.Stmt
}

// Open opens the store at path, creates it where there is none, and brings its
// tables up to date. A store written by a newer milepost, or a file of something
// else, is refused.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, "rwc")
}

// OpenExisting is Open for who wants to read: a missing store is an error that
// matches fs.ErrNotExist, and nothing is created.
func OpenExisting(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return open(ctx, path, "rw")
}

func open(ctx context.Context, path, mode string) (*Store, error) {
	s := &Store{path: path}
	if err := s.start(ctx, mode); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, errors.Join(classify(err), s.Close()))
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, mode string) (err error) {
	if s.writer, err = connect(s.path, mode, "immediate"); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err = migrate(ctx, s.writer, embedded, "migrations"); err != nil {
		return err
	}
	if s.upsert, err = prepareUpserts(ctx, s.writer); err != nil {
		return err
	}
	s.reader, err = connect(s.path, "rw", "deferred")
	return err
}

// connect opens a pool. In WAL mode with synchronous=FULL a commit returns after
// the log is on disk; secure_delete overwrites what a withdrawal removes.
func connect(path, mode, lock string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	query := url.Values{
		"mode":    {mode},
		"_txlock": {lock},
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "trusted_schema(OFF)"},
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: query.Encode()}
	return sql.Open("sqlite", dsn.String())
}

// Path is where the store is.
func (s *Store) Path() string { return s.path }

// Close releases the store; it is safe to call twice. The last one to close
// moves the write-ahead log into the file and removes it.
func (s *Store) Close() error {
	var errs []error
	for _, stmt := range s.upsert {
		errs = append(errs, stmt.Close())
	}
	s.upsert = nil
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
