package insurance_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
)

// drawTable draws a table that can be read: any weights, rates, curves and tiers.
func drawTable(t *rapid.T) *tables.Table {
	product := rapid.SampledFrom([]string{"ubi", "fhi", "phi"}).Draw(t, "product")
	terms := map[string]any{"table": "drawn/1", "method": "insurance/1", "product": product,
		"period":  rapid.SampledFrom([]string{"year", "quarter", "month"}).Draw(t, "period"),
		"minimum": map[string]any{"distance_km": float64(rapid.IntRange(0, 200).Draw(t, "least"))}, "surcharges": true,
		"bounds": map[string]any{"lowest": 0.5, "highest": 1.5}, "components": drawComponents(t)}
	if product == "ubi" {
		terms["factor"] = drawSteps(t, "score", "factor", 100, func(i, n int) float64 { return 1.5 - float64(i)/float64(n) })
	} else {
		terms["discount"] = drawDiscount(t, product)
	}
	table, err := tables.FromTerms(terms)
	if err != nil {
		t.Fatalf("the drawn table is refused: %v", err)
	}
	return table
}

func drawComponents(t *rapid.T) (all []any) {
	names := []string{tables.Speeding, tables.Braking, tables.Cornering, tables.Acceleration, tables.Night, tables.RoadType}
	parts, sum := make([]int, len(names)), 0
	for i := range names {
		parts[i] = rapid.IntRange(0, 10).Draw(t, "part")
		sum += parts[i]
	}
	parts[0], sum = parts[0]+1, sum+1
	for i, name := range names {
		number := func(most int, of string) float64 { return float64(rapid.IntRange(0, most).Draw(t, of)) }
		c := map[string]any{"name": name, "weight": float64(parts[i]) / float64(sum), "prior_rate": number(20, "prior"), "prior_km": number(300, "prior km"),
			"reference_rate": 0.5 + number(100, "reference"), "least_km": number(80, "least km")}
		if name == tables.Speeding {
			low := number(3, "band")
			c["bands"] = map[string]any{"over_0": low, "over_10": low + 1, "over_20": low + 2}
		}
		all = append(all, c)
	}
	return all
}

// drawSteps draws a curve or tiers of n steps with the worth of each.
func drawSteps(t *rapid.T, x, y string, top float64, worth func(i, n int) float64) map[string]any {
	n := rapid.IntRange(1, 5).Draw(t, "steps")
	var list []any
	tiers := rapid.Bool().Draw(t, "tiers")
	for i := range n {
		from, to := top*float64(i)/float64(n), top*float64(i+1)/float64(n)
		if tiers {
			list = append(list, map[string]any{"from": from, "to": to, y: worth(i, n)})
		} else {
			list = append(list, map[string]any{x: from, y: worth(i, n)})
		}
	}
	if tiers {
		return map[string]any{"tiers": list}
	}
	return map[string]any{"curve": list}
}

func drawDiscount(t *rapid.T, product string) map[string]any {
	rises := func(i, n int) float64 { return float64(i) / float64(n) }
	d := map[string]any{"most": float64(rapid.IntRange(0, 50).Draw(t, "most")) / 100, "safety": drawSteps(t, "score", "part", 100, rises)}
	if product == "fhi" {
		d["ev_share"] = drawSteps(t, "ev_share", "part", 1, rises)
		return d
	}
	w := float64(rapid.IntRange(0, 10).Draw(t, "weight")) / 10
	expected := drawSteps(t, "share_of_expected", "part", 2, rises)
	expected["utility_distance_km"], expected["weight"] = 2200.0, w
	charging := drawSteps(t, "charging_days_per_driving_day", "part", 1, rises)
	charging["weight"] = 1 - w
	d["expected_share"], d["charging"] = expected, charging
	return d
}

// drawPeriod draws sums that trips can have; each part may be unknown.
func drawPeriod(t *rapid.T) *insurance.Period {
	km := func(of string, most int64) int64 { return rapid.Int64Range(0, most).Draw(t, of) }
	some := func(of string, most int64) int64 {
		if rapid.Bool().Draw(t, of+" known") {
			return km(of, most)
		}
		return 0
	}
	s := insurance.Share{Trips: 1 + km("trips", 2000), Distance: km("distance", 400_000_000)}
	s.Driving = s.Distance * 6
	s.Night = km("night", s.Driving)
	s.Observed = km("observed", s.Distance)
	s.Lateral = some("lateral", s.Observed)
	s.Brakings, s.Accelerations, s.Corner = km("brakings", 900), km("accelerations", 900), km("corners", 900)
	s.LimitKnown = some("limits", s.Distance)
	for i := range s.Over {
		s.Over[i] = km("over", s.LimitKnown/3)
	}
	s.Mapped = some("mapped", s.Distance)
	s.Highway = km("highway", s.Mapped)
	s.EngineKnown = some("engine", s.Distance)
	s.Electric = km("electric", s.EngineKnown)
	days := int(km("days", 366))
	return &insurance.Period{Sums: s, Days: days, ChargingDays: int(km("charging", 366)), ElectricRangeKm: float64(some("range", 120))}
}

func drawAdjustments(t *rapid.T) (all []outcome.Adjustment) {
	for range rapid.IntRange(0, 3).Draw(t, "adjustments") {
		all = append(all, outcome.Adjustment{From: "2026-01-01", To: "2027-01-01",
			Issued: 0.5 + float64(rapid.IntRange(0, 10000).Draw(t, "issued"))/10000, Recomputed: 0.5 + float64(rapid.IntRange(0, 10000).Draw(t, "recomputed"))/10000})
	}
	return all
}

// A factor that was stored as JSON is what its receipt alone gives, whatever the table and
// the sums; and what is applied stays within the bounds.
func TestReceiptGivesTheFactor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, table := drawPeriod(t), drawTable(t)
		p.Earlier = drawAdjustments(t)
		f := insurance.Compute(p, table)
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var stored outcome.Factor
		if err := json.Unmarshal(b, &stored); err != nil {
			t.Fatal(err)
		}
		bare := outcome.Factor{Method: stored.Method, Receipt: stored.Receipt}
		again, err := insurance.FromReceipt(&bare)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, again); diff != "" {
			t.Fatalf("(-computed +recomputed):\n%s", diff)
		}
		within(t, &f, table)
	})
}

func within(t *rapid.T, f *outcome.Factor, table *tables.Table) {
	if f.Enough != (f.Factor != nil) || f.Enough != (f.Applied != nil) || f.Enough != (f.Score != nil) {
		t.Fatalf("enough %v, factor %v, applied %v, score %v", f.Enough, f.Factor, f.Applied, f.Score)
	}
	if !f.Enough {
		if len(f.ReasonCodes) == 0 {
			t.Fatal("no reason why there is no factor")
		}
		return
	}
	for _, v := range []float64{*f.Factor, *f.Applied} {
		if !(v >= table.Bounds.Lowest && v <= table.Bounds.Highest) {
			t.Fatalf("%v is outside of %v", v, table.Bounds)
		}
	}
	weights := 0.0
	for _, c := range f.Components {
		weights += c.Weight
		if (c.Score == nil) != (c.Weight == 0) && c.Score == nil {
			t.Fatalf("%s counts and has no score", c.Name)
		}
	}
	if math.Abs(weights-1) > 1e-5 || *f.Score < 0 || *f.Score > 100 || *f.Credibility < 0 || *f.Credibility > 1 {
		t.Fatalf("weights %v, score %v, credibility %v", weights, *f.Score, *f.Credibility)
	}
}

// One event more, or a harsher one, or a metre faster, never lowers the factor.
func TestHarsherNeverLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, table := drawPeriod(t), drawTable(t)
		before := insurance.Compute(p, table)
		s := &p.Sums
		more := rapid.Int64Range(1, 300).Draw(t, "more")
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			s.Brakings += more
		case 1:
			s.Accelerations += more
		case 2:
			s.Corner += more
		case 3:
			s.Over[0] += more * s.LimitKnown / 3000
		case 4: // what was a little too fast is much too fast
			moved := rapid.Int64Range(0, s.Over[0]).Draw(t, "moved")
			s.Over[0], s.Over[2] = s.Over[0]-moved, s.Over[2]+moved
		case 5:
			s.Night = min(s.Night+more*s.Driving/3000, s.Driving)
		}
		after := insurance.Compute(p, table)
		if before.Enough && *after.Factor < *before.Factor {
			t.Fatalf("%v after %v", *after.Factor, *before.Factor)
		}
		for i, c := range before.Components {
			if now := after.Components[i]; c.Score != nil && (*now.Score > *c.Score || *now.CredibleRate < *c.CredibleRate) {
				t.Fatalf("%s: score %v after %v, rate %v after %v", c.Name, *now.Score, *c.Score, *now.CredibleRate, *c.CredibleRate)
			}
		}
	})
}

// More safe distance, in which all can be told that could be told before, never raises the
// factor: by day, on a motorway, on the motor.
func TestSafeDistanceNeverRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, table := drawPeriod(t), drawTable(t)
		before := insurance.Compute(p, table)
		s, more := &p.Sums, rapid.Int64Range(0, 100_000_000).Draw(t, "more")
		s.Trips++
		s.Distance, s.Driving, s.Observed = s.Distance+more, s.Driving+6*more, s.Observed+more
		for _, known := range []*int64{&s.Lateral, &s.LimitKnown, &s.Mapped, &s.EngineKnown} {
			if *known > 0 {
				*known += more
			}
		}
		if s.Mapped > 0 {
			s.Highway += more
		}
		if s.EngineKnown > 0 {
			s.Electric += more
		}
		after := insurance.Compute(p, table)
		if before.Enough && told(before) == told(after) && *after.Factor > *before.Factor {
			t.Fatalf("%v after %v", *after.Factor, *before.Factor)
		}
		for i, c := range before.Components {
			if now := after.Components[i]; c.Score != nil && (*now.Score < *c.Score || *now.CredibleRate > *c.CredibleRate) {
				t.Fatalf("%s: score %v after %v, rate %v after %v", c.Name, *now.Score, *c.Score, *now.CredibleRate, *c.CredibleRate)
			}
		}
	})
}

// told counts the components that count.
func told(f outcome.Factor) (n int) {
	for _, c := range f.Components {
		if c.Score != nil {
			n++
		}
	}
	return n
}

// Shares sum to the same in any order, and leave nothing when they are taken out.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var shares []insurance.Share
		var sum insurance.Share
		for range rapid.IntRange(1, 8).Draw(t, "trips") {
			shares = append(shares, drawPeriod(t).Sums)
			sum.Add(shares[len(shares)-1], 1)
		}
		var other insurance.Share
		order := rapid.Permutation(shares).Draw(t, "order")
		other.Add(order[0], 1)
		for _, s := range order {
			other.Add(s, 1)
		}
		other.Add(order[0], -1)
		if other != sum {
			t.Fatalf("%+v, want %+v", other, sum)
		}
		for _, s := range shares {
			sum.Add(s, -1)
		}
		if sum != (insurance.Share{}) {
			t.Fatalf("%+v is left of nothing", sum)
		}
	})
}
