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

// printCharges prints two lines for each: its id, which other commands ask for, is as long
// as half a terminal's line.
func printCharges(w io.Writer, all []*outcome.Charge) error {
	const first, second = "%-20s %-24s %10s %10s %-12s\n", "  %-34s %9s  %-16s %s\n"
	fmt.Fprintf(w, first+second, "Began (UTC)", "Vehicle", "Charged", "kWh", "Charge, %", "Id", "Peak, kW", "Energy by", "")
	for _, c := range all {
		partial := ""
		if c.Partial {
			partial = "partial"
		}
		if _, err := fmt.Fprintf(w, first+second, c.StartedAt.Std().Format("2006-01-02 15:04:05"), clip(report.Plain(c.VehicleID), 24),
			hourMinute(c.ChargingS), shown("%.2f", c.EnergyKwh), shown("%.0f", c.SoCFromPct)+" to "+shown("%.0f", c.SoCToPct),
			c.ID, shown("%.1f", c.PeakKw), chargeSource(c.EnergySource), partial); err != nil {
			return err
		}
	}
	return nil
}

// hourMinute writes a time of charging, s.
func hourMinute(s float64) string {
	minutes := int(s+30) / 60
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}

func chargeSource(s outcome.EnergySource) string {
	switch s {
	case outcome.EnergyByCounter:
		return "counter"
	case outcome.EnergyByPower:
		return "power"
	case outcome.EnergyByCurrentVoltage:
		return "current, voltage"
	}
	return "-"
}
