package sqlite_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read"
	"milepost/sinks/read/readtest"
)

// crashes is a store of two collisions of a vehicle, of two accounts, with what people
// added to them.
func crashes(t *testing.T, path string) (first, second *outcome.Collision) {
	t.Helper()
	store := openStore(t, path)
	first = readtest.NewCollision("vehicle-hit", "account-old", at("08:00:00"))
	second = readtest.NewCollision("vehicle-hit", "account-new", at("20:00:00"))
	first.DriverID, second.DriverID = "driver-of-first", "driver-of-second"
	for i, c := range []*outcome.Collision{first, second} {
		note, photo := readtest.NewAddition(c, outcome.AdditionNote, 60), readtest.NewAddition(c, outcome.AdditionPhoto, 61)
		note.Text = []string{"words of the first", "words of the second"}[i]
		photo.Content = []byte([]string{"\xff\xd8picture of the first\xff\xd9", "\xff\xd8picture of the second\xff\xd9"}[i])
		for _, o := range []outcome.Outcome{c, note, photo} { // one by one, so that pages are divided
			write(t, store, o)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return first, second
}

// What is erased of collisions leaves no byte in the files, and takes nothing else.
func TestNoByteOfACollisionStays(t *testing.T) {
	of := func(names ...string) (all []string) {
		for _, n := range names {
			all = append(all, "driver-of-"+n, "words of the "+n, "picture of the "+n)
		}
		return all
	}
	for name, c := range map[string]struct {
		whose      func(first, second *outcome.Collision) sinks.Subject
		rows       int64 // of collisions
		gone, kept []string
	}{
		"one":        {func(first, _ *outcome.Collision) sinks.Subject { return sinks.Subject{Collision: first.ID} }, 1, of("first"), of("second")},
		"an account": {func(_, _ *outcome.Collision) sinks.Subject { return sinks.Subject{Account: "account-new"} }, 1, of("second"), of("first")},
		"a vehicle":  {func(_, _ *outcome.Collision) sinks.Subject { return sinks.Subject{Vehicle: "vehicle-hit"} }, 2, of("first", "second"), nil},
		"another":    {func(_, _ *outcome.Collision) sinks.Subject { return sinks.Subject{Collision: outcome.ID("a", "b", 1)} }, 0, nil, of("first", "second")},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			whose := c.whose(crashes(t, path))
			store := openStore(t, path)
			rows, err := store.Count(t.Context(), whose)
			if err != nil || rows[outcome.TypeCollision] != c.rows || rows[outcome.TypeAddition] != 2*c.rows || rows.Total() != 3*c.rows {
				t.Errorf("%v, error %v; want %d collisions", rows, err, c.rows)
			}
			for range 2 { // again, as after a crash
				if err := errors.Join(store.Held(t.Context(), whose), store.Erase(t.Context(), whose), store.Purge(t.Context())); err != nil {
					t.Fatal(err)
				}
			}
			if rows, err := store.Count(t.Context(), whose); err != nil || rows.Total() != 0 {
				t.Errorf("%v, error %v", rows, err)
			}
			for _, text := range c.gone {
				if in := holds(t, path, text); len(in) > 0 {
					t.Errorf("%q stands in %v", text, in)
				}
			}
			for _, text := range c.kept {
				if len(holds(t, path, text)) == 0 {
					t.Errorf("%q is gone", text)
				}
			}
		})
	}
}

// A withdrawal takes a collision's bytes and those of its photos out of the file.
func TestNoByteOfAWithdrawnCollisionStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first, _ := crashes(t, path)
	store := openStore(t, path)
	gone := *first
	gone.State, gone.Revision = outcome.Withdrawn, first.Revision+1
	late := readtest.NewAddition(first, outcome.AdditionNote, 99)
	late.Text = "words that came late"
	write(t, store, &gone)
	write(t, store, late)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"driver-of-first", "words of the first", "picture of the first", "words that came late"} {
		if in := holds(t, path, text); len(in) > 0 {
			t.Errorf("%q stands in %v", text, in)
		}
	}
	if len(holds(t, path, "picture of the second")) == 0 {
		t.Error("the other's photo is gone")
	}
}

// A hold on the vehicle and the time of a collision keeps it; one of another time does not.
func TestACollisionUnderAHoldIsNotErased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first, second := crashes(t, path)
	store := openStore(t, path)
	err := store.Maintain(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO holds VALUES ('h', 'vehicle-hit', ?, ?, 'claim', 0)`, int64(first.At), int64(first.At)+1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]error{first.ID: sinks.ErrHeld, second.ID: nil} {
		whose := sinks.Subject{Collision: id}
		if err := store.Held(t.Context(), whose); !errors.Is(err, want) {
			t.Errorf("held: %v, want %v", err, want)
		}
		if err := store.Erase(t.Context(), whose); !errors.Is(err, want) {
			t.Errorf("erased: %v, want %v", err, want)
		}
	}
	left, err := store.Collisions(t.Context(), read.CollisionFilter{}, read.Key{}, 9)
	if err != nil || len(left) != 1 || left[0].ID != first.ID {
		t.Errorf("left are %v, %v", left, err)
	}
}

// A recording says the same of a collision again, or something else with a higher revision;
// what people added stays.
func TestSettledCollisions(t *testing.T) {
	store := openStore(t, storePath(t))
	c := readtest.NewCollision("car-1", "account", at("08:00:00"))
	photo := readtest.NewAddition(c, outcome.AdditionPhoto, 60)
	corrected := *c
	corrected.Confidence = outcome.Possible
	for i, run := range []struct {
		c        *outcome.Collision
		revision uint32
		state    outcome.State
	}{{c, 4, outcome.Final}, {c, 4, outcome.Final}, {&corrected, 5, outcome.Amended}, {&corrected, 5, outcome.Amended}, {c, 6, outcome.Amended}} {
		if err := store.SettleFacts(t.Context(), []outcome.Outcome{run.c}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			write(t, store, photo)
		}
		got, err := store.Collision(t.Context(), "", c.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := *run.c
		want.Revision, want.State = run.revision, run.state
		if diff := cmp.Diff(text(t, &want), text(t, got.Collision)); diff != "" || len(got.Additions) != 1 {
			t.Errorf("run %d, %d additions (-want +got):\n%s", i, len(got.Additions), diff)
		}
	}
}

// A photo as large as they may be comes back as it went, and lists do not read it.
func TestALargePhoto(t *testing.T) {
	store := openStore(t, storePath(t))
	c := readtest.NewCollision("car-1", "", at("08:00:00"))
	photo := readtest.NewAddition(c, outcome.AdditionPhoto, 60)
	photo.Content = make([]byte, 8<<20)
	for i := range photo.Content {
		photo.Content[i] = byte(i * 7919 >> 5)
	}
	write(t, store, c, photo)
	r, err := store.Collision(t.Context(), "car-1", c.ID)
	if err != nil || len(r.Additions) != 1 || r.Additions[0].Content != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	got, err := store.Photo(t.Context(), read.IdentityOf(r.Additions[0]))
	if err != nil || string(got) != string(photo.Content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// text is a collision from outside.
func text(t *testing.T, c *outcome.Collision) string {
	t.Helper()
	b, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
