package read_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"
)

// fleet is a store's worth of facts that the server makes by itself: each vehicle drives
// tripsAPart trips in each of the parts of each of twelve months.
type fleet struct {
	vehicles, parts int
	plain           bool      // times are integers
	last            time.Time // first day of the last month
}

const tripsAPart = 7

func newFleet(vehicles int, plain bool) fleet {
	now := time.Now().UTC()
	return fleet{vehicles: vehicles, parts: 12, plain: plain, last: time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)}
}

// month is the month so many before the last.
func (f fleet) month(before int) time.Time { return f.last.AddDate(0, -before, 0) }

func (f fleet) trips() int { return f.vehicles * f.parts * tripsAPart * 12 }

// fill makes the rows, one insert and so one part for each part of a month. Trips have
// receipts and routes, one event and a third each on average, and months their days.
func (f fleet) fill(ctx context.Context, t testing.TB, db *sql.DB) {
	t.Helper()
	for before := 11; before >= 0; before-- {
		start := f.month(before)
		for part := range f.parts {
			f.insert(ctx, t, db, "trips", tripValues, start, part, tripsAPart)
			f.insert(ctx, t, db, "events", eventValues, start, part, tripsAPart)
		}
		f.insert(ctx, t, db, "months", monthValues, start, 0, 1)
	}
}

// column is a column's name and the expression that gives it. In expressions n is the
// row's number in the insert, v the vehicle's, k the trip's within the vehicle's part of
// the month, at its start in µs, x a random number of 64 bits.
type column struct{ name, expr string }

func (f fleet) insert(ctx context.Context, t testing.TB, db *sql.DB, table string, values []column, month time.Time, part, each int) {
	t.Helper()
	var names, exprs []string
	for _, c := range values {
		names = append(names, c.name)
		expr := c.expr
		if !f.plain && (c.name == "at" || strings.HasSuffix(c.name, "ed_at")) {
			expr = "fromUnixTimestamp64Micro(toInt64(" + expr + "))"
		}
		exprs = append(exprs, expr+" AS c_"+c.name)
	}
	// A trip every few hours of the part, some seconds apart between vehicles.
	length := int64(28*24*3600) / int64(f.parts)
	text := fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM (
		SELECT number AS n, intDiv(number, %d) AS v, number %% %d AS k, concat('car-', substring(toString(10000000 + v), 2)) AS vehicle,
			cityHash64(number, %d, %d) AS x,
			toInt64(%d + %d * %d + k * %d + v %% 3600) * 1000000 + 123456 AS start
		FROM numbers(%d))`,
		table, strings.Join(names, ", "), strings.Join(exprs, ", "),
		each, each, month.Unix(), part,
		month.Unix(), part, length, length/int64(each), f.vehicles*each)
	text = strings.ReplaceAll(text, "$month", month.Format("2006-01"))
	if _, err := db.ExecContext(ctx, text); err != nil {
		t.Fatalf("fill %s: %v\n%s", table, err, text)
	}
}

const (
	tripID     = `MD5(concat(vehicle, ' trip ', toString(start)))`
	performed  = `toFloat64(x % 1000) / 10`
	thresholds = `"thresholds":{"comfort_braking_at_rest_ms2":1.5,"comfort_braking_least_ms2":0.4,"constant_speed_band_ms2":0.15,` +
		`"constant_speed_from_kmh":30,"constant_speed_min_m":1000,"constant_speed_min_share":0.25,"event_prior_m":10000,` +
		`"event_weight":0.2,"gate_cornering_kmh":30,"gate_longitudinal_kmh":10,"harsh_acceleration_fast_g":0.2,` +
		`"harsh_acceleration_slow_g":0.3,"harsh_braking_g":0.3,"harsh_cornering_g":0.35,"low_confidence_below_m":1000,` +
		`"low_confidence_below_share":0.5,"merge_s":2,"peak_held_g":0.35,"reference_acceleration":0.09,` +
		`"reference_braking_ms2":0.015,"reference_events_per_100km":3,"reference_positive_ke_ms2":0.15,` +
		`"reference_steady_share":0.8,"release_share":0.8,"score_at_reference":75,"shortest_s":0.4}`
	track = `'","from":"2025-09-14T07:00:00.000Z","to":"2025-09-14T07:04:03.000Z","samples":', toString(x % 20000),` +
		`',"rate_hz":10,"gaps":0,"gap_s":0}'`
	receipt = `concat('{"method":"performance/1","inputs":{"acceleration_intensity":', toString(x / 1.9e19),` +
		`',"braking_intensity_ms2":', toString(x / 2.1e19), ',"distance_m":', toString(x % 40000),` +
		`',"fast_distance_m":', toString((x % 40000) / 1.3), ',"judged_distance_m":', toString((x % 40000) / 1.01),` +
		`',"positive_kinetic_energy":', toString(x / 2.3e19), ',"steady_share":', toString(x / 1.85e19),` +
		`',"weighted_accel_events":0,"weighted_braking_events":1},` + thresholds + `,"tracks":[{"track":"speed', ` + track +
		`, ',{"track":"position', ` + track + `, ',{"track":"energy', ` + track + `, '],"distances_m":{"bridged":0,"gnss":',` +
		`toString((x % 40000) / 1.002), ',"odometer":', toString(x % 40000), ',"speed":', toString((x % 40000) / 1.001), ',"tunnels":0}}')`
)

var tripValues = []column{
	{"id", tripID}, {"vehicle_id", "vehicle"}, {"at", "start"}, {"method_version", "1"},
	{"revision", "1"}, {"state", "'final'"}, {"started_at", "start"}, {"ended_at", "start + 1200000000"},
	{"zone", "'Europe/Madrid'"}, {"local_date", "toDate('$month-01') + k"}, {"distance_m", "toFloat64(x % 40000)"}, {"distance_source", "'odometer'"},
	{"duration_s", "toFloat64(x % 3600)"}, {"driving_s", "(x % 3600) * 0.8"}, {"idle_s", "(x % 3600) * 0.2"},
	{"max_speed_kmh", "x % 140 + 0.5"}, {"avg_speed_kmh", "x % 70 + 0.5"}, {"night_s", "0"}, {"fuel_l", "(x % 900) / 100"},
	{"energy_kwh", "nan"}, {"regenerated_kwh", "nan"}, {"ev_distance_m", "0"}, {"ev_s", "0"},
	{"account_id", "concat('account-', toString(intDiv(v, 2)))"}, {"driver_id", "hex(cityHash64(v))"},
	{"score", performed}, {"acceleration", performed}, {"braking", performed}, {"constant_speed", performed},
	{"harsh_braking", "x % 3"},
	{"polyline", "arrayStringConcat(arrayMap(i -> hex(cityHash64(x, i)), range(30)))"},
	{"route_parts", `concat('[{"from":0,"to":', toString(x % 500), ',"source":"raw"}]')`},
	{"receipt", receipt},
}

var eventValues = []column{
	{"id", `MD5(concat(vehicle, ' event ', toString(start)))`}, {"vehicle_id", "vehicle"}, {"at", "start + 60000000"},
	{"method_version", "1"}, {"revision", "1"}, {"state", "'final'"}, {"trip_id", tripID}, {"kind", "'harsh_braking'"}, {"level", "1"},
	{"started_at", "start + 60000000"}, {"duration_s", "x % 50 / 10"}, {"peak_ms2", "-3.5 - x % 30 / 10"}, {"estimator", "'speed_slope'"},
	{"rate_hz", "10"}, {"speed_kmh", "x % 90 / 1.5"}, {"lat", "36 + x % 7000000 / 1e6"}, {"lon", "-9 + intDiv(x, 8) % 12000000 / 1e6"},
	{"method", "'performance/1'"},
}

var monthValues = []column{
	{"id", `MD5(concat(vehicle, ' month $month'))`}, {"vehicle_id", "vehicle"}, {"at", "toInt64(toUnixTimestamp(toDateTime('$month-01 00:00:00', 'UTC'))) * 1000000"},
	{"method_version", "1"}, {"revision", "1"}, {"state", "'final'"}, {"month", "'$month'"}, {"driver_id", "hex(cityHash64(v))"},
	{"trips", "84"}, {"withheld_trips", "0"}, {"distance_m", "x % 4000000 / 1"}, {"duration_s", "x % 400000 / 1"}, {"score", performed},
	{"acceleration", performed}, {"braking", performed}, {"method", "'performance/1'"},
	{"days", `concat('[', arrayStringConcat(arrayMap(d -> concat('{"date":"$month-', substring(toString(101 + d), 2),
		'","trips":3,"distance_m":', toString(cityHash64(x, d) % 60000), ',"duration_s":', toString(cityHash64(x, d, 1) % 6000), ',"score":',
		toString(cityHash64(x, d, 2) % 1000 / 10), '}'), range(28)), ','), ']')`},
}
