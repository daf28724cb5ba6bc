package clickhouse

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse/clickhousetest"
)

// store is a database with tables, a writer into it and a connection beside.
type store struct {
	opts *ch.Options
	*Writer
	db *sql.DB
}

func newStore(t testing.TB, e clickhousetest.Engine) *store {
	t.Helper()
	return storeIn(t, e.Database(t))
}

func storeIn(t testing.TB, opts *ch.Options) *store {
	t.Helper()
	migrated(t, opts)
	s := &store{opts: opts, db: ch.OpenDB(cloned(opts))}
	t.Cleanup(func() { closing(t, s.db.Close) })
	var err error
	if s.Writer, err = openWriter(t.Context(), cloned(opts), Layout{}, usual); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, s.Close) })
	return s
}

func closing(t testing.TB, end func() error) {
	t.Helper()
	if err := end(); err != nil {
		t.Error(err)
	}
}

func cloned(o *ch.Options) *ch.Options {
	c := *o
	return &c
}

func migrated(t testing.TB, opts *ch.Options) {
	t.Helper()
	db := ch.OpenDB(cloned(opts))
	defer db.Close()
	if err := Migrate(t.Context(), db, Layout{}, nil); err != nil {
		t.Fatal(err)
	}
}

func (s *store) write(t testing.TB, batch ...outcome.Outcome) {
	t.Helper()
	if err := s.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// one gives the only row of a query, its values as text, separated by bars.
func (s *store) one(t testing.TB, query string, args ...any) string {
	t.Helper()
	rows, err := s.db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range to {
		to[i] = &values[i]
	}
	var out []string
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = printed(v)
		}
		out = append(out, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// printed makes a time the microseconds that stores with plain times have.
func printed(v any) string {
	if at, ok := v.(time.Time); ok {
		return fmt.Sprint(at.UnixMicro())
	}
	return fmt.Sprint(v)
}

func p(v float64) *float64 { return &v }

const day = outcome.Time(24 * 3600 * 1_000_000)

var start = outcome.Time(time.Date(2026, 9, 14, 7, 0, 0, 123_456_000, time.UTC).UnixMicro())

func aTrip(vehicle string, at outcome.Time) *outcome.Trip {
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: 1},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 244_000_000, Zone: "Europe/Madrid", LocalDate: "2026-09-14",
		DistanceM: 2893, DistanceSource: "odometer", DurationS: 244, DrivingS: 215, IdleS: 28, MaxSpeedKmh: 54,
		AvgSpeedKmh: 42.7, FuelL: p(0.174), EVDistanceM: p(0), DriverID: "4d",
		Route:  &outcome.Route{Polyline: "_ocsF~qjTO?iB?", Parts: []outcome.RoutePart{{From: 0, To: 2, Source: "raw"}}},
		Scores: outcome.Scores{Performance: &outcome.Performance{Score: 70.7, Acceleration: 91.2, Braking: 50.2, LowConfidence: true}},
		Counts: outcome.Counts{HarshBraking: 1, HarshCornering: 3},
		Receipt: outcome.Receipt{
			Method: "performance/1", Inputs: map[string]float64{"braking_intensity_ms2": 0.03517005999863751, "a": 1e-9, "z": 0},
			Thresholds: map[string]float64{"harsh_braking_g": 0.3}, Distances: map[string]float64{},
			Tracks: []outcome.TrackSpan{{Track: "speed", From: at, To: at + 243_000_000, Samples: 244, RateHz: 1}},
		},
	}
}

func anEvent(vehicle string, at outcome.Time) *outcome.Event {
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(vehicle, "harsh_braking", at), VehicleID: vehicle, At: at, Revision: 1},
		State:  outcome.Final, Kind: outcome.HarshBraking, Level: 2, StartedAt: at, DurationS: 3, PeakMS2: -4.38,
		Estimator: "speed_slope", RateHz: 1, SpeedKmh: p(47.7), Lat: p(40.01693), Lon: p(-3.5),
		TripID: outcome.ID(vehicle, "trip", at), Method: "performance/1",
	}
}

func aMonth(vehicle string, at outcome.Time) *outcome.Month {
	return &outcome.Month{
		Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month", at), VehicleID: vehicle, At: at, Revision: 7},
		State:  outcome.Amended, Month: "2026-09", DriverID: "4d", Trips: 2, WithheldTrips: 1, DistanceM: 2893, DurationS: 244,
		Score: p(70.7), Days: []outcome.Day{{Date: "2026-09-14", Trips: 2, DistanceM: 2893, DurationS: 244, Score: p(70.7)}},
		Method: "performance/12",
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRowsHoldWhatFactsSay(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		s := newStore(t, e)
		trip, event, month := aTrip("car", start), anEvent("car", start+1), aMonth("car", start+2)
		s.write(t, event, trip, month)
		for _, c := range []struct{ query, want string }{
			{`SELECT lower(hex(id)), vehicle_id, at, method_version, revision, state, held, ended_at, zone, toString(local_date) FROM trips`,
				fmt.Sprintf("%s|car|%d|1|1|final|0|%d|Europe/Madrid|2026-09-14", trip.ID, start, trip.EndedAt)},
			{`SELECT distance_m, distance_source, avg_speed_kmh, fuel_l, energy_kwh, ev_distance_m, ev_s, driver_id, account_id FROM trips`,
				"2893|odometer|42.7|0.174|NaN|0|NaN|4d|"},
			{`SELECT score, acceleration, constant_speed, low_confidence, harsh_braking, harsh_acceleration, harsh_cornering, partial FROM trips`,
				"70.7|91.2|NaN|1|1|0|3|0"},
			{`SELECT polyline, route_parts, receipt FROM trips`,
				trip.Route.Polyline + "|" + encoded(t, trip.Route.Parts) + "|" + encoded(t, trip.Receipt)},
			{`SELECT lower(hex(trip_id)), kind, level, started_at, peak_ms2, estimator, speed_kmh, lat, lon, method, method_version FROM events`,
				fmt.Sprintf("%s|harsh_braking|2|%d|-4.38|speed_slope|47.7|40.01693|-3.5|performance/1|1", event.TripID, start+1)},
			{`SELECT state, month, trips, withheld_trips, score, acceleration, days, method, method_version, revision FROM months`,
				"amended|2026-09|2|1|70.7|NaN|" + encoded(t, month.Days) + "|performance/12|12|7"},
		} {
			if got := s.one(t, c.query); got != c.want {
				t.Errorf("%s:\n%s, want\n%s", c.query, got, c.want)
			}
		}
	})
}

func TestAWithdrawnFactSaysNothing(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		s := newStore(t, e)
		trip, event, month := aTrip("car", start), anEvent("car", start), aMonth("car", start)
		trip.State, event.State, month.State = outcome.Withdrawn, outcome.Withdrawn, outcome.Withdrawn
		s.write(t, trip, event, month)
		for _, c := range []struct{ query, want string }{
			{`SELECT vehicle_id, at, method_version, revision, state FROM trips`, fmt.Sprintf("car|%d|1|1|withdrawn", start)},
			{`SELECT started_at, zone, toUInt16(local_date), distance_m, distance_source, fuel_l, driver_id, polyline, route_parts, receipt FROM trips`,
				"0||0|0||NaN||||"},
			{`SELECT hex(trip_id), kind, level, started_at, lat, estimator, method, method_version FROM events`,
				strings.Repeat("0", 32) + "||0|0|NaN|||1"},
			{`SELECT month, driver_id, trips, days, method, method_version FROM months`, "||0|||12"},
		} {
			if got := s.one(t, c.query); got != c.want {
				t.Errorf("%s:\n%s, want\n%s", c.query, got, c.want)
			}
		}
	})
}

func TestAHigherRevisionReplacesALowerOne(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		s := newStore(t, e)
		first, second := aTrip("car", start), aTrip("car", start)
		second.Revision, second.DistanceM = 2, 3000
		s.write(t, second)
		s.write(t, first)
		s.write(t, second)
		mustMerge(t, s.db, "trips")
		if got := s.one(t, "SELECT revision, distance_m FROM trips"); got != "2|3000" {
			t.Errorf("got %s", got)
		}
	})
}

// A server takes 100 partitions in one insert by default.
func TestABatchMaySpanDecades(t *testing.T) {
	clickhousetest.Each(t, func(t *testing.T, e clickhousetest.Engine) {
		s := newStore(t, e)
		var batch []outcome.Outcome
		for i := range 250 {
			batch = append(batch, anEvent("car", start-outcome.Time(i)*30*day), aTrip("car", start))
		}
		s.write(t, batch...)
		if got := s.one(t, "SELECT toUInt64(count()), toUInt64(uniqExact(id)) FROM events"); got != "250|250" {
			t.Errorf("got %s", got)
		}
	})
}

func TestOutcomesThatNoRowCanBeMadeOf(t *testing.T) {
	s := newStore(t, clickhousetest.Server(t))
	for name, bad := range map[string]outcome.Outcome{
		"is not 32 hex digi":   func() outcome.Outcome { o := aTrip("car", start); o.ID = strings.ToUpper(o.ID); return o }(),
		"vehicle_id is empt":   func() outcome.Outcome { o := aTrip("car", start); o.VehicleID = ""; return o }(),
		"distance_m: not a ":   func() outcome.Outcome { o := aTrip("car", start); o.DistanceM = math.Inf(1); return o }(),
		"fuel_l: not a fini":   func() outcome.Outcome { o := aTrip("car", start); o.FuelL = p(math.NaN()); return o }(),
		"receipt: not a fin":   func() outcome.Outcome { o := aTrip("car", start); o.Receipt.Inputs["x"] = math.NaN(); return o }(),
		"local_date: ":         func() outcome.Outcome { o := aTrip("car", start); o.LocalDate = "2026-02-30"; return o }(),
		"local_date: \"\" is ": func() outcome.Outcome { o := aTrip("car", start); o.LocalDate = ""; return o }(),
		"state: unknown val":   func() outcome.Outcome { o := aTrip("car", start); o.State = "draft"; return o }(),
		"kind: unknown valu":   func() outcome.Outcome { o := anEvent("car", start); o.Kind = "yawning"; return o }(),
		"level: 256 is not ":   func() outcome.Outcome { o := anEvent("car", start); o.Level = 256; return o }(),
		"trip_id: \"x\" is n":  func() outcome.Outcome { o := anEvent("car", start); o.TripID = "x"; return o }(),
		"at: ":                 func() outcome.Outcome { o := anEvent("car", math.MaxInt64); return o }(),
		"method is \"perf":     func() outcome.Outcome { o := anEvent("car", start); o.Method = "performance"; return o }(),
		"type is \"trip\"":     func() outcome.Outcome { o := anEvent("car", start); o.Type = outcome.TypeTrip; return o }(),
	} {
		t.Run(name, func(t *testing.T) {
			batch := []outcome.Outcome{aMonth("car", start)}
			for range chunkRows + 1 {
				batch = append(batch, aTrip("car", start), anEvent("car", start))
			}
			err := s.Write(t.Context(), append(batch, bad))
			var culprit *sinks.OutcomeError
			if !errors.As(err, &culprit) || culprit.Index != len(batch) || culprit.ID != bad.Head().ID || sinks.Retryable(err) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(culprit.Err.Error(), strings.TrimSpace(name)) {
				t.Errorf("got %v", culprit.Err)
			}
		})
	}
	s.write(t, aTrip("car", start)) // it still works
}

func TestAppendIDIsHexDecoding(t *testing.T) {
	id := outcome.ID("car", "trip", start)
	want, err := hex.DecodeString(id)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := appendID(nil, id); !ok || string(got) != string(want) {
		t.Errorf("got %x", got)
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	s := newStore(t, clickhousetest.Server(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, []outcome.Outcome{aTrip("car", start)}); !errors.Is(err, context.Canceled) || sinks.Retryable(err) {
		t.Errorf("got %v", err)
	}
}

// A batch of any size leaves no more behind than a usual one does.
func TestAHugeBatchGivesItsMemoryBack(t *testing.T) {
	g := newGroup(&events, Dialect{})
	e := anEvent("car", start)
	for _, c := range []struct {
		rows int
		kept bool
	}{{mostKept / 2, true}, {2 * mostKept, false}} {
		for i := range c.rows {
			if mine, err := g.take(i, e); !mine || err != nil {
				t.Fatal(mine, err)
			}
		}
		g.forget()
		if kept := cap(g.rows) > 0; kept != c.kept || len(g.rows) != 0 || len(g.index) != 0 {
			t.Errorf("after %d rows: %d and %d are kept", c.rows, cap(g.rows), cap(g.index))
		}
		if c.kept && g.rows[:1][0] != nil {
			t.Error("an outcome of the last batch is kept")
		}
	}
	s := scratch{texts: make([]string, 3)}
	s.texts[1] = "of a batch"
	s.json.out = make([]byte, maxKeptJSON+1)
	s.json.constants(map[string]float64{"a": 1})
	if s.forget(); s.texts[1] != "" || s.json.out != nil || s.json.constant.of != nil {
		t.Error("the scratch keeps what belongs to a batch")
	}
}
