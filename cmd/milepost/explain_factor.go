package main

import (
	"context"
	"fmt"
	"strings"

	"milepost/outcome"
	"milepost/scoring/insurance"
)

type explainFactorCmd struct{ explaining }

// Run explains a factor.
func (c *explainFactorCmd) Run(ctx context.Context, out *terminal) error {
	return c.run(ctx, out, outcome.TypeFactor, func(_ context.Context, _ source, o outcome.Outcome) (*explanation, error) {
		return explainFactor(o.(*outcome.Factor))
	})
}

func explainFactor(o *outcome.Factor) (*explanation, error) {
	e := &explanation{title: fmt.Sprintf("Factor %s (%s, %s), revision %d\nPolicy %s, table %s\nFrom %s to before %s",
		o.ID, o.Product, o.Stage, o.Revision, clip(o.PolicyID, 32), o.Table, o.From, o.To)}
	e.sections = append(e.sections, factorSection(o))
	for i := range o.Components {
		e.sections = append(e.sections, componentSection(&o.Components[i]))
	}
	if o.Electric != nil {
		e.sections = append(e.sections, electricSection(o.Electric))
	}
	terms, err := leaves(o.Receipt.Terms)
	if err != nil {
		return nil, err
	}
	e.sections = append(e.sections, leftOutSection(o), section{title: "Inputs: sums of the period", lines: numbers(o.Receipt.Inputs)},
		section{title: "Terms: the table as it was read", lines: leafLines(terms)})
	again, err := insurance.FromReceipt(o)
	return e, e.compare("factor", "the receipt", o.Method, factorFigures(o), factorFigures(&again), err)
}

func factorSection(o *outcome.Factor) section {
	s := section{title: "The factor"}
	if !o.Enough {
		s.note = "Not enough data: " + strings.Join(o.ReasonCodes, ", ") + "."
	} else {
		s.note = "Moved by: " + strings.Join(o.ReasonCodes, ", ") + "."
	}
	for _, l := range [...]struct {
		name  string
		value *float64
	}{{"score", o.Score}, {"credibility", o.Credibility}, {"factor", o.Factor}, {"adjustment", o.Adjustment}, {"applied", o.Applied}} {
		if l.value != nil {
			s.lines = append(s.lines, explainLine{l.name, shownNumber(*l.value), meaningOf("factor." + l.name)})
		}
	}
	return s
}

func componentSection(c *outcome.Component) section {
	s := section{title: "Component " + c.Name + " (" + c.Unit + ")", lines: []explainLine{{"exposure_m", shownNumber(c.ExposureM), meaningOf("component.exposure_m")}}}
	for _, l := range [...]struct {
		name  string
		value *float64
	}{{"rate", c.Rate}, {"credible_rate", c.CredibleRate}, {"credibility", c.Credibility}, {"score", c.Score}, {"weight", &c.Weight}} {
		if l.value != nil {
			s.lines = append(s.lines, explainLine{l.name, shownNumber(*l.value), meaningOf("component." + l.name)})
		}
	}
	return s
}

// electricSection says what a discount for electric driving follows from.
func electricSection(e *outcome.Electric) section {
	s := section{title: "Safety and electric driving"}
	for _, l := range [...]struct {
		name  string
		value *float64
	}{{"ev_share", e.EVShare}, {"expected_ev_share", e.ExpectedEVShare}, {"safety_part", e.SafetyPart}, {"electric_part", e.ElectricPart}} {
		if l.value != nil {
			s.lines = append(s.lines, explainLine{l.name, shownNumber(*l.value), meaningOf("electric." + l.name)})
		}
	}
	return s
}

func leftOutSection(o *outcome.Factor) section {
	s := section{title: "Left out", note: "Nothing was left out."}
	for _, l := range o.LeftOut {
		s.note = ""
		s.lines = append(s.lines, explainLine{l.Reason, fmt.Sprintf("%d trips", l.Trips), fmt.Sprintf("%.1f km, %.1f h", l.DistanceM/1000, l.DrivingS/3600)})
	}
	return s
}

// leafLines makes lines of plain values by their paths.
func leafLines(in map[string]any) (lines []explainLine) {
	for name, v := range in {
		lines = append(lines, explainLine{name: name, value: shownLeaf(v)})
	}
	sortLines(lines)
	return lines
}

// factorFigures is what follows from a factor's receipt: not whose it is, of when and how
// far it got.
func factorFigures(o *outcome.Factor) outcome.Factor {
	f := *o
	f.Header, f.Receipt, f.LeftOut = outcome.Header{}, outcome.FactorReceipt{}, nil
	f.PolicyID, f.From, f.To, f.State, f.Stage, f.EndedBy = "", "", "", "", "", ""
	return f
}
