package main

import (
	"strings"
	"testing"
	"time"

	"milepost/fixtures"
	"milepost/ingest/cars"
	"milepost/outcome"
	"milepost/replay"
	"milepost/replay/capture"
	"milepost/sinks/read"
	"milepost/telemetry"
)

func ptr(v float64) *float64 { return &v }

func TestTripsTable(t *testing.T) {
	start := time.Date(2026, time.October, 24, 22, 30, 0, 0, time.UTC)
	at := func(after time.Duration) outcome.Time { return outcome.Time(start.Add(after).UnixMicro()) }
	rows := []read.TripRow{
		{ID: "0123456789abcdef0123456789abcdef", VehicleID: "sim-000001", StartedAt: at(4 * time.Hour), Zone: "Europe/Madrid", DistanceM: 12_345, DurationS: 1260,
			Score: ptr(84.4), Counts: outcome.Counts{HarshBraking: 1, HarshCornering: 12}},
		{VehicleID: "a vehicle with a name that never ends", StartedAt: at(2 * time.Hour), Zone: "Europe/Madrid",
			DistanceM: 1_234_567, DurationS: 86_400, Score: ptr(100), Counts: outcome.Counts{HarshBraking: 123, HarshAcceleration: 123, HarshCornering: 123}},
		{ID: "fedcba9876543210fedcba9876543210", VehicleID: "sim-000002", StartedAt: at(0), Zone: "Europe/Madrid", DistanceM: 420, DurationS: 95, Score: ptr(7.6), LowConfidence: true, Partial: true},
		{VehicleID: "sim-000003", StartedAt: at(0), Zone: "Nowhere/Land", DistanceM: 0, DurationS: 60},
	}
	var out strings.Builder
	if err := printTrips(&out, rows); err != nil {
		t.Fatal(err)
	}
	golden(t, "trips", out.String())

	// Where limits are known the table still fits a terminal.
	rows[0].Speeding, rows[0].OverspeedM, rows[0].LimitKnownM = 3, ptr(1500), ptr(12_000)
	rows[1].Speeding, rows[1].OverspeedM, rows[1].LimitKnownM = 999, ptr(1_234_567), ptr(1_234_567)
	rows[3].OverspeedM, rows[3].LimitKnownM = ptr(0), ptr(400)
	out.Reset()
	if err := printTrips(&out, rows); err != nil {
		t.Fatal(err)
	}
	golden(t, "trips_limits", out.String())
}

func TestMonthChart(t *testing.T) {
	day := func(date string, km, score float64) outcome.Day {
		return outcome.Day{Date: date, Trips: 1, DistanceM: km * 1000, DurationS: 600, Score: &score}
	}
	months := []outcome.Month{
		{Header: outcome.Header{VehicleID: "sim-000001"}, Month: "2026-02", DriverID: "12", Trips: 5, DistanceM: 61_500, DurationS: 5400,
			Score: ptr(71.2), Days: []outcome.Day{day("2026-02-01", 10, 50), day("2026-02-02", 0.1, 100), day("2026-02-15", 40, 80),
				day("2026-02-28", 11.4, 3)}},
		{Header: outcome.Header{VehicleID: "sim-000001"}, Month: "2026-02", Trips: 2, WithheldTrips: 3, DistanceM: 30_000, DurationS: 1800,
			Days: []outcome.Day{day("2026-02-01", 30, 90), {Date: "2026-02-20", Trips: 1, DistanceM: 200, DurationS: 40}}},
	}
	var out strings.Builder
	if err := printMonth(&out, months); err != nil {
		t.Fatal(err)
	}
	golden(t, "month", out.String())
}

// A month in which nothing was driven still has its axes.
func TestMonthWithoutDays(t *testing.T) {
	var out strings.Builder
	months := []outcome.Month{{Header: outcome.Header{VehicleID: "sim-000001"}, Month: "2026-01", WithheldTrips: 2}}
	if err := printMonth(&out, months); err != nil {
		t.Fatal(err)
	}
	golden(t, "month_empty", out.String())
}

func TestDaysOfOneVehicleAddUpOverItsDrivers(t *testing.T) {
	months := []outcome.Month{
		{Days: []outcome.Day{{Date: "2026-09-03", DistanceM: 1000, Score: ptr(40)}}},
		{Days: []outcome.Day{{Date: "2026-09-03", DistanceM: 3000, Score: ptr(80)}, {Date: "2026-09-04", DistanceM: 500}}},
	}
	distances, scores := daily(months, 30)
	if *distances[2] != 4 || *scores[2] != 70 || *distances[3] != 0.5 || scores[3] != nil || distances[0] != nil {
		t.Errorf("got distances %v and scores %v", distances[:4], scores[:4])
	}
}

func TestRoundUp(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 0.3: 0.5, 1: 1, 1.1: 2, 20: 20, 21: 50, 51: 100, 999: 1000} {
		if got := roundUp(v); got != want {
			t.Errorf("roundUp(%v) = %v, want %v", v, got, want)
		}
	}
}

func TestReplaySummary(t *testing.T) {
	s := newSummary(replay.Summary{Counts: cars.Counts{Frames: 12_000, Samples: 1_234_567, CarSeconds: 12_000, Duplicates: 5}, Vehicles: 3, Trips: 42, Events: 7,
		Way:   replay.Way{Asked: 41, Driven: 512_340, Matched: 500_040, Estimated: 2_100},
		Drops: []telemetry.Drop{{What: "Vehicle.Speed", Reason: "out of range", Count: 1001}}}, 1500*time.Millisecond)
	s.addValues([]capture.Drop{{Column: "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", Reason: "out of range",
		Count: 2, FirstRow: 17}})
	var out strings.Builder
	if err := s.print(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary", out.String())
}

func TestStoppedReplaySummary(t *testing.T) {
	s := newSummary(replay.Summary{Counts: cars.Counts{Frames: 12, Samples: 300, CarSeconds: 12}, Vehicles: 1, Trips: 1}, 99*time.Millisecond)
	s.stopped = true
	var out strings.Builder
	if err := s.print(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary_stopped", out.String())
}

func TestOneIsNotPlural(t *testing.T) {
	m := outcome.Month{Trips: 1, DistanceM: 1000, DurationS: 360}
	if got, want := driverLine(&m), "  driver unknown: 1 trip, 1 km, 0.1 h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The longest that there can be still fits a terminal.
func TestWideMonth(t *testing.T) {
	months := []outcome.Month{{Header: outcome.Header{VehicleID: strings.Repeat("vehicle", 20)}, Month: "2026-09",
		DriverID: strings.Repeat("d", 40), Trips: 1234, WithheldTrips: 999, DistanceM: 123_456_000, DurationS: 744 * 3600, Score: ptr(100)}}
	var out strings.Builder
	if err := printMonth(&out, months); err != nil {
		t.Fatal(err)
	}
	golden(t, "month_wide", out.String())
}

func TestReplaySummaryOfNothing(t *testing.T) {
	var out strings.Builder
	if err := newSummary(replay.Summary{}, 0).print(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary_empty", out.String())
}

func TestStylesTable(t *testing.T) {
	results := []vehicleResult{
		{trips: []styledTrip{{fixtures.Calm, 10_000, ptr(90), 0, 500, 10_000}, {fixtures.Aggressive, 20_000, ptr(40), 5, 9000, 12_000}}},
		{trips: []styledTrip{{fixtures.Calm, 30_000, ptr(70), 1, 1500, 30_000}, {fixtures.Aggressive, 5000, nil, 0, 0, 0}}},
	}
	var out strings.Builder
	if err := printStyles(&out, results); err != nil {
		t.Fatal(err)
	}
	golden(t, "styles", out.String())
}
