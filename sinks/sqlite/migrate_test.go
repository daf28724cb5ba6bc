package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/sinks/sqlite"
)

func openDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func steps(texts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i, text := range texts {
		files["000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestMigrationsRunOnceAndInOrder(t *testing.T) {
	db := openDB(t, storePath(t))
	one, two := "CREATE TABLE a (x); INSERT INTO a VALUES (1);", "UPDATE a SET x = x + 10;"
	for _, files := range []fstest.MapFS{steps(one), steps(one), steps(one, two), steps(one, two)} {
		if err := sqlite.Migrate(t.Context(), db, files, "."); err != nil {
			t.Fatal(err)
		}
	}
	var x, version int
	if err := db.QueryRow("SELECT x, (SELECT max(version) FROM schema_migrations) FROM a").Scan(&x, &version); err != nil {
		t.Fatal(err)
	}
	if x != 11 || version != 2 {
		t.Errorf("x = %d at version %d, want 11 at 2", x, version)
	}
	if err := sqlite.Migrate(t.Context(), db, steps(one), "."); !errors.Is(err, sqlite.ErrNewerStore) {
		t.Errorf("a store of version 2 under a binary that knows 1: got %v, want ErrNewerStore", err)
	}
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	db := openDB(t, storePath(t))
	err := sqlite.Migrate(t.Context(), db, steps("CREATE TABLE a (x);", "CREATE TABLE b (x); SELEKT;"), ".")
	if err == nil || !strings.Contains(err.Error(), "0002_step.sql") {
		t.Fatalf("got %v, want an error that names the step", err)
	}
	var tables int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_master WHERE name IN ('a', 'b')").Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables, %v: want the first step's alone", tables, err)
	}
}

func TestMigrationsAreNumberedWithoutHoles(t *testing.T) {
	files := fstest.MapFS{"0001_a.sql": {}, "0003_b.sql": {}}
	err := sqlite.Migrate(t.Context(), openDB(t, storePath(t)), files, ".")
	if err == nil || !strings.Contains(err.Error(), "0003_b.sql: its number should be 2") {
		t.Errorf("got %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	if _, err := openDB(t, foreign).Exec("CREATE TABLE recipes (x)"); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	openStore(t, newer)
	if _, err := openDB(t, newer).Exec("INSERT INTO schema_migrations VALUES (999, '0999_future.sql')"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"another's database": {foreign, sqlite.ErrForeignFile.Error()},
		"no database":        {text, "file is not a database"},
		"a newer store":      {newer, "written by a newer milepost"},
		"a missing folder":   {filepath.Join(dir, "nowhere", "store.db"), "there is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sqlite.Open(t.Context(), c.path)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("got %v, want an error with %q and the path", err, c.want)
			}
		})
	}
}

func TestOpenExistingCreatesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with ? and % and #.db")
	if _, err := sqlite.OpenExisting(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	openStore(t, path)
	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the store is not where it was asked for: %v", err)
	}
}
