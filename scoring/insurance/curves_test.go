package insurance

import (
	"flag"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/dev/curves"
	"milepost/outcome"
	"milepost/scoring/tables"
)

var update = flag.Bool("update", false, "draw the pictures of docs/method anew")

// The pictures of docs/method/insurance.md, from the default tables and the code.
func TestInsuranceCurves(t *testing.T) {
	find := func(p outcome.Product) *tables.Table {
		table, ok := tables.Defaults().Find("", p)
		if !ok {
			t.Fatalf("no default table of %s", p)
		}
		return table
	}
	ubi, fhi, phi := find(outcome.ProductUBI), find(outcome.ProductFHI).Discount, find(outcome.ProductPHI).Discount
	part, score := curves.Axis{Label: "part", To: 1, Step: 0.25}, curves.Axis{Label: "score", To: 100, Step: 10}
	curves.Check(t, "../../docs/method/insurance.svg", &curves.Picture{Charts: []curves.Chart{
		rateToScore(),
		{
			Title: "UBI: from score to factor", X: score, Y: curves.Axis{Label: "factor", From: 0.8, To: 1.05, Step: 0.05},
			Lines: []curves.Line{{Name: ubi.Name, Of: ubi.Factor.At}}, Marks: []curves.Mark{{X: 75, Y: ubi.Factor.At(75), Text: "the median driver", Left: true}},
		},
		shrinkage(&ubi.Components[1]),
		credibility(ubi),
		{
			Title: "FHI and PHI: what safety earns", X: score, Y: part,
			Lines: []curves.Line{{Name: "safety part", Of: fhi.Safety.At}},
		},
		{
			Title: "FHI: what the electric share earns", X: curves.Axis{Label: "electric share of the distance", To: 1, Step: 0.1}, Y: part,
			Lines: []curves.Line{{Name: "electric part", Of: fhi.EVShare.At}},
		},
		{
			Title: "PHI: what its two ways earn", X: curves.Axis{Label: "share of the expected, or charging days a driving day", To: 1.2, Step: 0.2}, Y: part,
			Lines: []curves.Line{
				{Name: "electric share over the utility factor", Of: phi.Expected.Steps.At},
				{Name: "charging days a driving day", Of: phi.Charging.Steps.At, Dashed: true},
			},
		},
		utility(),
	}}, *update)
}

func rateToScore() curves.Chart {
	c := tables.Component{Name: tables.Braking, ReferenceRate: 1}
	return curves.Chart{
		Title: "From rate to score", X: curves.Axis{Label: "credible rate, as a multiple of the reference", To: 5, Step: 1}, Y: curves.Axis{Label: "component, points", To: 100, Step: 25},
		Lines: []curves.Line{{Name: "100 · 0.75^(rate / reference)", Of: func(x float64) float64 {
			return *component(&c, map[string]float64{"observed_m": 1e8, "weighted_braking_events": 1000 * x}).Score
		}}},
		Marks: []curves.Mark{{X: 1, Y: 75, Text: "the reference: 75"}},
	}
}

// shrinkage draws what a rate counts as after some distance.
func shrinkage(c *tables.Component) curves.Chart {
	chart := curves.Chart{Title: "Braking: from observed to credible rate", X: curves.Axis{Label: "observed distance, km", To: 500, Step: 100},
		Y: curves.Axis{Label: "events per 100 km", To: 10, Step: 2}}
	for _, rate := range []float64{9, 3, 0} {
		chart.Lines = append(chart.Lines, curves.Line{Name: fmt.Sprintf("%g per 100 km observed", rate), Of: func(km float64) float64 {
			if km == 0 {
				return c.PriorRate
			}
			return *component(c, map[string]float64{"observed_m": km * 1000, "weighted_braking_events": rate * km / 100}).CredibleRate
		}})
	}
	return chart
}

func credibility(table *tables.Table) curves.Chart {
	chart := curves.Chart{Title: "Credibility", X: curves.Axis{Label: "exposure, km", To: 1000, Step: 200}, Y: curves.Axis{Label: "weight of the driver's own rate", To: 1, Step: 0.25}}
	for _, c := range table.Components[:2] {
		chart.Lines = append(chart.Lines, curves.Line{Name: fmt.Sprintf("%s: prior of %g km", c.Name, c.PriorKm), Of: func(km float64) float64 { return km / (km + c.PriorKm) }})
	}
	return chart
}

func utility() curves.Chart {
	chart := curves.Chart{Title: "The European utility factor", X: curves.Axis{Label: "electric range, km", To: 150, Step: 25}, Y: curves.Axis{Label: "expected electric share", To: 1, Step: 0.25}}
	for _, normal := range []float64{tables.UtilityKm2017, tables.UtilityKm2025, tables.UtilityKm2027} {
		chart.Lines = append(chart.Lines, curves.Line{Name: fmt.Sprintf("d_n %g km", normal), Of: func(km float64) float64 { return tables.UtilityFactor(km, normal) }})
	}
	return chart
}

// The worked example of docs/method/insurance.md, number by number.
func TestWorkedExample(t *testing.T) {
	find := func(p outcome.Product) *tables.Table {
		table, _ := tables.Defaults().Find("", p)
		return table
	}
	p := &Period{
		Sums: Share{Trips: 640, Distance: 80_000_000, Driving: 640_000_000, Observed: 78_000_000, Lateral: 78_000_000,
			Brakings: 195, Accelerations: 156, Corner: 78, LimitKnown: 50_000_000, Over: [3]int64{6_000_000, 1_500_000, 400_000},
			EngineKnown: 80_000_000, Electric: 26_000_000},
		Days: 250, ChargingDays: 100, ElectricRangeKm: 60,
	}
	f := Compute(p, find(outcome.ProductUBI))
	want := []struct{ rate, credible, credibility, score float64 }{{7.8, 7.8824, 0.9804, 82.8}, {2.5, 2.5021, 0.9958, 78.7}, {1, 1.0084, 0.9958, 90.8}, {2, 2.0042, 0.9958, 82.5}}
	for i, c := range f.Components {
		if w := want[i]; *c.Rate != w.rate || *c.CredibleRate != w.credible || *c.Credibility != w.credibility || *c.Score != w.score {
			t.Errorf("%s: rate %v, credible %v, credibility %v, score %v", c.Name, *c.Rate, *c.CredibleRate, *c.Credibility, *c.Score)
		}
	}
	if *f.Score != 83.1 || *f.Factor != 0.9007 || *f.Credibility != 0.9804 {
		t.Errorf("UBI: score %v, factor %v, credibility %v", *f.Score, *f.Factor, *f.Credibility)
	}
	if diff := cmp.Diff([]string{"cornering_better", "speeding_better", "braking_better", "acceleration_better"}, f.ReasonCodes); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	f = Compute(p, find(outcome.ProductFHI))
	if e := f.Electric; *e.EVShare != 0.325 || *e.SafetyPart != 1 || *e.ElectricPart != 0.0833 || *f.Factor != 0.9833 {
		t.Errorf("FHI: %v of the way, parts %v and %v, factor %v", *e.EVShare, *e.SafetyPart, *e.ElectricPart, *f.Factor)
	}
	f = Compute(p, find(outcome.ProductPHI))
	if e := f.Electric; *e.ExpectedEVShare != 0.4919 || *e.ElectricPart != 0.4328 || *f.Factor != 0.9134 {
		t.Errorf("PHI: expected %v, part %v, factor %v", *e.ExpectedEVShare, *e.ElectricPart, *f.Factor)
	}
}
