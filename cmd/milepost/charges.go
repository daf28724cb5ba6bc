package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"milepost/outcome"
	"milepost/report"
	"milepost/sinks/read"
)

type chargesCmd struct {
	reading `set:"vehicle_default=all of them"`
	Since   moment `placeholder:"TIME" help:"Only those that began then or later: 2026-09-01, or 2026-09-01T12:00:00Z."`
	Until   moment `placeholder:"TIME" help:"Only those that began before."`
	Limit   int    `default:"20" help:"How many (${default})."`
}

// Validate checks the flags.
func (c *chargesCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit is %d: must be at least 1", c.Limit)
	}
	if !c.Until.IsZero() && !c.Until.After(c.Since.Time) {
		return errors.New("--until must be later than --since")
	}
	return nil
}

func (c *chargesCmd) filter() read.ChargeFilter {
	which := read.ChargeFilter{Vehicle: c.Vehicle}
	if !c.Since.IsZero() {
		which.From = outcome.Time(c.Since.UnixMicro())
	}
	if !c.Until.IsZero() {
		which.To = outcome.Time(c.Until.UnixMicro())
	}
	return which
}

// Run lists the latest charging sessions. That there are none is no failure: not every car
// has a plug.
func (c *chargesCmd) Run(ctx context.Context, out *terminal) error {
	return c.withStore(ctx, out, func(store source) error {
		all, err := store.Charges(ctx, c.filter(), read.Key{}, c.Limit)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(out.Stdout, all)
		}
		if len(all) == 0 {
			_, err := fmt.Fprintf(out.Stdout, "%s holds no such charging sessions\n", store.where)
			return err
		}
		return printCharges(out.Stdout, all)
	})
}

// printCharges prints a table of at most 80 columns.
func printCharges(w io.Writer, all []*outcome.Charge) error {
	const vehicleWidth = 10
	t := newTable("Began (local)", "Charge", "Vehicle", "h:min", "kWh", "by", "Battery", "Peak")
	partial := false
	for _, c := range all {
		mark := " "
		if c.Partial {
			mark, partial = "*", true
		}
		t.AppendRow([]any{localTime(c.StartedAt, c.Zone), c.ID[:min(len(c.ID), shownDigits)], clip(report.Plain(c.VehicleID), vehicleWidth), hourMinute(c.ChargingS),
			shown("%.2f", c.EnergyKwh), chargeSource(c.EnergySource), socs(c), shown("%.1f", c.PeakKw) + mark})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	note := "\nBattery: its charge at the start and at the end. Peak: kW."
	if partial {
		note += "\n* partial: a part was not observed, or not shared."
	}
	_, err := fmt.Fprintln(w, note)
	return err
}

// socs are the states of charge of a session.
func socs(c *outcome.Charge) string {
	if c.SoCFromPct == nil || c.SoCToPct == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f-%.0f %%", *c.SoCFromPct, *c.SoCToPct)
}

// hourMinute writes a time of charging, s.
func hourMinute(s float64) string {
	minutes := int(s+30) / 60
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

func chargeSource(s outcome.EnergySource) string {
	switch s {
	case outcome.EnergyByCounter:
		return "counter"
	case outcome.EnergyByPower:
		return "power"
	case outcome.EnergyByCurrentVoltage:
		return "current"
	}
	return "-"
}
