package clickhouse

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"milepost/sinks/clickhouse/clickhousetest"
)

// fresh opens an empty database of an engine.
func fresh(t *testing.T, e clickhousetest.Engine) *sql.DB {
	t.Helper()
	return opened(t, e.Database(t))
}

func opened(t *testing.T, o *ch.Options) *sql.DB {
	t.Helper()
	db := ch.OpenDB(o)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func mustMigrate(t *testing.T, db *sql.DB, l Layout) (told []Step) {
	t.Helper()
	if err := Migrate(t.Context(), db, l, func(s Step) { told = append(told, s) }); err != nil {
		t.Fatal(err)
	}
	return told
}

func mustExec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%.200s: %v", statement, err)
	}
}

// texts gives the rows of a query with one column.
func texts(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// shape is everything that migrations decide on, but for when they ran.
func shape(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return slices.Concat(
		texts(t, db, `SELECT concat(table, '.', name, ' ', type) FROM system.columns WHERE database = currentDatabase() ORDER BY table, name`),
		texts(t, db, `SELECT replaceAll(create_table_query, currentDatabase(), 'd') FROM system.tables WHERE database = currentDatabase() ORDER BY name`))
}

func TestTablesOnEngines(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		if err := Check(t.Context(), db, Layout{}); !errors.Is(err, ErrNotMigrated) {
			t.Errorf("an empty database: %v", err)
		}
		form, dialect := "", Dialect{}
		if !e.Current {
			form, dialect = "_plain", Dialect{PlainTimes: true}
		}
		if told := mustMigrate(t, db, Layout{}); len(told) != len(known(t)) {
			t.Errorf("told of %v", told)
		}
		for _, want := range asOutcomesAre(t, form, dialect) {
			got := texts(t, db, `SELECT concat(name, ' ', type) FROM system.columns WHERE database = currentDatabase() AND table = '`+want.Name+`'`)
			var columns []string
			for _, c := range want.Columns {
				columns = append(columns, c.Name+" "+strings.TrimSuffix(c.Type, " DEFAULT 0"))
			}
			if diff := cmp.Diff(columns, got); diff != "" {
				t.Errorf("columns of %s (-written +made):\n%s", want.Name, diff)
			}
		}
		if got, err := DialectOf(t.Context(), db); err != nil || got != dialect {
			t.Errorf("dialect %v, error %v", got, err)
		}
	})
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		o := e.Database(t)
		db := opened(t, o)
		mustMigrate(t, db, Layout{})
		before := shape(t, db)
		if told := mustMigrate(t, db, Layout{}); len(told) > 0 {
			t.Errorf("the second run told of %v", told)
		}
		if diff := cmp.Diff(before, shape(t, db)); diff != "" {
			t.Error(diff)
		}
		if got := texts(t, db, "SELECT toString(version) FROM schema_migrations ORDER BY version"); len(got) != len(known(t)) {
			t.Errorf("on record: %v", got)
		}
		st, err := ReadStatus(t.Context(), db, Layout{})
		if err != nil || !st.Current() || st.Dialect.PlainTimes == e.Current {
			t.Errorf("%+v, error %v", st, err)
		}
		if err := Check(t.Context(), opened(t, e.Reader(o)), Layout{}); err != nil {
			t.Errorf("who may only read asks: %v", err)
		}
	})
}

// A run is cut off after each statement of each migration, before it is put on record.
func TestNextRunMendsOneThatWasCutOff(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		whole := fresh(t, e)
		mustMigrate(t, whole, Layout{})
		want := shape(t, whole)
		for _, m := range known(t) {
			for n := 1; ; n++ {
				db := fresh(t, e)
				cut, ok := cutOff(t, db, m.version, n)
				if !ok {
					break
				}
				mustMigrate(t, db, Layout{})
				if diff := cmp.Diff(want, shape(t, db)); diff != "" {
					t.Errorf("%s, cut off after statement %d (%.40s):\n%s", m, n, cut, diff)
				}
			}
		}
	})
}

// cutOff migrates up to a version, and n statements of it; false where it has fewer or
// where it is not for this server.
func cutOff(t *testing.T, db *sql.DB, number, n int) (last string, ok bool) {
	t.Helper()
	s, err := openSession(t.Context(), db, Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	m := known(t)[number-1]
	d, err := s.dialect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	statements, err := m.statements(target{database: s.database, dialect: d})
	if err != nil {
		t.Fatal(err)
	}
	if n > len(statements) || !m.gate.holds(s.server) {
		return "", false
	}
	if number > 1 {
		if err := migrate(t.Context(), db, Layout{}, some(t, number-1), nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range statements[:n] {
		mustExec(t, db, statement)
	}
	return statements[n-1], true
}

// some gives the first n migrations.
func some(t *testing.T, n int) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, m := range known(t)[:n] {
		name := "migrations/" + m.String() + ".sql"
		files[name] = &fstest.MapFile{Data: read(t, embedded, name)}
	}
	return files
}

func read(t *testing.T, files embed.FS, name string) []byte {
	t.Helper()
	text, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestManyMigrateAtOnce(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		if !e.Current { // a server of 2018 may crash of it, and others use this one
			e = clickhousetest.Private(t).Engine
		}
		o := e.Database(t)
		var all errgroup.Group
		for range 6 {
			db := opened(t, o)
			all.Go(func() error { return Migrate(t.Context(), db, Layout{}, nil) })
		}
		if err := all.Wait(); err != nil {
			t.Fatal(err)
		}
		if err := Check(t.Context(), opened(t, o), Layout{}); err != nil {
			t.Error(err)
		}
	})
}

// A column is added again by a run after one that was cut off: servers of 2018 have no
// IF NOT EXISTS for that.
func TestColumnsAreAddedOnce(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		mustMigrate(t, db, Layout{})
		files := some(t, len(known(t)))
		files[fmt.Sprintf("migrations/%04d_more.sql", len(files)+1)] = &fstest.MapFile{Data: []byte(
			"ALTER TABLE {{local \"trips\"}}{{cluster}} ADD COLUMN first UInt8;\nALTER TABLE {{local \"trips\"}}{{cluster}} ADD COLUMN second {{time}};\n")}
		mustExec(t, db, "ALTER TABLE trips ADD COLUMN first UInt8")
		for range 2 {
			if err := migrate(t.Context(), db, Layout{}, files, nil); err != nil {
				t.Fatal(err)
			}
		}
		got := texts(t, db, `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'trips' AND name IN ('first', 'second')`)
		if !slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("columns %v", got)
		}
		// For the milepost without that migration it is a newer store.
		before := shape(t, db)
		for what, err := range map[string]error{
			"migrate": Migrate(t.Context(), db, Layout{}, nil), "check": Check(t.Context(), db, Layout{}),
		} {
			if !errors.Is(err, ErrNewerStore) || !strings.Contains(err.Error(), "_more") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if diff := cmp.Diff(before, shape(t, db)); diff != "" {
			t.Errorf("a store that was refused was changed:\n%s", diff)
		}
	})
}

func TestChangedMigrationIsRefused(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		mustMigrate(t, db, Layout{})
		name, files := "migrations/0002_outcomes_plain.sql", some(t, len(known(t)))
		if e.Current {
			name = "migrations/0001_outcomes.sql"
		}
		files[name].Data = append(files[name].Data, "\n-- edited\n"...)
		if err := migrate(t.Context(), db, Layout{}, files, nil); !errors.Is(err, ErrChanged) {
			t.Errorf("migrate: %v", err)
		}
		st, err := readStatus(t.Context(), db, Layout{}, files)
		if err != nil || len(st.named(Changed)) != 1 || st.Current() {
			t.Errorf("%+v, error %v", st, err)
		}
	})
}

func TestTablesOfAnotherLayoutAreRefused(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		mustMigrate(t, db, Layout{})
		for what, err := range map[string]error{
			"migrate": Migrate(t.Context(), db, Layout{Replicated: true}, nil), "check": Check(t.Context(), db, Layout{Replicated: true}),
		} {
			if !errors.Is(err, ErrLayout) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// upgraded is a store as a server of 2018 leaves it, whole or cut off, on a current one.
func upgraded(t *testing.T, statements int, recorded bool) *sql.DB {
	t.Helper()
	db := fresh(t, clickhousetest.CHDB(t))
	s, err := openSession(t.Context(), db, Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.makeLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, m := range known(t) {
		old := version{18, 16}
		if !m.gate.holds(old) {
			if err := s.record(t.Context(), m, m.gate.refusal(old)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		made, err := m.statements(target{database: s.database, dialect: Dialect{PlainTimes: true}})
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range made[:min(statements, len(made))] {
			mustExec(t, db, statement)
		}
		if !recorded {
			break
		}
		if err := s.record(t.Context(), m, ""); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestStoreOfAnUpgradedServer(t *testing.T) {
	for _, c := range []struct {
		name       string
		statements int
		recorded   bool
	}{{"whole", 99, true}, {"cut off after trips", 1, false}, {"cut off after events", 2, false}} {
		t.Run(c.name, func(t *testing.T) {
			db := upgraded(t, c.statements, c.recorded)
			if err := Check(t.Context(), db, Layout{}); c.recorded && err != nil {
				t.Errorf("before it is migrated: %v", err)
			}
			mustMigrate(t, db, Layout{})
			st, err := ReadStatus(t.Context(), db, Layout{})
			if err != nil || !st.Current() || !st.Dialect.PlainTimes {
				t.Errorf("%+v, error %v", st, err)
			}
			kinds := texts(t, db, `SELECT concat(table, ' ', type) FROM system.columns WHERE database = currentDatabase() AND name = 'at' AND table NOT LIKE '%\_current' ORDER BY table`)
			if !slices.Equal(kinds, []string{"additions Int64", "charges Int64", "collisions Int64", "events Int64", "factors Int64", "months Int64", "trips Int64"}) {
				t.Errorf("times are %v", kinds)
			}
		})
	}
}

func TestMakeDatabase(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		o := e.Database(t)
		db := opened(t, e.Clone())
		mustExec(t, db, "DROP DATABASE "+o.Auth.Database)
		if err := Check(t.Context(), opened(t, o), Layout{}); !errors.Is(err, ErrNotMigrated) {
			t.Errorf("without a database: %v", err)
		}
		for range 2 {
			if err := MakeDatabase(t.Context(), o, Layout{}); err != nil {
				t.Fatal(err)
			}
		}
		mustMigrate(t, opened(t, o), Layout{})
	})
}

func TestMakeDatabaseSaysWhatIsWrong(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := &ch.Options{Addr: []string{"127.0.0.1:1"}, Auth: ch.Auth{Database: "d"}}
	if err := MakeDatabase(ctx, o, Layout{}); err == nil || !strings.Contains(err.Error(), "connect to ClickHouse") {
		t.Errorf("%v", err)
	}
}
