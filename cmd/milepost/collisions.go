package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"milepost/outcome"
	"milepost/report"
	"milepost/sinks/read"
)

type collisionsCmd struct {
	reading `set:"vehicle_default=all of them"`
	Since   moment `placeholder:"TIME" help:"Only those of then or later: 2026-09-01, or 2026-09-01T12:00:00Z."`
	Until   moment `placeholder:"TIME" help:"Only those before."`
	Least   string `default:"possible" enum:"possible,probable,confirmed" help:"Only those as sure as this, or surer: ${enum}."`
	Limit   int    `default:"20" help:"How many (${default})."`
}

// Validate checks the flags.
func (c *collisionsCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit is %d: must be at least 1", c.Limit)
	}
	if !c.Until.IsZero() && !c.Until.After(c.Since.Time) {
		return errors.New("--until must be later than --since")
	}
	return nil
}

func (c *collisionsCmd) filter() read.CollisionFilter {
	which := read.CollisionFilter{Vehicle: c.Vehicle, Least: outcome.Confidence(c.Least)}
	if !c.Since.IsZero() {
		which.From = outcome.Time(c.Since.UnixMicro())
	}
	if !c.Until.IsZero() {
		which.To = outcome.Time(c.Until.UnixMicro())
	}
	return which
}

// Run lists the latest collisions. That there are none is good news, no failure.
func (c *collisionsCmd) Run(ctx context.Context, out *terminal) error {
	return c.withStore(ctx, out, func(store source) error {
		rows, err := store.Collisions(ctx, c.filter(), read.Key{}, c.Limit)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(out.Stdout, rows)
		}
		if len(rows) == 0 {
			_, err := fmt.Fprintf(out.Stdout, "%s holds no such collisions\n", store.where)
			return err
		}
		answers, err := store.Answers(ctx, rows)
		if err != nil {
			return err
		}
		return printCollisions(out.Stdout, rows, answers)
	})
}

// printCollisions prints two lines for each: its id, which other commands ask for, is
// as long as half a terminal's line.
func printCollisions(w io.Writer, rows []read.CollisionRow, answers map[string]outcome.Answer) error {
	const first, second = "%-20s %-24s %-10s %-9s %10s\n", "  %-34s %-16s %s\n"
	fmt.Fprintf(w, first+second, "Time zero (UTC)", "Vehicle", "How sure", "Severity", "Delta-V", "Id", "Force", "The driver says")
	for i := range rows {
		r := &rows[i]
		if _, err := fmt.Fprintf(w, first+second, r.At.Std().Format("2006-01-02 15:04:05"), clip(report.Plain(r.VehicleID), 24),
			r.Confidence, r.Severity, rowDeltaV(r), r.ID, rowForce(r), rowAnswer(answers[r.ID])); err != nil {
			return err
		}
	}
	return nil
}

func rowDeltaV(r *read.CollisionRow) string {
	switch {
	case r.DeltaVKmh == nil:
		return "-"
	case r.SensorSaturated:
		return fmt.Sprintf(">%.0f km/h", *r.DeltaVKmh)
	}
	return fmt.Sprintf("%.0f km/h", *r.DeltaVKmh)
}

// rowForce says where the force came from.
func rowForce(r *read.CollisionRow) string {
	if r.Side == "" || r.Side == outcome.SideUnknown {
		return "-"
	}
	return report.From(r.Side)
}

func rowAnswer(a outcome.Answer) string {
	if a == "" {
		return "-"
	}
	return strings.ReplaceAll(report.Plain(string(a)), "_", " ")
}
