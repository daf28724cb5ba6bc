package scoring

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
)

// drawTrip makes a trip of a random day with scores of one decimal.
func drawTrip(t *rapid.T) *outcome.Trip {
	score := func(name string) float64 { return float64(rapid.IntRange(0, 1000).Draw(t, name)) / 10 }
	return &outcome.Trip{
		LocalDate: rapid.SampledFrom([]string{"2026-09-01", "2026-09-02", "2026-09-17", "2026-09-30"}).Draw(t, "date"),
		DistanceM: float64(rapid.IntRange(0, 5_000_000).Draw(t, "decimetres")) / 10,
		DurationS: float64(rapid.IntRange(0, 20_000_000).Draw(t, "ms")) / 1000,
		Scores:    outcome.Scores{Performance: &outcome.Performance{Score: score("score"), Acceleration: score("acc"), Braking: score("brake")}},
	}
}

func monthOf(trips []*outcome.Trip) outcome.Month {
	m := Month{Name: "2026-09"}
	for _, t := range trips {
		m.Add(t.LocalDate, ShareOf(t), 1)
	}
	var o outcome.Month
	m.Fill(&o)
	return o
}

func TestMonthEqualsARecomputationFromItsTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trips := rapid.SliceOfN(rapid.Custom(drawTrip), 1, 40).Draw(t, "trips")
		want := monthOf(trips)
		// Any order, with trips put in, taken out and amended on the way.
		m := Month{Name: "2026-09"}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for _, i := range r.Perm(len(trips)) {
			wrong := drawTrip(t)
			m.Add(wrong.LocalDate, ShareOf(wrong), 1)
			m.Add(trips[i].LocalDate, ShareOf(trips[i]), 1)
			m.Add(wrong.LocalDate, ShareOf(wrong), -1)
		}
		var got outcome.Month
		m.Fill(&got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("month (-recomputed +kept):\n%s", diff)
		}
		checkMean(t, trips, got)
	})
}

// checkMean compares the month's score with the weighted mean in plain floats.
func checkMean(t *rapid.T, trips []*outcome.Trip, got outcome.Month) {
	var sum, way float64
	for _, tr := range trips {
		sum += tr.Scores.Performance.Score * tr.DistanceM
		way += tr.DistanceM
	}
	if way == 0 {
		if got.Score != nil {
			t.Fatalf("score %v without distance", *got.Score)
		}
		return
	}
	if math.Abs(*got.Score-sum/way) > 0.0501 {
		t.Fatalf("score %.1f, weighted mean %.3f", *got.Score, sum/way)
	}
}
