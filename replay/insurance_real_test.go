package replay_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"milepost/outcome"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
)

// pooled is the default factor of trips as if they were one driver's whole period.
func pooled(t *testing.T, trips []*outcome.Trip) outcome.Factor {
	t.Helper()
	table, ok := tables.Defaults().Find("", outcome.ProductUBI)
	if !ok {
		t.Fatal("no default table")
	}
	p := insurance.Period{Days: len(trips)}
	for _, o := range trips {
		p.Sums.Add(insurance.ShareOf(o), 1)
	}
	f := insurance.Compute(&p, table)
	rates := map[string]float64{}
	for _, c := range f.Components {
		if c.Rate != nil {
			rates[c.Name] = *c.Rate
		}
	}
	over := p.Sums.Over
	t.Logf("  %d trips, %.0f km; over by up to 10, 20 %%, more: %.1f, %.1f, %.1f %% of %.0f km", p.Sums.Trips, f.Exposure.DistanceM/1000,
		10*float64(over[0])/float64(max(p.Sums.LimitKnown, 1))*10, 10*float64(over[1])/float64(max(p.Sums.LimitKnown, 1))*10,
		10*float64(over[2])/float64(max(p.Sums.LimitKnown, 1))*10, float64(p.Sums.LimitKnown)/10000)
	for _, name := range slices.Sorted(maps.Keys(rates)) {
		t.Logf("  %-12s %.2f", name, rates[name])
	}
	if f.Score != nil {
		t.Logf("  score %.1f, factor %.4f, credibility %.2f", *f.Score, *f.Factor, *f.Credibility)
	}
	return f
}

// Recorded drives' rates are what the default table's references were chosen beside; who
// was told to drive aggressively pays more than who was not.
func TestInsuranceOfRecordedDrives(t *testing.T) {
	dir, trips, _ := recorded(t, "uah")
	byStyle := map[string][]*outcome.Trip{}
	for _, d := range uahDrives(t, dir) {
		if o := oneTrip(t, trips, d); o != nil {
			style := strings.TrimRight(strings.Split(d.name, "-")[3], "12")
			byStyle[style] = append(byStyle[style], o)
		}
	}
	factor := map[string]float64{}
	for _, style := range slices.Sorted(maps.Keys(byStyle)) {
		t.Logf("UAH, %s", style)
		if f := pooled(t, byStyle[style]); f.Factor != nil {
			factor[style] = *f.Factor
		}
	}
	if !(factor["AGGRESSIVE"] > factor["NORMAL"]) || !(factor["AGGRESSIVE"] > factor["DROWSY"]) {
		t.Errorf("factors by style: %v", factor)
	}
	for _, set := range []string{"curitiba", "twizy", "omaha"} {
		_, trips, _ := recorded(t, set)
		slices.SortFunc(trips, func(a, b *outcome.Trip) int { return cmp.Compare(a.StartedAt, b.StartedAt) })
		t.Log(set)
		pooled(t, trips)
	}
}
