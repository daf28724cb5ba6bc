package insurance_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
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

func TestFactors(t *testing.T) {
	for _, p := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		f := insurance.Compute(year(), table(t, p))
		b, err := json.MarshalIndent(f, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		var stored outcome.Factor
		if err := json.Unmarshal(b, &stored); err != nil {
			t.Fatal(err)
		}
		again, err := insurance.FromReceipt(&stored)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, again); diff != "" {
			t.Errorf("%s: from its receipt alone (-computed +recomputed):\n%s", p, diff)
		}
		t.Logf("%s", b)
	}
}
