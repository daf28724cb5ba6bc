package insurance_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
	"milepost/state"
)

// table is a default of the product.
func table(t testing.TB, p outcome.Product) *tables.Table {
	t.Helper()
	found, ok := tables.Defaults().Find("", p)
	if !ok {
		t.Fatalf("no default table of %s", p)
	}
	return found
}

// year is a policy year of a plug-in hybrid, 12,000 km long.
func year() *insurance.Period {
	return &insurance.Period{
		Sums: insurance.Share{Trips: 900, Distance: 120_000_000, Driving: 950_000_000, Night: 20_000_000,
			Observed: 118_000_000, Lateral: 118_000_000, Brakings: 210, Accelerations: 330, Corner: 120,
			LimitKnown: 90_000_000, Over: [3]int64{9_000_000, 1_500_000, 200_000},
			Mapped: 120_000_000, Highway: 40_000_000, EngineKnown: 120_000_000, Electric: 55_000_000},
		Days: 280, ChargingDays: 110, ElectricRangeKm: 60,
	}
}

// Creeping on the motor does not buy unsafe driving: with all of the way electric, and a
// score below 50, a hybrid's discount is nothing.
func TestUnsafeCreepingEarnsNothing(t *testing.T) {
	for _, product := range []outcome.Product{outcome.ProductFHI, outcome.ProductPHI} {
		p := year()
		p.Sums.Electric, p.ChargingDays = p.Sums.EngineKnown, p.Days
		safe := insurance.Compute(p, table(t, product))
		if *safe.Electric.ElectricPart != 1 || *safe.Factor != 0.8 {
			t.Errorf("%s: driven safely, part %v, factor %v", product, *safe.Electric.ElectricPart, *safe.Factor)
		}
		p.Sums.Brakings, p.Sums.Accelerations, p.Sums.Over = 2000, 1500, [3]int64{9_000_000, 9_000_000, 9_000_000}
		unsafe := insurance.Compute(p, table(t, product))
		if *unsafe.Score >= 50 || *unsafe.Electric.ElectricPart != 1 || *unsafe.Electric.SafetyPart != 0 || *unsafe.Factor != 1 {
			t.Errorf("%s: score %v, electric part %v, safety part %v, factor %v", product, *unsafe.Score,
				*unsafe.Electric.ElectricPart, *unsafe.Electric.SafetyPart, *unsafe.Factor)
		}
		if unsafe.ReasonCodes[0] != "safety_lacks" {
			t.Errorf("%s: reasons %v", product, unsafe.ReasonCodes)
		}
	}
}

// What cannot be told gives its weight to the others, and a reason says so.
func TestUnknownComponents(t *testing.T) {
	p := year()
	p.Sums.LimitKnown, p.Sums.Over, p.Sums.Lateral, p.Sums.Corner = 499_999, [3]int64{}, 0, 0
	f := insurance.Compute(p, table(t, outcome.ProductUBI))
	weights := map[string]float64{}
	for _, c := range f.Components {
		weights[c.Name] = c.Weight
	}
	if diff := cmp.Diff(map[string]float64{"speeding": 0, "braking": 0.666667, "cornering": 0, "acceleration": 0.333333}, weights); diff != "" {
		t.Errorf("weights (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"braking_better", "acceleration_better", "speeding_unknown", "cornering_unknown"}, f.ReasonCodes); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if *f.Score != 81.7 { // (2 x 84.3 + 76.5) / 3
		t.Errorf("score %v", *f.Score)
	}
	p.ElectricRangeKm, p.Sums.EngineKnown, p.Sums.Electric = 0, 0, 0
	phi := insurance.Compute(p, table(t, outcome.ProductPHI))
	if *phi.Electric.ElectricPart != 0.5857 || phi.Electric.EVShare != nil { // (110/280 - 0.1) / 0.5
		t.Errorf("by charging days alone: %v", *phi.Electric.ElectricPart)
	}
	fhi := insurance.Compute(p, table(t, outcome.ProductFHI))
	if fhi.Electric.ElectricPart != nil || *fhi.Factor != 1 || fhi.ReasonCodes[len(fhi.ReasonCodes)-1] != "ev_share_unknown" {
		t.Errorf("FHI of nothing known: factor %v, %v", *fhi.Factor, fhi.ReasonCodes)
	}
}

func TestNotEnoughData(t *testing.T) {
	p := &insurance.Period{Sums: insurance.Share{Trips: 3, Distance: 999_999, Observed: 999_999, Lateral: 999_999}, Days: 2}
	f := insurance.Compute(p, table(t, outcome.ProductUBI))
	if f.Enough || f.Factor != nil || f.Applied != nil || !cmp.Equal(f.ReasonCodes, []string{"distance_too_short"}) {
		t.Errorf("99.9999 km: %v %v", f.Factor, f.ReasonCodes)
	}
	p.Sums.Distance, p.Sums.Observed, p.Sums.Lateral = 1_000_000, 0, 0
	if f = insurance.Compute(p, table(t, outcome.ProductUBI)); f.Enough || !cmp.Equal(f.ReasonCodes, []string{"nothing_observed"}) {
		t.Errorf("100 km of which nothing is known: %v %v", f.Factor, f.ReasonCodes)
	}
	p.Sums.Observed = 1_000_000
	if f = insurance.Compute(p, table(t, outcome.ProductUBI)); !f.Enough {
		t.Errorf("100 km: %v", f.ReasonCodes)
	}
}

// An adjustment is added within the bounds.
func TestAdjustments(t *testing.T) {
	p := year()
	plain := insurance.Compute(p, table(t, outcome.ProductUBI))
	p.Earlier = []outcome.Adjustment{{From: "2024-05-01", To: "2025-05-01", Issued: 0.9, Recomputed: 0.91}, {From: "2025-05-01", To: "2026-05-01", Issued: 0.9, Recomputed: 0.92}}
	f := insurance.Compute(p, table(t, outcome.ProductUBI))
	if *f.Adjustment != 0.03 || *f.Factor != *plain.Factor || math.Abs(*f.Applied-*f.Factor-0.03) > 1e-9 || f.ReasonCodes[0] != "adjusted_up" {
		t.Errorf("adjustment %v, applied %v of %v, %v", *f.Adjustment, *f.Applied, *f.Factor, f.ReasonCodes)
	}
	p.Earlier[1].Recomputed = 1.2
	if f = insurance.Compute(p, table(t, outcome.ProductUBI)); *f.Applied != 1 || !slices.Contains(f.ReasonCodes, "bounded") {
		t.Errorf("beyond the bound: applied %v, %v", *f.Applied, f.ReasonCodes)
	}
}

// An insurer's receipt holds what its table weighs and nothing else.
func TestReceiptHoldsWhatIsWeighed(t *testing.T) {
	f := insurance.Compute(year(), table(t, outcome.ProductUBI))
	want := []string{"cornering_observed_m", "days", "distance_m", "driving_s", "limit_known_m", "observed_m", "over_0_m", "over_10_m",
		"over_20_m", "trips", "weighted_accel_events", "weighted_braking_events", "weighted_cornering_events"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(f.Receipt.Inputs))); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

func TestReceiptsThatAreRefused(t *testing.T) {
	f := insurance.Compute(year(), table(t, outcome.ProductUBI))
	other := f
	other.Method = "insurance/2"
	if _, err := insurance.FromReceipt(&other); err == nil {
		t.Error("another method's receipt was taken")
	}
	other = f
	other.Receipt.Inputs = maps.Clone(f.Receipt.Inputs)
	delete(other.Receipt.Inputs, "over_20_m")
	if _, err := insurance.FromReceipt(&other); err == nil || !strings.Contains(err.Error(), "over_20_m") {
		t.Errorf("a receipt without an input: %v", err)
	}
	other = f
	other.Receipt.Terms = map[string]any{"table": "x/1"}
	if _, err := insurance.FromReceipt(&other); err == nil {
		t.Error("terms that are no table were taken")
	}
}

func TestShareOfATrip(t *testing.T) {
	m := func(v float64) *float64 { return &v }
	trip := &outcome.Trip{DistanceM: 12345.6, DrivingS: 900.5, NightS: 60, HighwayM: m(5000), EVDistanceM: m(13000),
		Speeding: &outcome.Speeding{LimitKnownM: 12000, Over0M: 100.04, Over10M: 20, Over20M: 3},
		Receipt: outcome.Receipt{Tracks: []outcome.TrackSpan{{Track: "position", Samples: 10}}, Inputs: map[string]float64{
			"judged_distance_m": 12000.06, "weighted_braking_events": 4, "weighted_accel_events": 2, "weighted_cornering_events": 3}}}
	want := insurance.Share{Trips: 1, Distance: 123456, Driving: 900500, Night: 60000, Observed: 120001, Lateral: 120001, Brakings: 4, Accelerations: 2, Corner: 3,
		LimitKnown: 120000, Over: [3]int64{1000, 200, 30}, Mapped: 123456, Highway: 50000, EngineKnown: 123456, Electric: 123456}
	if diff := cmp.Diff(want, insurance.ShareOf(trip)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	trip.Receipt.Tracks[0].Track = "speed" // no corner can be seen
	trip.HighwayM, trip.EVDistanceM, trip.Speeding = nil, nil, nil
	want.Lateral, want.Corner, want.LimitKnown, want.Over, want.Mapped, want.Highway, want.EngineKnown, want.Electric = 0, 0, 0, [3]int64{}, 0, 0, 0, 0
	if diff := cmp.Diff(want, insurance.ShareOf(trip)); diff != "" {
		t.Errorf("without limits, map, engine and course (-want +got):\n%s", diff)
	}
	if got := insurance.ShareOf(&outcome.Trip{DistanceM: math.NaN(), DrivingS: math.Inf(1)}); got.Distance != 0 || got.Driving <= 0 {
		t.Errorf("of a trip that is none: %+v", got)
	}
}

// What is written into a vehicle's state is read again, in few bytes.
func TestShareState(t *testing.T) {
	for _, want := range []insurance.Share{{}, year().Sums, {Trips: -1, Distance: math.MinInt64, Electric: math.MaxInt64}} {
		w := state.NewWriter(nil)
		want.State(w)
		b, err := w.Done()
		if err != nil {
			t.Fatal(err)
		}
		var got insurance.Share
		r := state.NewReader(b)
		got.State(r)
		if _, err := r.Done(); err != nil || got != want {
			t.Errorf("read %+v, %v; want %+v", got, err, want)
		}
		if want == year().Sums && len(b) > 60 {
			t.Errorf("a year takes %d bytes", len(b))
		}
	}
}

// BenchmarkCompute is what a trip's close pays for the factor of its period.
func BenchmarkCompute(b *testing.B) {
	p, table := year(), table(b, outcome.ProductPHI)
	b.ReportAllocs()
	for b.Loop() {
		insurance.Compute(p, table)
	}
}
