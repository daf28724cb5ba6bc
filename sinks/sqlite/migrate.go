package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// ErrNewerStore is returned for a store whose tables a newer milepost made.
var ErrNewerStore = errors.New("the store was written by a newer milepost: use that version or another file")

// ErrForeignFile is returned for an SQLite file that holds something else.
var ErrForeignFile = errors.New("the file is an SQLite database but not a milepost store")

//go:embed migrations/*.sql
var embedded embed.FS

// migration is one step of the tables' history: NNNN_name.sql, numbered from 1
// without holes and never changed once released.
type migration struct {
	version int
	name    string
	text    string
}

func readMigrations(files fs.FS, dir string) ([]migration, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	steps := make([]migration, 0, len(entries))
	for i, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: its number should be %d", e.Name(), i+1)
		}
		text, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", e.Name(), err)
		}
		steps = append(steps, migration{version: version, name: e.Name(), text: string(text)})
	}
	return steps, nil
}

// migrate applies the steps that the store lacks, each in a transaction of its
// own, so that a crash leaves whole steps and a second process waits its turn.
func migrate(ctx context.Context, db *sql.DB, files fs.FS, dir string) error {
	steps, err := readMigrations(files, dir)
	if err != nil {
		return err
	}
	version, err := storeVersion(ctx, db)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("%w (version %d, known up to %d)", ErrNewerStore, version, len(steps))
	}
	for _, step := range steps[version:] {
		if err := apply(ctx, db, step); err != nil {
			return fmt.Errorf("apply migration %s: %w", step.name, err)
		}
	}
	return nil
}

// storeVersion is the number of steps that the store has: 0 for an empty file.
func storeVersion(ctx context.Context, db *sql.DB) (version int, err error) {
	var tables, ours int
	const asked = `SELECT count(*), coalesce(sum(name = 'schema_migrations'), 0) FROM sqlite_master WHERE type = 'table'`
	if err := db.QueryRowContext(ctx, asked).Scan(&tables, &ours); err != nil {
		return 0, fmt.Errorf("read the list of tables: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	if ours == 0 {
		return 0, ErrForeignFile
	}
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM schema_migrations`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("read the store's version: %w", err)
	}
	return version, nil
}

func apply(ctx context.Context, db *sql.DB, step migration) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	const table = `CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return err
	}
	// Another process may have been faster.
	var done bool
	const asked = `SELECT EXISTS (SELECT 1 FROM schema_migrations WHERE version >= ?)`
	if err := tx.QueryRowContext(ctx, asked, step.version).Scan(&done); err != nil || done {
		return err
	}
	if _, err := tx.ExecContext(ctx, step.text); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO schema_migrations VALUES (?, ?)`, step.version, step.name); err != nil {
		return err
	}
	return tx.Commit()
}
