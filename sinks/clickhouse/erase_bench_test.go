package clickhouse

import (
	"flag"
	"fmt"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

var eraseTrips = flag.Int("erase.trips", 200_000, "trips among which BenchmarkErase erases one vehicle's")

// BenchmarkErase erases one vehicle of many, each with 100 trips over a year, and waits
// until the parts that held it are gone from the disk.
func BenchmarkErase(b *testing.B) {
	e := clickhousetest.Server(b)
	opts := e.Database(b)
	opts.ReadTimeout = time.Hour
	migrated(b, opts)
	db := ch.OpenDB(cloned(opts))
	defer db.Close()
	const perVehicle, part = 100, 1_000_000
	for from := 0; from < *eraseTrips; from += part {
		fill := fmt.Sprintf(`INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, started_at, ended_at, local_date, account_id, polyline, receipt)
			SELECT substring(SHA256(toString(n)), 1, 16), concat('car-', toString(intDiv(n, %d))), %d + toInt64(n %% %d) * 315360000000 AS at, 1, 1, 'final', at, at + 600000000,
			toDate(intDiv(at, 1000000)), concat('account-', toString(intDiv(n, %d))), base64, concat('{"method":"performance/1","sum":"', substring(base64, 1, 100), '"}')
			FROM (SELECT number + %d AS n, concat(hex(SHA256(toString(number))), hex(SHA256(toString(number + 1))), hex(SHA256(toString(number * 2)))) AS base64
			FROM system.numbers LIMIT %d)`, perVehicle, 1_767_225_600_000_000, perVehicle, perVehicle, from, min(part, *eraseTrips-from))
		if _, err := db.ExecContext(b.Context(), fill); err != nil {
			b.Fatal(err)
		}
	}
	eraser, err := NewEraser(b.Context(), db, Layout{})
	if err != nil {
		b.Fatal(err)
	}
	sizes := func() (n int64) {
		n, err := eraser.number(b.Context(), `SELECT toInt64(sum(bytes_on_disk)) FROM system.parts WHERE database = currentDatabase()`)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	before := sizes()
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		whose := sinks.Subject{Vehicle: fmt.Sprintf("car-%d", n)}
		began := time.Now()
		if err := eraser.Erase(b.Context(), whose); err != nil {
			b.Fatal(err)
		}
		unread := time.Since(began)
		if err := eraser.Purge(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(before), "bytes-before")
		b.ReportMetric(unread.Seconds(), "s-until-unreadable")
		b.ReportMetric(time.Since(began).Seconds(), "s-until-gone")
		b.ReportMetric(float64(sizes()), "bytes-after")
	}
}
