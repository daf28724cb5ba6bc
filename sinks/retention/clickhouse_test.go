package retention_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/retention"
)

// now is the clock of the server, since its TTL follows that.
var now = time.Now().UTC()

func daysAgo(n int) time.Time { return now.AddDate(0, 0, -n) }

// server is a database with milepost's tables.
type server struct {
	*testing.T
	db    *sql.DB
	keep  *retention.ClickHouse
	plain bool
	ttl   bool
}

func onEach(t *testing.T, test func(*server)) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := ch.OpenDB(e.Database(t))
		t.Cleanup(func() { db.Close() })
		if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		keep, err := retention.OpenClickHouse(t.Context(), db, clickhouse.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		test(&server{T: t, db: db, keep: keep, plain: !e.Current, ttl: e.Current})
	})
}

func (s *server) exec(text string, args ...any) {
	s.Helper()
	if _, err := s.db.ExecContext(s.Context(), text, args...); err != nil {
		s.Fatal(err)
	}
}

func (s *server) time(at time.Time) string {
	if s.plain {
		return fmt.Sprint(at.UnixMicro())
	}
	return fmt.Sprintf("fromUnixTimestamp64Micro(%d, 'UTC')", at.UnixMicro())
}

// add writes a fact of so many days ago, a day long.
func (s *server) add(table, vehicle string, days, revision int) {
	s.Helper()
	at := daysAgo(days)
	ended := ""
	values := ""
	if table == "trips" {
		ended, values = ", ended_at", ", "+s.time(at.AddDate(0, 0, 1))
	}
	s.exec(fmt.Sprintf(`INSERT INTO %s (id, vehicle_id, at, method_version, revision, state%s)
		SELECT toFixedString('%s', 16), '%s', %s, toUInt16(1), toUInt32(%d), 'final'%s`, table, ended,
		fmt.Sprintf("%s-%d", vehicle, days), vehicle, s.time(at), revision, values))
}

// merged has every part merged, as a server does in its own time: rules act then.
func (s *server) merged() {
	s.Helper()
	if err := clickhousetest.Merge(s.Context(), s.db, "trips", "events", "months", "charges", "factors", "collisions", "additions"); err != nil {
		s.Fatal(err)
	}
}

// ages lists a vehicle's rows by how many days old they are.
func (s *server) ages(table, vehicle string) (ages string) {
	s.Helper()
	rows, err := s.db.QueryContext(s.Context(), fmt.Sprintf("SELECT toString(id) FROM %s WHERE vehicle_id = ? ORDER BY at DESC", table), vehicle)
	if err != nil {
		s.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			s.Fatal(err)
		}
		_, age, _ := strings.Cut(strings.TrimRight(id, "\x00"), "-")
		ages += age + " "
	}
	if err := rows.Err(); err != nil {
		s.Fatal(err)
	}
	return strings.TrimSpace(ages)
}

func (s *server) retain(p retention.Policy, dry bool) map[string]retention.Report {
	s.Helper()
	reports, err := s.keep.Retain(s.Context(), p, now, dry)
	if err != nil {
		s.Fatal(err)
	}
	out := map[string]retention.Report{}
	for _, r := range reports {
		out[r.Table] = r
	}
	return out
}

func (s *server) hold(vehicle string, from, to int) retention.Hold {
	s.Helper()
	h, err := retention.NewHold(vehicle, daysAgo(from), daysAgo(to), "claim 7", now)
	if err != nil {
		s.Fatal(err)
	}
	if err := s.keep.Place(s.Context(), h); err != nil {
		s.Fatal(err)
	}
	return h
}

func (s *server) want(table, vehicle, ages string) {
	s.Helper()
	if got := s.ages(table, vehicle); got != ages {
		s.Errorf("%s of %s are %q days old, want %q", table, vehicle, got, ages)
	}
}

func TestRetainDeletesWhatIsTooOld(t *testing.T) {
	onEach(t, func(s *server) {
		for _, table := range []string{"trips", "events", "months"} {
			for _, days := range []int{1, 39, 41, 100, 200} {
				s.add(table, "a", days, 1)
				s.add(table, "b", days, 1)
			}
		}
		p := retention.Policy{Trips: 40, Events: 150}
		dry := s.retain(p, true)
		s.want("trips", "a", "1 39 41 100 200")
		done := s.retain(p, false)
		s.merged()
		s.want("trips", "a", "1 39")
		s.want("trips", "b", "1 39")
		s.want("events", "a", "1 39 41 100")
		s.want("months", "a", "1 39 41 100 200")
		for table, due := range map[string]int64{"trips": 6, "events": 2, "months": 0} {
			if dry[table].Due != due || done[table].Due != due || dry[table].Deleted != 0 || done[table].Deleted != due {
				s.Errorf("%s: dry %+v, done %+v, want %d", table, dry[table], done[table], due)
			}
		}
		if s.ttl {
			if done["trips"].TTL != "set" || done["months"].TTL != "unchanged" {
				s.Errorf("got %+v", done)
			}
		} else if done["trips"].Partitions < 2 {
			s.Errorf("whole months should go whole: %+v", done)
		}
		again := s.retain(p, false)
		for table, r := range again {
			if r.Due != 0 || r.Deleted != 0 || r.Partitions != 0 || s.ttl && r.TTL != "unchanged" {
				s.Errorf("%s: a second time changes something: %+v", table, r)
			}
		}
		// Longer, and for ever.
		s.retain(retention.Policy{Trips: 80}, false)
		s.add("trips", "a", 60, 1)
		s.add("events", "a", 300, 1)
		s.merged()
		s.want("trips", "a", "1 39 60")
		s.want("events", "a", "1 39 41 100 300")
	})
}

func TestHoldKeepsWhatItNames(t *testing.T) {
	onEach(t, func(s *server) {
		p := retention.Policy{Trips: 30, Events: 30, Months: 30}
		for _, table := range []string{"trips", "events", "months"} {
			for _, days := range []int{10, 100, 101, 102, 200} {
				s.add(table, "a", days, 1)
			}
			s.add(table, "b", 100, 1)
		}
		h := s.hold("a", 101, 98)
		s.retain(p, false)
		s.merged()
		s.want("trips", "a", "10 100 101 102") // that of day 102 ends as the hold begins
		s.want("trips", "b", "")
		s.want("events", "a", "10 100 101")
		if got := s.ages("months", "a"); !strings.HasPrefix(got, "10 100") || strings.Contains(got, "200") {
			s.Errorf("months are %q days old", got)
		}

		// What comes late, and what is amended, is held too, though nothing has marked it.
		s.add("events", "a", 100, 2)
		s.add("trips", "a", 99, 1)
		s.add("trips", "b", 99, 1)
		s.merged()
		s.retain(p, false)
		s.merged()
		s.want("events", "a", "10 100 101")
		s.want("trips", "a", "10 99 100 101 102")
		s.want("trips", "b", "")

		// A second hold on the same rows keeps them when the first is released.
		other := s.hold("a", 100, 98)
		if err := s.keep.Release(s.Context(), h.ID); err != nil {
			s.Fatal(err)
		}
		s.retain(p, false)
		s.merged()
		s.want("events", "a", "10 100")
		s.want("trips", "a", "10 99 100 101")
		if err := s.keep.Release(s.Context(), other.ID); err != nil {
			s.Fatal(err)
		}
		s.retain(p, false)
		s.merged()
		s.want("events", "a", "10")
		s.want("trips", "a", "10")
	})
}

func TestHoldDoesNotBeginRetention(t *testing.T) {
	onEach(t, func(s *server) {
		s.add("trips", "a", 5000, 1)
		h := s.hold("b", 100, 1)
		if err := s.keep.Release(s.Context(), h.ID); err != nil {
			s.Fatal(err)
		}
		s.merged()
		s.want("trips", "a", "5000")
	})
}

func TestHoldsAreListed(t *testing.T) {
	onEach(t, func(s *server) {
		a, b := s.hold("a", 10, 5), s.hold("b", 3, 2)
		list := func(vehicle string) []retention.Hold {
			found, err := s.keep.Holds(s.Context(), vehicle)
			if err != nil {
				s.Fatal(err)
			}
			return found
		}
		if diff := cmp.Diff([]retention.Hold{b}, list("b")); diff != "" {
			s.Error(diff)
		}
		if got := list(""); len(got) != 2 {
			s.Errorf("got %+v", got)
		}
		if err := s.keep.Release(s.Context(), a.ID); err != nil {
			s.Fatal(err)
		}
		if diff := cmp.Diff([]retention.Hold{b}, list("")); diff != "" {
			s.Error(diff)
		}
		if err := s.keep.Release(s.Context(), a.ID); !errors.Is(err, retention.ErrNoHold) {
			s.Errorf("released twice: %v", err)
		}
	})
}

func TestRetainSaysWhatIsHeld(t *testing.T) {
	onEach(t, func(s *server) {
		s.add("trips", "a", 100, 1)
		s.add("trips", "a", 200, 1)
		s.hold("a", 101, 99)
		r := s.retain(retention.Policy{Trips: 30}, false)["trips"]
		if r.Due != 1 || r.Held != 1 || r.Deleted != 1 {
			s.Errorf("got %+v, want 1 row due and deleted, 1 held", r)
		}
	})
}
