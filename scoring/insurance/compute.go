package insurance

import (
	"fmt"
	"maps"
	"slices"

	"milepost/outcome"
	"milepost/scoring/tables"
)

// Compute gives a period's factor by a table: product, table, method, exposure, what was
// left out, everything that is computed, and the receipt. Identity, dates and stage are the
// caller's.
func Compute(p *Period, t *tables.Table) outcome.Factor {
	f := outcome.Factor{
		LeftOut: p.LeftOut,
		Receipt: outcome.FactorReceipt{Inputs: p.inputs(t), Terms: t.Terms(), Adjustments: p.Earlier},
	}
	fill(&f, t)
	return f
}

// FromReceipt computes a factor again from its receipt alone; what its receipt does not
// tell (identity, dates, stage, what was left out) is taken over. It refuses receipts of
// another method version, and those that lack an input or whose terms are no table.
func FromReceipt(f *outcome.Factor) (outcome.Factor, error) {
	if f.Method != Method {
		return outcome.Factor{}, fmt.Errorf("recompute factor: receipt of method %q, this is %q", f.Method, Method)
	}
	t, err := tables.FromTerms(f.Receipt.Terms)
	if err != nil {
		return outcome.Factor{}, fmt.Errorf("recompute factor: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys((&Period{}).inputs(t))) {
		if _, ok := f.Receipt.Inputs[name]; !ok {
			return outcome.Factor{}, fmt.Errorf("recompute factor: the receipt has no input %q", name)
		}
	}
	again := outcome.Factor{Header: f.Header, State: f.State, Stage: f.Stage, PolicyID: f.PolicyID, From: f.From, To: f.To,
		EndedBy: f.EndedBy, LeftOut: f.LeftOut, Receipt: f.Receipt}
	fill(&again, t)
	return again, nil
}

// fill computes a factor from its receipt's inputs and the table of its terms.
func fill(f *outcome.Factor, t *tables.Table) {
	in := f.Receipt.Inputs
	f.Product, f.Table, f.Method = t.Product, t.Name, Method
	f.Exposure = outcome.Exposure{Trips: int(in["trips"]), Days: int(in["days"]), DistanceM: in["distance_m"], DrivingS: in["driving_s"]}
	f.Components = components(t, in)
	f.Electric = electric(t, in)
	f.Adjustment = adjustment(f.Receipt.Adjustments)
	f.ReasonCodes = lacks(f, t)
	if f.Enough = len(f.ReasonCodes) == 0; !f.Enough {
		return
	}
	score, _ := total(f.Components)
	credibility := leastCredible(f.Components)
	f.Score, f.Credibility = &score, &credibility
	terms := terms{t, f.Components, score, f.Electric}
	terms.parts()
	factor := terms.factor()
	f.Factor = &factor
	applied := apply(factor, f.Adjustment, t.Bounds)
	f.Applied = &applied
	f.ReasonCodes = reasons(f, terms)
}

// adjustment sums what later data changed of earlier periods; nil where nothing did.
func adjustment(earlier []outcome.Adjustment) *float64 {
	if len(earlier) == 0 {
		return nil
	}
	sum := 0.0
	for _, a := range earlier {
		sum += a.Recomputed - a.Issued
	}
	sum = round(sum, 4)
	return &sum
}

// apply adds an adjustment to a factor, within the bounds.
func apply(factor float64, adjustment *float64, b tables.Bounds) float64 {
	if adjustment != nil {
		factor += *adjustment
	}
	return round(min(max(factor, b.Lowest), b.Highest), 4)
}

// leastCredible is the least credibility of what counts.
func leastCredible(all []outcome.Component) float64 {
	least := 1.0
	for _, c := range all {
		if c.Credibility != nil && c.Weight > 0 {
			least = min(least, *c.Credibility)
		}
	}
	return least
}
