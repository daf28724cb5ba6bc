package clickhouse

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
	model "milepost/sinks/read"
	"milepost/sinks/read/readtest"
)

// twoCrashes writes two collisions of a vehicle, of two accounts, with what people added.
func twoCrashes(t *testing.T, s *store) (first, second *outcome.Collision) {
	t.Helper()
	const day = 1_788_220_800_000_000 // 2026-09-01
	first, second = readtest.NewCollision("vehicle-hit", "account-old", day), readtest.NewCollision("vehicle-hit", "account-new", day+86_400_000_000)
	// Before whose it is was known.
	before := *first
	before.Revision, before.AccountID = 1, ""
	writeAll(t, s, &before)
	for _, c := range []*outcome.Collision{first, second} {
		writeAll(t, s, c, readtest.NewAddition(c, outcome.AdditionAnswer, 60), readtest.NewAddition(c, outcome.AdditionPhoto, 61))
	}
	return first, second
}

func writeAll(t *testing.T, s *store, all ...outcome.Outcome) {
	t.Helper()
	if err := s.Write(t.Context(), all); err != nil {
		t.Fatal(err)
	}
}

// crashesLeft is what is there of collisions, with all versions, and of additions.
func crashesLeft(t *testing.T, s *store) (all []string) {
	t.Helper()
	for _, table := range []string{"collisions", "additions"} {
		of := map[string]string{"collisions": "id", "additions": "collision_id"}[table]
		all = append(all, texts(t, s.db, fmt.Sprintf("SELECT DISTINCT concat('%s of ', lower(hex(%s)) AS x) FROM %s ORDER BY x", table, of, table))...)
	}
	return all
}

func TestEraseCollisions(t *testing.T) {
	for name, c := range map[string]struct {
		whose func(first *outcome.Collision) sinks.Subject
		kept  []int
	}{
		"one":        {func(c *outcome.Collision) sinks.Subject { return sinks.Subject{Collision: c.ID} }, []int{1}},
		"an account": {func(*outcome.Collision) sinks.Subject { return sinks.Subject{Account: "account-old"} }, []int{1}},
		"a vehicle":  {func(*outcome.Collision) sinks.Subject { return sinks.Subject{Vehicle: "vehicle-hit"} }, nil},
		"no such":    {func(*outcome.Collision) sinks.Subject { return sinks.Subject{Collision: strings.Repeat("0", 32)} }, []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
				s := newStore(t, engine)
				first, second := twoCrashes(t, s)
				whose, e := c.whose(first), eraser(t, s)
				for range 2 { // again, as after a crash
					if err := errors.Join(e.Held(t.Context(), whose), e.Erase(t.Context(), whose)); err != nil {
						t.Fatal(err)
					}
				}
				var want []string
				for _, table := range []string{"collisions", "additions"} {
					var of []string
					for _, i := range c.kept {
						of = append(of, table+" of "+[]*outcome.Collision{first, second}[i].ID)
					}
					if len(of) == 2 && of[0] > of[1] {
						of[0], of[1] = of[1], of[0]
					}
					want = append(want, of...)
				}
				if diff := cmp.Diff(want, crashesLeft(t, s)); diff != "" {
					t.Errorf("left (-want +got):\n%s", diff)
				}
				if rows, err := e.Count(t.Context(), whose); err != nil || rows.Total() != 0 {
					t.Errorf("%v is left, error %v", rows, err)
				}
			})
		})
	}
}

// What is no id reaches no statement.
func TestACollisionToEraseHasAnID(t *testing.T) {
	for _, id := range []string{"'", "0", strings.Repeat("g", 32), strings.Repeat("0", 34)} {
		if _, err := ofCollision(id); err == nil {
			t.Errorf("%q is taken for an id", id)
		}
	}
}

// A hold on the time of a collision keeps it, marked or not, until it is released.
func TestACollisionUnderAHoldIsNotErased(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		s := newStore(t, engine)
		first, second := twoCrashes(t, s)
		e := eraser(t, s)
		hold := func(revision, released int) {
			t.Helper()
			mustExec(t, s.db, fmt.Sprintf(`INSERT INTO holds (id, vehicle_id, from_us, to_us, reason, placed_us, released, revision)
				SELECT 'h', 'vehicle-hit', toInt64(%d), toInt64(%d), 'claim', toInt64(0), toUInt8(%d), toUInt32(%d)`,
				int64(first.At), int64(first.At)+1, released, revision))
		}
		hold(1, 0)
		for id, want := range map[string]error{first.ID: sinks.ErrHeld, second.ID: nil} {
			if err := e.Held(t.Context(), sinks.Subject{Collision: id}); !errors.Is(err, want) {
				t.Errorf("held: %v, want %v", err, want)
			}
			if err := e.Erase(t.Context(), sinks.Subject{Collision: id}); !errors.Is(err, want) {
				t.Errorf("erased: %v, want %v", err, want)
			}
		}
		if got := crashesLeft(t, s); len(got) != 2 {
			t.Errorf("left are %v", got)
		}
		hold(2, 1)
		if err := e.Erase(t.Context(), sinks.Subject{Collision: first.ID}); err != nil {
			t.Error(err)
		}
		if got := crashesLeft(t, s); len(got) != 0 {
			t.Errorf("left are %v", got)
		}
	})
}

// Photos as large as they may be come back as they went, many of them in one batch.
func TestLargePhotos(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		s := newStore(t, engine)
		dialect, err := DialectOf(t.Context(), s.db)
		if err != nil {
			t.Fatal(err)
		}
		m := model.ClickHouse(s.db, model.Dialect(dialect))
		c := readtest.NewCollision("car", "", 1_788_220_800_000_000)
		content := make([]byte, 8<<20)
		for i := range content {
			content[i] = byte(i * i >> 7)
		}
		batch := []outcome.Outcome{c}
		for i := range 10 {
			photo := readtest.NewAddition(c, outcome.AdditionPhoto, 60+i)
			photo.Content = content
			batch = append(batch, photo)
		}
		writeAll(t, s, batch...)
		r, err := m.Collision(t.Context(), "", c.ID)
		if err != nil || len(r.Additions) != 10 {
			t.Fatalf("%v", err)
		}
		for _, a := range r.Additions {
			got, err := m.Photo(t.Context(), model.IdentityOf(a))
			if err != nil || string(got) != string(content) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		}
	})
}

// The views show the version that counts, and answers to what is there that were not
// taken back.
func TestViewsOfCollisions(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, engine clickhousetest.Engine) {
		s := newStore(t, engine)
		first, second := twoCrashes(t, s)
		gone, kept := readtest.NewAddition(second, outcome.AdditionAnswer, 60), readtest.NewAddition(second, outcome.AdditionAnswer, 63)
		gone.State, gone.Revision = outcome.Withdrawn, 2
		airbag := readtest.NewAirbag("vehicle-hit", second.At+1)
		withdrawn := *first
		withdrawn.State, withdrawn.Revision = outcome.Withdrawn, first.Revision+1
		writeAll(t, s, gone, kept, airbag, &withdrawn)
		got := texts(t, s.db, `SELECT concat(id, ' ', state, ' ', confidence, ' ', toString(severity_raised_by), ' ', ifNull(toString(delta_v_kmh), 'none'),
			' ', ifNull(toString(clock), 'none'), ' ', toString(has_pulse), toString(located)) FROM collisions_current ORDER BY at`)
		want := []string{second.ID + " final confirmed ['side','multi_event'] 35.25 9 11", airbag.ID + " open confirmed [] none none 00"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("collisions (-want +got):\n%s", diff)
		}
		got = texts(t, s.db, "SELECT concat(collision_id, ' ', answer) FROM answers_current ORDER BY at")
		if diff := cmp.Diff([]string{second.ID + " no_accident"}, got); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	})
}
