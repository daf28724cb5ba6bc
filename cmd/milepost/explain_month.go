package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
	"milepost/scoring"
	"milepost/sinks/read"
)

type explainMonthCmd struct{ explaining }

// Run explains a month.
func (c *explainMonthCmd) Run(ctx context.Context, out *terminal) error {
	return c.run(ctx, out, outcome.TypeMonth, func(ctx context.Context, store source, o outcome.Outcome) (*explanation, error) {
		return explainMonth(ctx, store, o.(*outcome.Month))
	})
}

func explainMonth(ctx context.Context, store source, o *outcome.Month) (*explanation, error) {
	e := &explanation{title: fmt.Sprintf("Month %s (%s) of %s, revision %d", o.ID, o.Month, clip(o.VehicleID, 20), o.Revision)}
	e.sections = []section{{title: "Inputs: sums over its trips", lines: numbers(o.Inputs),
		note: "Scores are weighted by distance: _tenths_dm are tenths of a point times 0.1 m; _trips counts the trips that tell something."}}
	again, err := scoring.MonthFromReceipt(o)
	if err := e.compare("month", "its inputs", o.Method, monthFigures(o), monthFigures(&again), err); err != nil {
		return nil, err
	}
	const whole = "month and days"
	if o.Method != scoring.Method {
		e.cannot(whole, "the trips of the store", o.Method, fmt.Sprintf("months are summed by %q now", scoring.Method))
		return e, nil
	}
	fromTrips, n, err := monthOfTrips(ctx, store, o)
	if err != nil {
		return nil, err
	}
	from := english.Plural(n, "trip", "") + " of the store"
	if n < o.Trips {
		e.cannot(whole, from, o.Method, fmt.Sprintf("the month is of %d", o.Trips))
		return e, nil
	}
	return e, e.compare(whole, from, o.Method, wholeMonth(o), wholeMonth(fromTrips), nil)
}

// monthFigures is what follows from a month's inputs.
func monthFigures(o *outcome.Month) outcome.Month {
	m := *o
	m.Days, m.Inputs, m.WithheldTrips = nil, nil, 0
	m.Header = outcome.Header{}
	return m
}

// wholeMonth is what follows from a month's trips.
func wholeMonth(o *outcome.Month) outcome.Month {
	m := monthFigures(o)
	m.Days, m.Inputs = o.Days, o.Inputs
	return m
}

// monthOfTrips computes a month anew of the trips that the store holds, so many.
func monthOfTrips(ctx context.Context, store source, o *outcome.Month) (*outcome.Month, int, error) {
	// A local month is within a day of UTC's, and an amendment may have moved a start, but
	// not its time in the store, by as much as a trip is long.
	from, to := o.At.Std().AddDate(0, 0, -3), o.At.Std().AddDate(0, 1, 3)
	m, n := scoring.Month{Name: o.Month, Withheld: o.WithheldTrips}, 0
	err := store.Outcomes(ctx, read.Range{Vehicle: o.VehicleID, From: outcome.Time(from.UnixMicro()), To: outcome.Time(to.UnixMicro())}, func(x outcome.Outcome) error {
		if t, ok := x.(*outcome.Trip); ok && t.DriverID == o.DriverID && strings.HasPrefix(t.LocalDate, o.Month) {
			share := scoring.ShareOf(t)
			m.Add(t.LocalDate, &share, 1)
			n++
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read the trips of month %s: %w", o.Month, err)
	}
	again := &outcome.Month{State: o.State, DriverID: o.DriverID}
	m.Fill(again)
	return again, n, nil
}

// sortLines puts lines in the order of their names.
func sortLines(lines []explainLine) {
	slices.SortFunc(lines, func(a, b explainLine) int { return strings.Compare(a.name, b.name) })
}
