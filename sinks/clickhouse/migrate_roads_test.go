package clickhouse

import (
	"testing"

	"milepost/sinks/clickhouse/clickhousetest"
)

// What was stored before there were roads stays, and tells nothing of them.
func TestRowsOfBeforeRoadsStay(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		if err := migrate(t.Context(), db, Layout{}, some(t, 11), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := DialectOf(t.Context(), db); err == nil {
			t.Error("a store without roads is taken for one with them")
		}
		at := "fromUnixTimestamp64Micro(toInt64(1700000000000000), 'UTC')"
		if !e.Current {
			at = "1700000000000000"
		}
		mustExec(t, db, "INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, distance_m, started_at, ended_at) SELECT toFixedString('t', 16), 'v', "+at+", 1, 1, 'final', 12.5, "+at+", "+at)
		mustExec(t, db, "INSERT INTO events (id, vehicle_id, at, method_version, revision, state, kind, peak_ms2, started_at) SELECT toFixedString('e', 16), 'v', "+at+", 1, 1, 'final', 'harsh_cornering', 3.5, "+at)
		mustMigrate(t, db, Layout{})
		mustExec(t, db, "INSERT INTO events (id, vehicle_id, at, method_version, revision, state, kind, peak_ms2, limit_kmh, limit_source, started_at) SELECT toFixedString('s', 16), 'v', "+at+", 1, 1, 'final', 'speeding', nan, 50, 'zone', "+at)
		for _, when := range []string{"as written", "merged"} {
			wantTexts(t, when+", trips", texts(t, db, `SELECT concat(toString(distance_m), ' ', toString(isNaN(highway_m)), toString(isNaN(overspeed_m)), toString(isNaN(over_20_m)), ' ',
				toString(speeding), ' ', toString(length(countries)), limit_by_source) FROM trips`), "12.5 111 0 0")
			wantTexts(t, when+", events", texts(t, db, `SELECT concat(kind, ' ', ifNull(toString(peak_ms2), 'none'), ' ', ifNull(toString(limit_kmh), 'none'), ' ', limit_source)
				FROM events_current ORDER BY kind`), "harsh_cornering 3.5 none ", "speeding none 50 zone")
			wantTexts(t, when+", the view", texts(t, db, `SELECT toString(count()) FROM trips_current WHERE highway_m IS NULL AND overspeed_m IS NULL AND speeding = 0`), "1")
			mustMerge(t, db, "trips", "events")
		}
	})
}
