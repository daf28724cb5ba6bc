package sqlite

import (
	"fmt"
	"testing"
)

// LimitPages makes the file full at so many pages, as a full disk would.
func (s *Store) LimitPages(t *testing.T, pages int) { s.pragma(t, "max_page_count", pages) }

// SetBusyTimeout says how long a write waits for the lock, in ms.
func (s *Store) SetBusyTimeout(t *testing.T, ms int) { s.pragma(t, "busy_timeout", ms) }

func (s *Store) pragma(t *testing.T, name string, value int) {
	t.Helper()
	if _, err := s.writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA %s = %d", name, value)); err != nil {
		t.Fatal(err)
	}
}

// Migrate and its files, for tests of other histories of the tables.
var Migrate = migrate

// Pragma reads a setting of the writing connection.
func (s *Store) Pragma(t *testing.T, name string) (value string) {
	t.Helper()
	if err := s.writer.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Embedded are the migrations of the binary.
var Embedded = embedded
