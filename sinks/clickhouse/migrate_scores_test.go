package clickhouse

import (
	"testing"

	"milepost/sinks/clickhouse/clickhousetest"
)

// What was stored before there was coaching stays, and tells nothing of it.
func TestRowsOfBeforeScoresStay(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		db := fresh(t, e)
		if err := migrate(t.Context(), db, Layout{}, some(t, 15), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := DialectOf(t.Context(), db); err == nil {
			t.Error("a store without factors is taken for one with them")
		}
		at := "fromUnixTimestamp64Micro(toInt64(1700000000000000), 'UTC')"
		if !e.Current {
			at = "1700000000000000"
		}
		mustExec(t, db, "INSERT INTO trips (id, vehicle_id, at, method_version, revision, state, distance_m, started_at, ended_at) SELECT toFixedString('t', 16), 'v', "+at+", 1, 1, 'final', 12.5, "+at+", "+at)
		mustExec(t, db, "INSERT INTO months (id, vehicle_id, at, method_version, revision, state, month, distance_m) SELECT toFixedString('m', 16), 'v', "+at+", 1, 1, 'final', '2023-11', 99")
		mustMigrate(t, db, Layout{})
		for _, when := range []string{"as written", "merged"} {
			wantTexts(t, when+", trips", texts(t, db, `SELECT concat(toString(distance_m), ' ', toString(isNaN(highway_s)), toString(isNaN(l_per_100km)), toString(isNaN(eco_m)), ' ',
				toString(coaching_kind), toString(advice), coaching, toString(mode_source)) FROM trips`), "12.5 111 ")
			wantTexts(t, when+", months", texts(t, db, `SELECT concat(toString(distance_m), ' ', toString(driving_s), ' ', ifNull(toString(fuel_l), 'none'), ' ', ifNull(toString(power_s), 'none'), ' ', advice)
				FROM months_current`), "99 0 none none ")
			wantTexts(t, when+", the views", texts(t, db, `SELECT toString(count()) FROM trips_current WHERE highway_s IS NULL AND kwh_per_100km IS NULL AND coaching_kind = ''`), "1")
			mustMerge(t, db, "trips", "months")
		}
	})
}
