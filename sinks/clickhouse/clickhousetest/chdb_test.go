package clickhousetest_test

import (
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

func TestCompressionOfCHDB(t *testing.T) {
	e := clickhousetest.CHDB(t)
	for _, c := range []struct {
		method clickhouse.CompressionMethod
		taken  bool
	}{
		{clickhouse.CompressionNone, true},
		{clickhouse.CompressionGZIP, true},
		{clickhouse.CompressionDeflate, true},
		{clickhouse.CompressionLZ4, false},
	} {
		t.Run(c.method.String(), func(t *testing.T) {
			o := e.Database(t)
			if err := roundTrip(t, o, c.method); (err == nil) != c.taken {
				t.Errorf("rows sent with %s: %v", c.method, err)
			}
		})
	}
}

// roundTrip writes a thousand numbers, compressed as told, and reads their sum.
func roundTrip(t *testing.T, o *clickhouse.Options, method clickhouse.CompressionMethod) error {
	t.Helper()
	plain := *o
	o.Compression = &clickhouse.Compression{Method: method, Level: 3}
	conn, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Exec(t.Context(), "CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a"); err != nil {
		return err
	}
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (a) VALUES")
	if err != nil {
		return err
	}
	defer batch.Close()
	numbers := make([]int64, 1000)
	for i := range numbers {
		numbers[i] = int64(i)
	}
	if err := batch.Column(0).Append(numbers); err != nil {
		t.Fatal(err)
	}
	if err := batch.Send(); err != nil {
		return err
	}
	if sum := one(t, &plain, "SELECT sum(a) FROM t"); sum != 499500 {
		t.Errorf("the sum is %d", sum)
	}
	return nil
}
