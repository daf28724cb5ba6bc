package clickhousetest_test

import (
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

func TestPrivateServerIsKilledAndComesBack(t *testing.T) {
	p := clickhousetest.Private(t)
	conn, err := clickhouse.Open(p.Clone())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	exec := func(query string) {
		t.Helper()
		if err := conn.Exec(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	exec("CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a")
	exec("INSERT INTO t (a) SELECT number FROM numbers(1000)")
	for _, c := range []struct {
		name string
		end  func(testing.TB)
	}{{"stopped", p.Stop}, {"killed", p.Kill}} {
		c.end(t)
		if err := conn.Ping(t.Context()); err == nil {
			t.Errorf("%s, and it answers", c.name)
		}
		p.Restart(t)
		if n := one(t, p.Clone(), "SELECT toInt64(sum(a)) FROM t"); n != 499500 {
			t.Errorf("%s, and back: the sum is %d", c.name, n)
		}
	}
}
