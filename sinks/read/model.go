// Package read is the one way in which stored facts are read back, from the embedded
// store (SQLite) as from the store of record (ClickHouse): lists in pages by key, whole
// facts, and streams of them for whoever copies, checks or hands out a store. What a
// reader sees is the latest version of each fact; what was withdrawn does not exist. The
// package writes nothing, computes no outcome and knows no driver.
package read

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ErrNotFound is returned where a store knows nothing under the identity asked for, or
// only a withdrawn fact.
var ErrNotFound = errors.New("not found")

// Model reads the facts of one store. Its methods may be called concurrently. It owns
// no connection: whoever opened the database closes it.
type Model struct {
	db  database
	as  *form
	now func() time.Time // only says where to look first
}

// database is a pool of connections.
type database interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// SQLite reads an embedded store through its pool of readers.
func SQLite(db *sql.DB) *Model { return &Model{db: db, as: &sqliteForm, now: time.Now} }

// OlderSQLite reads an embedded store whose tables have no column for the time that an
// identity is made of, as they were before their third migration. It answers the same,
// and not always by an index.
func OlderSQLite(db *sql.DB) *Model { return &Model{db: db, as: &olderForm, now: time.Now} }

// SQLiteBeforeCollisions reads an embedded store that has no tables for collisions, as
// they were before their fifth migration: of collisions it holds none.
func SQLiteBeforeCollisions(db *sql.DB) *Model {
	return &Model{db: db, as: &uncollidedForm, now: time.Now}
}

// SQLiteBeforeRoads reads an embedded store whose trips have no columns of their roads, as
// they were before their sixth migration.
func SQLiteBeforeRoads(db *sql.DB) *Model { return &Model{db: db, as: &roadlessForm, now: time.Now} }

// SQLiteBeforeScores reads an embedded store whose trips have no columns of their coaching,
// as they were before their seventh migration: it holds no charging session and no factor.
func SQLiteBeforeScores(db *sql.DB) *Model { return &Model{db: db, as: &unscoredForm, now: time.Now} }

// Dialect is how a ClickHouse server's tables were made.
type Dialect struct {
	// PlainTimes says that times are Int64, microseconds since the Unix epoch, and not
	// DateTime64(6, 'UTC').
	PlainTimes bool
}

// ClickHouse reads the store of record.
func ClickHouse(db *sql.DB, dialect Dialect) *Model {
	as := &clickhouseForm
	if dialect.PlainTimes {
		as = &plainForm
	}
	return &Model{db: db, as: as, now: time.Now}
}

// each calls do with every row of a statement, as it comes.
func (m *Model) each(ctx context.Context, q *statement, do func(*sql.Rows) error) (err error) {
	rows, err := m.db.QueryContext(ctx, q.text.String(), q.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// all reads all rows of a statement.
func all[T any](ctx context.Context, m *Model, q *statement, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var out []T
	err := m.each(ctx, q, func(rows *sql.Rows) error {
		v, err := scan(rows)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	return out, err
}
