// Package sqlite is the embedded store of outcomes: one SQLite file with tables
// for trips, events and months, which one process writes and any number read.
// What was acknowledged survives a crash of the process or of the machine. It
// computes no outcome, except that it sums months up from the trips it has.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	// The driver registers itself as "sqlite".
	_ "modernc.org/sqlite"

	"milepost/outcome"
	"milepost/sinks/read"
)

// Store is an open store. Its methods are safe for concurrent use; writes take
// turns, and readers see the last committed batch meanwhile.
type Store struct {
	*read.Model
	path   string
	writer *sql.DB // one connection, so that statements and the write lock have one owner; nil: for reading
	reader *sql.DB
	upsert map[outcome.Type]*sql.Stmt
	stored map[outcome.Type]*sql.Stmt
}

// Open opens the store at path, creates it where there is none, and brings its
// tables up to date. A store written by a newer milepost, or a file of something
// else, is refused and left as it is.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, (*Store).start)
}

// OpenExisting opens a store for reading: a missing one is an error that matches
// fs.ErrNotExist, nothing is created or brought up to date, writing fails, and
// neither the file nor its folder need be writable.
func OpenExisting(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, (*Store).startReading)
}

func open(ctx context.Context, path string, start func(*Store, context.Context) error) (*Store, error) {
	s := &Store{path: path}
	if err := start(s, ctx); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, errors.Join(classify(err), s.Close()))
	}
	return s, nil
}

func (s *Store) start(ctx context.Context) (err error) {
	if err := lookForWriting(ctx, s.path); err != nil {
		return err
	}
	if s.writer, err = connect(s.path, setting{mode: "rwc", lock: "immediate", wal: true}); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err = migrate(ctx, s.writer, embedded, "migrations"); err != nil {
		return err
	}
	if s.upsert, err = prepare(ctx, s.writer, upsertText); err != nil {
		return err
	}
	if s.stored, err = prepare(ctx, s.writer, storedText); err != nil {
		return err
	}
	if s.reader, err = connect(s.path, setting{mode: "rw", queryOnly: true}); err != nil {
		return err
	}
	s.Model = read.SQLite(s.reader)
	return nil
}

// setting is how connections of a pool are opened.
type setting struct {
	mode      string // of SQLite: ro, rw, rwc
	lock      string // of transactions; deferred where empty
	wal       bool   // for a writer
	queryOnly bool
	immutable bool // nobody writes the file: no locks, nothing beside it
}

// connect opens a pool. In WAL mode with synchronous=FULL a commit returns after
// the log is on disk; secure_delete overwrites what a withdrawal removes.
func connect(path string, how setting) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	query := url.Values{"mode": {how.mode}, "_pragma": {"busy_timeout(5000)", "trusted_schema(OFF)"}}
	if how.lock != "" {
		query.Set("_txlock", how.lock)
	}
	if how.wal {
		query["_pragma"] = append(query["_pragma"], "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)")
	}
	if how.queryOnly {
		query.Add("_pragma", "query_only(ON)")
	}
	if how.immutable {
		query.Set("immutable", "1")
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: query.Encode()}
	return sql.Open("sqlite", dsn.String())
}

// Path is where the store is.
func (s *Store) Path() string { return s.path }

// Close releases the store; it is safe to call twice. A writer moves the
// write-ahead log into the file, and the last one to close removes it; an error
// says that the log could not be moved: what was acknowledged is in it still, and
// the next to open the store finds it there.
func (s *Store) Close() error {
	var errs []error
	for _, prepared := range []map[outcome.Type]*sql.Stmt{s.upsert, s.stored} {
		for _, stmt := range prepared {
			errs = append(errs, stmt.Close())
		}
	}
	opened := s.stored != nil
	s.upsert, s.stored = nil, nil
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.writer != nil {
		if opened {
			errs = append(errs, s.checkpoint())
		}
		errs = append(errs, s.writer.Close())
	}
	return errors.Join(errs...)
}

// checkpoint moves the log into the file. Other connections may keep it from going
// all the way; the last of them finishes it. Closing alone would not tell of a
// disk that is full.
func (s *Store) checkpoint() error {
	var busy, log, moved int
	row := s.writer.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
	if err := row.Scan(&busy, &log, &moved); err != nil {
		return fmt.Errorf("move the log of store %s into its file (nothing is lost while %s-wal stays beside it): %w",
			s.path, filepath.Base(s.path), classify(err))
	}
	return nil
}
