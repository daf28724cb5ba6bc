package clickhousetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// Codes of ClickHouse's errors.
const (
	unknownTable = 60
	readOnly     = 164
)

func TestColumnsComeBackAsTheyWereWritten(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		o := e.Database(t)
		db := clickhouse.OpenDB(o)
		defer db.Close()
		at, name := "Int64", "String"
		if e.Current {
			at, name = "DateTime64(6, 'UTC')", "LowCardinality(String)"
		}
		create := fmt.Sprintf(`CREATE TABLE facts (id FixedString(16), at %s, kind Enum8('trip' = 1, 'event' = 2), name %s,
			x Float64, revision UInt32, day Date) ENGINE = ReplacingMergeTree(revision) PARTITION BY toYYYYMM(day) ORDER BY id`, at, name)
		if _, err := db.ExecContext(t.Context(), create); err != nil {
			t.Fatal(err)
		}
		first := time.UnixMicro(1_700_000_000_123_456).UTC()
		insert(t, e, o, []uint32{1, 1, 2}, []time.Time{first, first.Add(time.Microsecond), first})

		if err := clickhousetest.Merge(t.Context(), db, "facts"); err != nil {
			t.Fatal(err)
		}
		got := selectFacts(t, e, db)
		want := []string{
			fmt.Sprintf("id-0000000000000 %s trip n0 2", first),
			fmt.Sprintf("id-0000000000001 %s event n1 1", first.Add(time.Microsecond)),
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("facts after a merge:\n%q, want\n%q", got, want)
		}
	})
}

// insert writes a row for each revision; the third has the first one's identity.
func insert(t *testing.T, e clickhousetest.Engine, o *clickhouse.Options, revisions []uint32, times []time.Time) {
	t.Helper()
	conn, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO facts (id, at, kind, name, x, revision, day) VALUES")
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	micros := make([]int64, len(times))
	for i, at := range times {
		micros[i] = at.UnixMicro()
	}
	columns := []any{
		[]string{"id-0000000000000", "id-0000000000001", "id-0000000000000"}, times,
		[]string{"trip", "event", "trip"}, []string{"n0", "n1", "n0"}, []float64{math.NaN(), 1, math.NaN()}, revisions, times,
	}
	if !e.Current {
		columns[1] = micros
	}
	for i, values := range columns {
		if err := batch.Column(i).Append(values); err != nil {
			t.Fatalf("column %d: %v", i, err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
}

func selectFacts(t *testing.T, e clickhousetest.Engine, db *sql.DB) (facts []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT id, at, kind, name, revision, x FROM facts WHERE revision >= ? ORDER BY id", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			id, kind, name string
			at             time.Time
			micros         int64
			revision       uint32
			x              float64
		)
		when := any(&at)
		if !e.Current {
			when = &micros
		}
		if err := rows.Scan(&id, when, &kind, &name, &revision, &x); err != nil {
			t.Fatal(err)
		}
		if !e.Current {
			at = time.UnixMicro(micros)
		}
		if math.IsNaN(x) != (kind == "trip") {
			t.Errorf("%s: x is %v", id, x)
		}
		facts = append(facts, fmt.Sprintf("%s %s %s %s %d", id, at.UTC(), kind, name, revision))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return facts
}

func TestErrorsHaveTheirCodes(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		o := e.Database(t)
		for _, c := range []struct {
			name, query string
			options     *clickhouse.Options
			code        int32
		}{
			{"no such table", "INSERT INTO nothing (a) SELECT 1", o, unknownTable},
			{"a reader creates", "CREATE TABLE t (a Int8) ENGINE = Memory", e.Reader(o), readOnly},
		} {
			t.Run(c.name, func(t *testing.T) {
				if got := codeOf(t, c.options, c.query); got != c.code {
					t.Errorf("code %d, want %d", got, c.code)
				}
			})
		}
	})
}

func codeOf(t *testing.T, o *clickhouse.Options, query string) int32 {
	t.Helper()
	conn, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Exec(t.Context(), query)
	exception, ok := errors.AsType[*clickhouse.Exception](err)
	if !ok {
		t.Fatalf("%s: %v is no exception of the server", query, err)
	}
	return exception.Code
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		var name string
		t.Run("inner", func(t *testing.T) { name = e.Database(t).Auth.Database })
		if n := one(t, e.Options, "SELECT toInt64(count()) FROM system.databases WHERE name = '"+name+"'"); n != 0 {
			t.Errorf("database %s is still there", name)
		}
	})
}

func TestTLS(t *testing.T) {
	e := clickhousetest.Server(t)
	if n := one(t, e.TLS(t, e.Options), "SELECT toInt64(41 + 1)"); n != 42 {
		t.Errorf("got %d", n)
	}
	untrusted := e.TLS(t, e.Options)
	untrusted.TLS.RootCAs = nil
	conn, err := clickhouse.Open(untrusted)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a certificate that nobody vouches for was taken")
	}
}

// one gives the only number of a query's result.
func one(t *testing.T, o *clickhouse.Options, query string) (n int64) {
	t.Helper()
	db := clickhouse.OpenDB(o)
	defer db.Close()
	if err := db.QueryRowContext(context.Background(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
