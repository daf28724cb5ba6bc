package sqlite_test

import (
	"fmt"
	"testing"

	"milepost/outcome"
	"milepost/sinks/read"
)

// facts makes n outcomes as a fleet would: of ten, two trips with a route, seven
// events and a month.
func facts(n, round int) []outcome.Outcome {
	out := make([]outcome.Outcome, 0, n)
	for i := 0; len(out) < n; i++ {
		vehicle := fmt.Sprintf("car-%d-%d", round, i)
		trip := newTrip(vehicle, "08:00:00", 0)
		for range 300 {
			trip.Route.Polyline += "eDwB"
		}
		out = append(out, trip, newTrip(vehicle, "18:00:00", 0), newMonth(vehicle, "", "2026-09", 0))
		for e := range 7 {
			out = append(out, newEvent(trip, e))
		}
	}
	return out[:n]
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			s := openStore(b, storePath(b))
			b.ReportAllocs()
			for round := 0; b.Loop(); round++ {
				b.StopTimer()
				batch := facts(size, round)
				b.StartTimer()
				write(b, s, batch...)
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "outcomes/s")
		})
	}
}

func BenchmarkLatestTrips(b *testing.B) {
	s := openStore(b, storePath(b))
	for vehicle := range 200 {
		var batch []outcome.Outcome
		for i := range 100 {
			batch = append(batch, newTrip(fmt.Sprint("car-", vehicle), fmt.Sprintf("%02d:%02d:00", 6+i/60, i%60), 0))
		}
		write(b, s, batch...)
	}
	for i := 0; b.Loop(); i++ {
		rows, err := s.Trips(b.Context(), fmt.Sprint("car-", i%200), read.Key{}, 50)
		if err != nil || len(rows) != 50 {
			b.Fatal(len(rows), err)
		}
	}
}
