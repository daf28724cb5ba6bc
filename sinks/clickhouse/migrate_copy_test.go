package clickhouse

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/sinks/clickhouse/clickhousetest"
)

// What docs/storage.md says of moving to a current server: rows are copied from the plain
// form of an old one into the full form of a new one, by one statement a table.
func TestPlainRowsAreCopiedIntoTheFullForm(t *testing.T) {
	old, current := clickhousetest.Server(t), clickhousetest.CHDB(t)
	if old.Current {
		t.Skip("the server has no tables in the plain form")
	}
	from, to := old.Database(t), fresh(t, current)
	source := opened(t, from)
	mustMigrate(t, source, Layout{})
	mustMigrate(t, to, Layout{})
	mustExec(t, source, `INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, started_at, ended_at, local_date, distance_source, fuel_l, polyline)
		SELECT toFixedString('0123456789abcdef', 16), concat('v', toString(number)), toInt64(1700000000123456 + number), toUInt16(1), toUInt32(2), 'amended',
		toInt64(1700000000123457 + number), toInt64(1700000001123456), toDate('2023-11-14'), 'odometer', nan, 'it''s\\' FROM system.numbers LIMIT 1000`)
	const trips = `INSERT INTO trips SELECT * REPLACE (
			fromUnixTimestamp64Micro(at, 'UTC') AS at,
			fromUnixTimestamp64Micro(started_at, 'UTC') AS started_at,
			fromUnixTimestamp64Micro(ended_at, 'UTC') AS ended_at)
		FROM url('http://HOST/?user=USER&password=PASSWORD&query=SELECT+*+FROM+DATABASE.trips+FORMAT+Native', 'Native')
		SETTINGS use_structure_from_insertion_table_in_table_functions = 0`
	mustExec(t, to, strings.NewReplacer("HOST", os.Getenv("MILEPOST_CLICKHOUSE_HTTP"), "USER", url.QueryEscape(from.Auth.Username),
		"PASSWORD", url.QueryEscape(from.Auth.Password), "DATABASE", from.Auth.Database).Replace(trips))

	const shown = `SELECT arrayStringConcat([toString(id), vehicle_id, toString(%s), toString(%s), toString(%s), toString(state), toString(distance_source),
		toString(fuel_l), polyline, toString(local_date), toString(revision)], '|') FROM trips ORDER BY at`
	want := texts(t, source, fmt.Sprintf(shown, "at", "started_at", "ended_at"))
	micros := []any{"toUnixTimestamp64Micro(at)", "toUnixTimestamp64Micro(started_at)", "toUnixTimestamp64Micro(ended_at)"}
	if diff := cmp.Diff(want, texts(t, to, fmt.Sprintf(shown, micros...))); diff != "" || len(want) != 1000 {
		t.Errorf("%d rows; -old +new:\n%s", len(want), diff)
	}
}
