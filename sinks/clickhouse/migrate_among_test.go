package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"milepost/sinks/clickhouse/clickhousetest"
)

// What another migrator has dropped to make it anew is waited for.
func TestMigrationWaitsForWhatIsBeingMadeAnew(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		o := e.Database(t)
		other := opened(t, o)
		s, err := openSession(t.Context(), opened(t, o), Layout{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		m := migration{version: 1, name: "view", text: "CREATE VIEW IF NOT EXISTS seen AS SELECT a FROM {{table \"remade\"}};"}
		same := func(statement string) string { return statement }
		waits, back := 0, 2
		s.waitMissing = func(context.Context, int) error {
			if waits++; waits == back {
				mustExec(t, other, "CREATE TABLE remade (a UInt8) ENGINE = Log")
			}
			return nil
		}
		if err := s.apply(t.Context(), m, same); err != nil || waits != back {
			t.Errorf("after %d waits: %v", waits, err)
		}
		mustExec(t, other, "DROP TABLE remade")
		mustExec(t, other, "DROP TABLE seen")
		back = 0 // never
		if err := s.apply(t.Context(), m, same); !hasCode(err, codeUnknownTable) || waits != 2+missingTries-1 {
			t.Errorf("after %d waits for a table that nobody makes: %v", waits, err)
		}
		stopped := errors.New("stopped")
		s.waitMissing = func(context.Context, int) error { return stopped }
		if err := s.apply(t.Context(), m, same); !hasCode(err, codeUnknownTable) || !errors.Is(err, stopped) {
			t.Errorf("a run that was stopped: %v", err)
		}
	})
}

// Many bring a cluster from the columns of roads up to date at once. Not from the start:
// all but the first would add the columns of 0013 by fifteen statements that fail, and
// servers of 2018 survive only so many of these, as docs/storage.md says of clusters.
func manyMigrateCluster(t *testing.T, s *clickhousetest.Servers) {
	g := nodes{s, "many"}
	g.migrate(t, s.Options(), func(db *sql.DB) error { return migrate(t.Context(), db, everywhere, some(t, 15), nil) })
	errs := make(chan error)
	for i := range 4 {
		db := g.at(t, i/2+1, i%2+1)
		go func() { errs <- Migrate(t.Context(), db, everywhere, nil) }()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if err := Check(t.Context(), g.at(t, 2, 1), everywhere); err != nil {
		t.Error(err)
	}
	tableMadeAnew(t, g)
}

// tableMadeAnew stops another migrator between the two statements of 0013 that make a
// Distributed table anew, while this one makes a view of it.
func tableMadeAnew(t *testing.T, g nodes) {
	other := g.at(t, 1, 1)
	mustExec(t, other, "DROP TABLE events"+everywhere.onCluster())
	s, err := openSession(t.Context(), g.at(t, 2, 2), everywhere)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	waits := 0
	s.waitMissing = func(context.Context, int) error {
		waits++
		mustExec(t, other, strings.TrimSuffix(everywhere.distributed(g.database, "events"), ";"))
		return nil
	}
	m := migration{version: 1, name: "view", text: "CREATE VIEW IF NOT EXISTS seen{{cluster}} AS SELECT kind FROM {{table \"events\"}};"}
	if err := s.apply(t.Context(), m, func(statement string) string { return statement }); err != nil || waits != 1 {
		t.Errorf("after %d waits: %v", waits, err)
	}
	for i := range 4 {
		wantTexts(t, "the view", texts(t, g.at(t, i/2+1, i%2+1), "SELECT toString(count()) FROM seen"), "0")
	}
}
