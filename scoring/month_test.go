package scoring

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/state"
)

// drawTrip makes a trip of a random day, of a vehicle that tells all, some or nothing.
func drawTrip(t *rapid.T) *outcome.Trip {
	tenths := func(name string, most int) float64 { return float64(rapid.IntRange(0, most).Draw(t, name)) / 10 }
	maybe := func(name string, least, most int) *float64 {
		if rapid.IntRange(0, 2).Draw(t, name+" is told") == 0 {
			return nil
		}
		v := float64(rapid.IntRange(least, most).Draw(t, name)) / 1000
		return &v
	}
	trip := &outcome.Trip{
		LocalDate: rapid.SampledFrom([]string{"2026-09-01", "2026-09-02", "2026-09-17", "2026-09-30"}).Draw(t, "date"),
		DistanceM: tenths("decimetres", 5_000_000), DurationS: float64(rapid.IntRange(0, 20_000_000).Draw(t, "ms")) / 1000,
		DrivingS: tenths("driving", 100_000), IdleS: tenths("idle", 10_000), NightS: float64(rapid.IntRange(0, 9000).Draw(t, "night")),
		HighwayM: maybe("highway", 0, 9e8), HighwayS: maybe("highway time", 0, 9e6), OverspeedM: maybe("overspeed", 0, 9e8),
		OverspeedS: maybe("overspeed time", 0, 9e6), FuelL: maybe("fuel", 0, 90_000), EnergyKwh: maybe("energy", -9000, 90_000),
		RegeneratedKwh: maybe("regenerated", 0, 9000), EVDistanceM: maybe("ev", 0, 9e8), EVS: maybe("ev time", 0, 9e6),
		Countries: rapid.SliceOfN(rapid.SampledFrom([]string{"ES", "PT", "FR"}), 0, 3).Draw(t, "countries"),
		Scores: outcome.Scores{Performance: &outcome.Performance{Score: tenths("score", 1000), Acceleration: tenths("acc", 1000),
			Braking: tenths("brake", 1000), ConstantSpeed: maybe("steady", 0, 100_000)}},
	}
	if limit := maybe("limit", 0, 9e8); limit != nil {
		trip.Speeding = &outcome.Speeding{LimitKnownM: *limit}
	}
	trip.Coaching = drawCoaching(t, maybe)
	return trip
}

func drawCoaching(t *rapid.T, maybe func(string, int, int) *float64) *outcome.Coaching {
	c := &outcome.Coaching{}
	if rapid.Bool().Draw(t, "hybrid") {
		m := outcome.Modes{Source: rapid.SampledFrom([]outcome.ModeSource{outcome.ModesByDemand, outcome.ModesByIndicator}).Draw(t, "modes by")}
		for _, v := range modes(&m) {
			*v = float64(rapid.IntRange(0, 900_000).Draw(t, "mode")) / 10
		}
		c.Modes = &m
	}
	if rapid.Bool().Draw(t, "advised") {
		c.Advice = &outcome.Advice{Cause: rapid.SampledFrom(causesByRank[:]).Draw(t, "cause"), SavesL: maybe("litres", 0, 2000), SavesKwh: maybe("kWh", 0, 5000)}
	}
	return c
}

func put(m *Month, t *outcome.Trip, sign int64) {
	s := ShareOf(t)
	m.Add(t.LocalDate, &s, sign)
}

func monthOf(trips []*outcome.Trip) outcome.Month {
	m := Month{Name: "2026-09"}
	for _, t := range trips {
		put(&m, t, 1)
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
			put(&m, wrong, 1)
			put(&m, trips[i], 1)
			put(&m, wrong, -1)
		}
		var got outcome.Month
		m.Fill(&got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("month (-recomputed +kept):\n%s", diff)
		}
		checkMean(t, trips, got)
	})
}

// checkMean compares the month's scores and totals with sums in plain floats.
func checkMean(t *rapid.T, trips []*outcome.Trip, got outcome.Month) {
	var sum, way, steady, steadyWay, fuel float64
	countries, told := map[string]bool{}, false
	for _, tr := range trips {
		p := tr.Scores.Performance
		sum, way = sum+p.Score*tr.DistanceM, way+tr.DistanceM
		if p.ConstantSpeed != nil {
			steady, steadyWay = steady+math.Floor(*p.ConstantSpeed*10+0.5)/10*tr.DistanceM, steadyWay+tr.DistanceM
		}
		if tr.FuelL != nil {
			fuel, told = fuel+*tr.FuelL, true
		}
		for _, c := range tr.Countries {
			countries[c] = true
		}
	}
	near := func(name string, got *float64, sum, weight, by float64) {
		if (got == nil) != (weight == 0) || got != nil && math.Abs(*got-sum/weight) > by {
			t.Fatalf("%s is %v, of plain sums %g over %g", name, got, sum, weight)
		}
	}
	near("score", got.Score, sum, way, 0.0501)
	near("constant speed", got.ConstantSpeed, steady, steadyWay, 0.0501)
	if told {
		near("fuel", got.FuelL, fuel, 1, 1e-9)
	} else if got.FuelL != nil {
		t.Fatalf("fuel is %g and no trip tells it", *got.FuelL)
	}
	if want := slices.Sorted(maps.Keys(countries)); !slices.Equal(got.Countries, want) {
		t.Fatalf("countries %v, want %v", got.Countries, want)
	}
}

// A month is recomputed from its outcome alone, also once that was written and read.
func TestMonthFromReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := monthOf(rapid.SliceOfN(rapid.Custom(drawTrip), 0, 9).Draw(t, "trips"))
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var read, bare outcome.Month
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		bare.Inputs, bare.Method, bare.Month, bare.Days = read.Inputs, read.Method, read.Month, read.Days
		got, err := MonthFromReceipt(&bare)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(read, got); diff != "" {
			t.Fatalf("(-month +recomputed):\n%s", diff)
		}
	})
}

func TestMonthFromReceiptRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*outcome.Month)
		want   string
	}{
		"another method":  {func(m *outcome.Month) { m.Method = "performance/0" }, `of method "performance/0"`},
		"a missing input": {func(m *outcome.Month) { delete(m.Inputs, "trips") }, `no input "trips"`},
		"a fraction":      {func(m *outcome.Month) { m.Inputs["distance_dm"] = 0.5 }, `"distance_dm" is no whole number`},
		"another input":   {func(m *outcome.Month) { m.Inputs["weather"] = 1 }, "1 of its inputs are none"},
	} {
		m := monthOf([]*outcome.Trip{{LocalDate: "2026-09-01", DistanceM: 100}})
		c.change(&m)
		if _, err := MonthFromReceipt(&m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// The advice of a month is what would have saved most energy, fuel and electric together.
func TestMonthsAdvice(t *testing.T) {
	tip := func(cause outcome.Cause, l, kwh float64) *outcome.Trip {
		a := &outcome.Advice{Cause: cause}
		if l > 0 {
			a.SavesL = &l
		}
		if kwh > 0 {
			a.SavesKwh = &kwh
		}
		return &outcome.Trip{LocalDate: "2026-09-01", DistanceM: 1000, Coaching: &outcome.Coaching{Advice: a}}
	}
	for name, c := range map[string]struct {
		trips []*outcome.Trip
		want  outcome.Cause
	}{
		"no tips":               {[]*outcome.Trip{{LocalDate: "2026-09-01"}}, ""},
		"two small, one large":  {[]*outcome.Trip{tip(outcome.CauseBraking, 0.1, 0), tip(outcome.CauseBraking, 0.1, 0), tip(outcome.CauseSpeed, 0.3, 0)}, outcome.CauseSpeed},
		"two that sum to more":  {[]*outcome.Trip{tip(outcome.CauseBraking, 0.2, 0), tip(outcome.CauseBraking, 0.2, 0), tip(outcome.CauseSpeed, 0.3, 0)}, outcome.CauseBraking},
		"fuel against battery":  {[]*outcome.Trip{tip(outcome.CauseEV, 0.1, 0), tip(outcome.CauseSpeed, 0, 0.8)}, outcome.CauseEV},
		"safety, told oftenest": {[]*outcome.Trip{tip(outcome.CauseBraking, 0, 0), tip(outcome.CauseCornering, 0, 0), tip(outcome.CauseCornering, 0, 0)}, outcome.CauseCornering},
	} {
		if m := monthOf(c.trips); m.Advice != c.want || m.Days[0].Advice != c.want {
			t.Errorf("%s: advice %q and of its day %q, want %q", name, m.Advice, m.Days[0].Advice, c.want)
		}
	}
}

// What is written of a month is read the same, in few bytes.
func TestMonthState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Month{Name: "2026-09", Driver: 77, Withheld: 2}
		for _, trip := range rapid.SliceOfN(rapid.Custom(drawTrip), 0, 12).Draw(t, "trips") {
			put(&m, trip, 1)
		}
		if rapid.Bool().Draw(t, "settles") {
			var before, after outcome.Month
			m.Fill(&before)
			m.Settle(rapid.SampledFrom([]string{"2026-09-02", "2026-09-18", "2026-10-01"}).Draw(t, "before"))
			m.Fill(&after)
			if diff := cmp.Diff(before, after); diff != "" {
				t.Fatalf("settled (-before +after):\n%s", diff)
			}
		}
		w := state.NewWriter(nil)
		m.State(w, 4)
		b, err := w.Done()
		if err != nil {
			t.Fatal(err)
		}
		var got Month
		r := state.NewReader(b)
		got.State(r, 4)
		if _, err := r.Done(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
}
