package read_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/sqlite"
)

// TestScaleOfSQLite prints how long one client's reads take with so many vehicles in a
// file, 1008 trips each (MILEPOST_SCALE_SQLITE_VEHICLES=1000: 1 M trips, 5 GB). With
// MILEPOST_SCALE_SQLITE_FILE the file stays, and is there the next time.
func TestScaleOfSQLite(t *testing.T) {
	vehicles, err := strconv.Atoi(os.Getenv("MILEPOST_SCALE_SQLITE_VEHICLES"))
	if err != nil {
		t.Skip("MILEPOST_SCALE_SQLITE_VEHICLES is not set")
	}
	path := os.Getenv("MILEPOST_SCALE_SQLITE_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "scale.db")
	}
	_, missing := os.Stat(path)
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := newFleet(vehicles, true)
	begun := time.Now()
	for before := 11; before >= 0 && missing != nil; before-- {
		for part := range f.parts {
			if err := s.Write(t.Context(), f.outcomes(f.month(before), part)); err != nil {
				t.Fatal(err)
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%d trips after %v, %.1f MB\n", f.trips(), time.Since(begun).Round(time.Second), float64(info.Size())/1e6)
	printReads(t, s.Model, f, nil)
}

// outcomes makes what a part of a month has of the fleet, in the order in which it is
// driven.
func (f fleet) outcomes(month time.Time, part int) []outcome.Outcome {
	var batch []outcome.Outcome
	length := 28 * 24 * time.Hour / time.Duration(f.parts)
	for k := range tripsAPart {
		for v := range f.vehicles {
			vehicle := f.vehicle(v)
			start := month.Add(time.Duration(part)*length + time.Duration(k)*length/tripsAPart + time.Duration(v%3600)*time.Second)
			trip := madeTrip(vehicle, outcome.Time(start.UnixMicro()), v*7+k*13+part)
			batch = append(batch, trip, madeEvent(trip, v*31+k*7+part*3))
		}
	}
	if part > 0 {
		return batch
	}
	for v := range f.vehicles {
		batch = append(batch, madeMonth(f.vehicle(v), month))
	}
	return batch
}

func madeTrip(vehicle string, at outcome.Time, x int) *outcome.Trip {
	score := float64(x % 100)
	t := &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: 1},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 1_200_000_000, Zone: "Europe/Madrid", LocalDate: at.Std().Format(time.DateOnly),
		DistanceM: float64(x % 40_000), DistanceSource: "odometer", DurationS: 1200, DrivingS: 1000, IdleS: 200, MaxSpeedKmh: 87.3, AvgSpeedKmh: 31.4,
		AccountID: "account-" + vehicle, DriverID: "d",
		Route:   &outcome.Route{Polyline: strings.Repeat("eDwB"+strconv.Itoa(x%97), 100), Parts: []outcome.RoutePart{{To: 240, Source: "raw"}}},
		Scores:  outcome.Scores{Performance: &outcome.Performance{Score: score, Acceleration: score, Braking: score}},
		Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{}, Thresholds: map[string]float64{}, Distances: map[string]float64{}},
	}
	for i := range 25 {
		t.Receipt.Thresholds["a_threshold_of_the_method_"+strconv.Itoa(i)] = float64(i) / 8
	}
	for i := range 9 {
		t.Receipt.Inputs["an_input_of_the_score_"+strconv.Itoa(i)] = float64(x) / float64(i+3)
	}
	for _, track := range []string{"speed", "position", "energy"} {
		t.Receipt.Tracks = append(t.Receipt.Tracks, outcome.TrackSpan{Track: track, From: at, To: at + 1_200_000_000, Samples: 1200, RateHz: 10})
	}
	return t
}

func madeEvent(trip *outcome.Trip, x int) *outcome.Event {
	at, lat, lon := trip.At+60_000_000, 36+float64(x*7919%7000)/1000, -9+float64(x*104729%12_000)/1000
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(trip.VehicleID, "harsh_braking", at), VehicleID: trip.VehicleID, At: at, Revision: 1},
		State:  outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: at, DurationS: 1, PeakMS2: -3.5, Estimator: "speed_slope", RateHz: 10,
		Lat: &lat, Lon: &lon, TripID: trip.ID, Method: "performance/1",
	}
}

func madeMonth(vehicle string, month time.Time) *outcome.Month {
	at := outcome.Time(month.UnixMicro())
	m := &outcome.Month{
		Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month", at), VehicleID: vehicle, At: at, Revision: 1},
		State:  outcome.Final, Month: month.Format("2006-01"), DriverID: "d", Trips: 84, DistanceM: 1e6, DurationS: 1e5, Method: "performance/1",
	}
	for d := range 28 {
		m.Days = append(m.Days, outcome.Day{Date: month.AddDate(0, 0, d).Format(time.DateOnly), Trips: 3, DistanceM: 30_000, DurationS: 3600})
	}
	return m
}
