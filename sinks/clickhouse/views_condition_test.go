package clickhouse

import (
	"fmt"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

// A condition on what differs between versions looks at the row that counts alone: a
// server must not carry it below the choice of that row. Nor does a withdrawn month,
// which has no name, disturb one on the month.
func TestConditionsOnViewsLookAtTheRowThatCounts(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := ch.OpenDB(e.Database(t))
		defer db.Close()
		if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
			t.Fatal(err)
		}
		dialect, err := DialectOf(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, db, dialect)
		at := fmt.Sprint(october)
		if !dialect.PlainTimes {
			at = "fromUnixTimestamp64Micro(toInt64(" + at + "), 'UTC')"
		}
		for _, row := range []string{"1, 'final', '2026-10'", "2, 'withdrawn', ''"} {
			must(t, db, "INSERT INTO months (id, vehicle_id, at, method_version, revision, state, month) SELECT toFixedString('m', 16), 'v', "+at+", 1, "+row)
		}
		must(t, db, "INSERT INTO months (id, vehicle_id, at, method_version, revision, state, month) SELECT toFixedString('n', 16), 'v', "+at+", 1, 1, 'final', '2026-10'")
		for query, want := range map[string]string{
			"SELECT toString(count()) FROM trips_current WHERE score = 50":                                          "0",
			"SELECT toString(count()) FROM trips_current WHERE revision = 1":                                        "2",
			"SELECT toString(count()) FROM trips_current WHERE state = 'final' AND score < 60":                      "0",
			"SELECT toString(count()) FROM trips_current WHERE method_version = 1":                                  "3",
			"SELECT toString(count()) FROM months_current WHERE month = toDate('2026-10-01')":                       "1",
			"SELECT toString(count()) FROM months_current WHERE vehicle_id = 'v' AND month >= toDate('2026-01-01')": "1",
		} {
			if got := texts(t, db, query); got[0] != want {
				t.Errorf("%s: %s, want %s", query, got[0], want)
			}
		}
	})
}
