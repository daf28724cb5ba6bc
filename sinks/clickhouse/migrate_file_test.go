package clickhouse

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestGates(t *testing.T) {
	for _, c := range []struct {
		line, server string
		holds        bool
	}{
		{"-- server: >= 21.8", "18.16.1", false},
		{"-- server: >= 21.8", "21.8.1.1", true},
		{"-- server: >= 21.8", "21.10.2", true},
		{"-- server: >= 21.8", "26.1.1.1-lts", true},
		{"-- server: < 21.8", "18.16.1", true},
		{"-- server: < 21.8", "21.8.0", false},
		{"-- about something", "18.16.1", true},
		{"", "26.9.2.1", true},
	} {
		g, err := readGate(c.line + "\nSELECT 1;\n")
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
		}
		server, err := parseVersion(c.server)
		if err != nil || g.holds(server) != c.holds {
			t.Errorf("%q holds for %s: %v (error %v), want %v", c.line, c.server, g.holds(server), err, c.holds)
		}
	}
	for _, line := range []string{"-- server: 21.8", "-- server: >= 21", "-- server: > 21.8", "-- server: >= 21.8, < 22.1"} {
		if _, err := readGate(line); err == nil {
			t.Errorf("%q is taken for a gate", line)
		}
	}
}

func TestFilesAreNumbered(t *testing.T) {
	for _, names := range [][]string{{"0002_a.sql"}, {"0001_a.sql", "0003_b.sql"}, {"0001_a.sql", "0001_b.sql"}, {"1_a.sql"}, {"a.sql"}} {
		files := fstest.MapFS{}
		for _, name := range names {
			files["migrations/"+name] = &fstest.MapFile{Data: []byte("SELECT 1;")}
		}
		if _, err := readMigrations(files); err == nil || !strings.Contains(err.Error(), "its number should be") {
			t.Errorf("%v: %v", names, err)
		}
	}
}

func TestSplit(t *testing.T) {
	got := split("-- a; b;\n\nCREATE TABLE x (\n  a String COMMENT 'b; c', -- inside\n  b String\n);\n  -- between\nSELECT ';' x;\n\nSELECT 2")
	want := []string{"CREATE TABLE x (\n  a String COMMENT 'b; c', -- inside\n  b String\n)", "SELECT ';' x", "SELECT 2"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// repeatable are the forms of statements whose second run changes nothing.
var repeatable = regexp.MustCompile(`^(` + strings.Join([]string{
	"CREATE (TABLE|VIEW) IF NOT EXISTS ",
	"CREATE OR REPLACE VIEW ",
	"DROP (TABLE|VIEW) IF EXISTS ",
	`ALTER TABLE [^\s]+( ON CLUSTER '[^']+')?\s+(MODIFY (SETTING|COLUMN|TTL|COMMENT|ORDER BY|SQL SECURITY)|ADD COLUMN|COMMENT COLUMN|(ADD|DROP|CLEAR) [A-Z]+ IF (NOT )?EXISTS) `,
}, "|") + `)`)

func TestStatementsAreRepeatable(t *testing.T) {
	for _, layout := range layouts {
		for _, m := range known(t) {
			statements, err := m.statements(target{layout: layout, database: "d"})
			if err != nil {
				t.Fatalf("%s: %v", m, err)
			}
			if len(statements) == 0 {
				t.Errorf("%s has no statement", m)
			}
			for _, statement := range statements {
				if !repeatable.MatchString(statement) {
					t.Errorf("%s: a second run would fail or do more: %.100s", m, statement)
				}
				if strings.Contains(statement, " ADD COLUMN ") && !addsColumns(statement) {
					t.Errorf("%s: it does more than to add columns, which counts as done where one is there: %.100s", m, statement)
				}
			}
		}
	}
}

// layouts are all that can be.
var layouts = []Layout{
	{}, {Replicated: true}, {Cluster: "c"}, {Cluster: "c", Replicated: true},
	{Cluster: "c", Distributed: true}, {Cluster: "c", Replicated: true, Distributed: true},
}

func known(t *testing.T) []migration {
	t.Helper()
	steps, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}
