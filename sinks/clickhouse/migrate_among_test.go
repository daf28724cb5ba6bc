package clickhouse

import (
	"context"
	"errors"
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
