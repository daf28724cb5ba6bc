package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
	"milepost/sinks/read"
)

type factorsCmd struct {
	reading `set:"vehicle_default=all of them"`
	Policy  string `placeholder:"ID" help:"Only those of this policy."`
	Product string `enum:",ubi,fhi,phi" default:"" help:"Only those of this product: ubi, fhi or phi."`
	Issued  bool   `help:"Only those that are issued: they do not change any more."`
	Limit   int    `default:"20" help:"How many factors (${default})."`
}

// Validate checks the flags.
func (c *factorsCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit is %d: must be at least 1", c.Limit)
	}
	return nil
}

// Run lists the factors of the latest periods.
func (c *factorsCmd) Run(ctx context.Context, out *terminal) error {
	which := read.FactorFilter{Vehicle: c.Vehicle, Policy: c.Policy, Product: outcome.Product(c.Product)}
	if c.Issued {
		which.Stage = outcome.FactorIssued
	}
	return c.withStore(ctx, out, func(store source) error {
		found, err := store.Factors(ctx, which, read.Key{}, c.Limit)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(out.Stdout, found)
		}
		if len(found) == 0 {
			return fmt.Errorf("%s holds no such factors: a vehicle has one where its profile has a policy of a table that is known, and the consent %s", store.where, outcome.ConsentInsurance)
		}
		return printFactors(out.Stdout, found)
	})
}

// printFactors prints a table of at most 80 columns, and why the factors are what they are.
func printFactors(w io.Writer, all []*outcome.Factor) error {
	const policyWidth, width, indent = 16, 79, shownDigits + 1
	t := newTable("From", "Id", "Policy", "For", "km", "Score", "Sure", "Factor", "Stage")
	for _, f := range all {
		t.AppendRow([]any{f.From, f.ID[:min(len(f.ID), shownDigits)], clip(f.PolicyID, policyWidth), f.Product,
			fmt.Sprintf("%.0f", f.Exposure.DistanceM/1000), shown("%.1f", f.Score), shown("%.2f", f.Credibility), shown("%.4f", f.Applied), f.Stage})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, f := range all {
		fmt.Fprintf(w, "%s %s\n", f.ID[:min(len(f.ID), shownDigits)],
			strings.ReplaceAll(softly(why(f), width-indent), "\n", "\n"+strings.Repeat(" ", indent)))
	}
	_, err := fmt.Fprintf(w, "\nScore: by the table, from the period's rates; not the mean of its trips' scores.\nSure: credibility, 0 to 1. Factor: of the part of the premium that depends on\ndriving; - where there are not enough data.\n%s\n", indicative)
	return err
}

// why names a factor's table and its reasons.
func why(f *outcome.Factor) string {
	reasons := slices.Clone(f.ReasonCodes)
	for i := range reasons {
		reasons[i] = strings.ReplaceAll(reasons[i], "_", " ")
	}
	if len(reasons) == 0 {
		reasons = []string{"nothing moved it"}
	}
	line := "by " + f.Table + ": " + strings.Join(reasons, ", ")
	for _, l := range f.LeftOut {
		line += fmt.Sprintf("; left out %s, %s", english.Plural(l.Trips, "trip", ""), strings.ReplaceAll(l.Reason, "_", " "))
	}
	return line
}

// shown writes a number that may be absent.
func shown(form string, v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(form, *v)
}
