package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// snapshot is every file of a folder with its bytes.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		all[e.Name()] = readFile(t, filepath.Join(dir, e.Name()))
	}
	return all
}

func TestWhatIsRefusedIsNotTouched(t *testing.T) {
	for name, fill := range map[string]func(t *testing.T, path string){
		"another's database": func(t *testing.T, path string) { execute(t, path, "CREATE TABLE recipes (x)") },
		"another's database in WAL mode": func(t *testing.T, path string) {
			execute(t, path, "PRAGMA journal_mode = WAL", "CREATE TABLE recipes (x)")
		},
		"a newer store": func(t *testing.T, path string) {
			openStore(t, path).Close()
			execute(t, path, "INSERT INTO schema_migrations VALUES (999, '0999_future.sql')")
		},
		"text": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "some.db")
			fill(t, path)
			before := snapshot(t, dir)
			if s, err := sqlite.OpenExisting(t.Context(), path); err == nil {
				s.Close()
				t.Error("it was opened for reading")
			}
			if s, err := sqlite.Open(t.Context(), path); err == nil {
				s.Close()
				t.Error("it was opened for writing")
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("the folder changed (-before +after):\n%s", diff)
			}
		})
	}
}

func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db := openDB(t, path)
	for _, text := range statements {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestReadingAStoreLeavesItAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	writer := openStore(t, path)
	write(t, writer, newTrip("car-1", "08:00:00", 0))
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if trips, err := s.Trips(t.Context(), "", read.Key{}, 9); err != nil || len(trips) != 1 {
		t.Errorf("%d trips, %v", len(trips), err)
	}
	if err := s.Write(t.Context(), []outcome.Outcome{newTrip("car-2", "08:00:00", 0)}); err == nil || sinks.Retryable(err) {
		t.Errorf("writing to a store opened for reading: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Errorf("the folder changed (-before +after):\n%s", diff)
	}
}

func TestAnOlderStoreIsReadAsItIs(t *testing.T) {
	all, err := fs.ReadDir(sqlite.Embedded, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	for steps := 1; steps < len(all); steps++ {
		t.Run(all[steps-1].Name(), func(t *testing.T) { readOlder(t, all[:steps]) })
	}
}

// readOlder reads a store that has had these steps.
func readOlder(t *testing.T, had []fs.DirEntry) {
	t.Helper()
	path, files := storePath(t), fstest.MapFS{}
	for _, step := range had {
		text, err := sqlite.Embedded.ReadFile("migrations/" + step.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[step.Name()] = &fstest.MapFile{Data: text}
	}
	db := openDB(t, path)
	if err := sqlite.Migrate(t.Context(), db, files, "."); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if trips, err := s.Trips(t.Context(), "", read.Key{}, 9); err != nil || len(trips) != 0 {
		t.Errorf("%d trips, %v", len(trips), err)
	}
	if _, err := s.Months(t.Context(), "car-1"); err != nil {
		t.Error(err)
	}
	if collisions, err := s.Collisions(t.Context(), read.CollisionFilter{Vehicle: "car-1"}, read.Key{}, 9); err != nil || len(collisions) != 0 {
		t.Errorf("%d collisions, %v", len(collisions), err)
	}
	if err := s.Outcomes(t.Context(), read.Range{}, func(outcome.Outcome) error { return nil }); err != nil {
		t.Error(err)
	}
	if err := s.Rows(t.Context(), outcome.TypeAddition, read.Range{Vehicle: "car-1"}, func(read.Version) error { return nil }); err != nil {
		t.Error(err)
	}
	if rows, err := s.Count(t.Context(), sinks.Subject{Vehicle: "car-1"}); err != nil || rows.Total() != 0 {
		t.Errorf("%v rows, %v", rows, err)
	}
	var steps int
	if err := openDB(t, path).QueryRow("SELECT count(*) FROM schema_migrations").Scan(&steps); err != nil || steps != len(had) {
		t.Errorf("reading brought the store to %d steps, %v", steps, err)
	}
}

func TestEmptyFile(t *testing.T) {
	path := storePath(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.OpenExisting(t.Context(), path); !errors.Is(err, sqlite.ErrEmptyFile) {
		t.Errorf("got %v, want ErrEmptyFile", err)
	}
	if readFile(t, path) != "" {
		t.Error("reading an empty file filled it")
	}
	openStore(t, path)
}

func TestMonthsComeOutOfTheIndexInOrder(t *testing.T) {
	path := storePath(t)
	openStore(t, path)
	rows, err := openDB(t, path).Query(`EXPLAIN QUERY PLAN SELECT body FROM months WHERE vehicle_id = ? AND month = ?
		ORDER BY driver_id, id`, "car-1", "2026-09")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if got := strings.Join(plan, "\n"); !strings.Contains(got, "months_by_vehicle") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("plan:\n%s", got)
	}
}

func TestMakerAndClear(t *testing.T) {
	path := storePath(t)
	s := openStore(t, path)
	for _, want := range []string{"", "demo", "user"} {
		if want != "" {
			if err := s.SetMaker(t.Context(), want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Maker(t.Context()); err != nil || got != want {
			t.Errorf("maker %q, %v, want %q", got, err, want)
		}
	}
	trip := newTrip("car-1", "08:00:00", 0)
	write(t, s, trip, newEvent(trip, 1), newMonth("car-1", "", "2026-09", 0), withdrawn(newTrip("car-2", "08:00:00", 0), 1))
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := dump(t, path, "trips") + dump(t, path, "events") + dump(t, path, "months"); left != "" {
		t.Errorf("left after Clear:\n%s", left)
	}
	if maker, err := s.Maker(t.Context()); err != nil || maker != "user" {
		t.Errorf("maker after Clear: %q, %v", maker, err)
	}
}
