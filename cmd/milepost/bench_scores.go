package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/detectors"
	"milepost/replay/measure"
)

// benchScoresCmd holds scores and events of recorded and simulated drives against what is
// known of them.
type benchScoresCmd struct {
	UAH      string `name:"uah" type:"existingdir" placeholder:"DIR" help:"Drives of UAH-DriveSet, folders as the set has them: do scores tell styles of driving apart, and are its events found?"`
	Omaha    string `type:"existingfile" placeholder:"FILE" help:"Drives with each second's peak acceleration, as the set of Omaha has them: are its events found?"`
	Twizy    string `type:"existingdir" placeholder:"DIR" help:"Drives of an electric car with posted limits: is every metre electric, and is the share over the limit that of the rows?"`
	Events   string `type:"path" placeholder:"FILE" help:"Find the events of both sets by this table of thresholds, instead of one as strict as each set's own."`
	Vehicles int    `default:"8" help:"Vehicles of a simulated fleet, seen at several rates; 0 for none (${default})."`
	Days     int    `default:"7" help:"Days that it drives (${default})."`
	Seed     uint64 `default:"1" help:"Seed of the simulation (${default})."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

// scoreFigures are what the command prints; what was not asked for is absent.
type scoreFigures struct {
	UAH       *measure.UAH       `json:"uah,omitempty"`
	Omaha     *measure.Omaha     `json:"omaha,omitempty"`
	Twizy     *measure.Twizy     `json:"twizy,omitempty"`
	Simulated *measure.Simulated `json:"simulated,omitempty"`
}

// Run measures and prints.
func (c *benchScoresCmd) Run(ctx context.Context, out *terminal) error {
	f, err := c.measure(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(out.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(f)
	}
	return f.print(out)
}

func (c *benchScoresCmd) measure(ctx context.Context) (f scoreFigures, err error) {
	if c.UAH == "" && c.Omaha == "" && c.Twizy == "" && c.Vehicles == 0 {
		return f, usageError{errors.New("nothing to measure: want --uah, --omaha, --twizy, or vehicles to simulate")}
	}
	var by *detectors.Thresholds // nil: each set's own
	if c.Events != "" {
		if by, err = readEvents(c.Events); err != nil {
			return f, err
		}
	}
	if c.UAH != "" {
		if f.UAH, err = measure.OfUAH(ctx, c.UAH, by); err != nil {
			return f, err
		}
	}
	if c.Omaha != "" {
		if f.Omaha, err = measure.OfOmaha(ctx, c.Omaha, by); err != nil {
			return f, err
		}
	}
	if c.Twizy != "" {
		if f.Twizy, err = measure.OfTwizy(ctx, c.Twizy); err != nil {
			return f, err
		}
	}
	if c.Vehicles > 0 {
		f.Simulated, err = measure.OfSimulated(ctx, c.Seed, c.Vehicles, c.Days)
	}
	return f, err
}

func (f *scoreFigures) print(out *terminal) error {
	t := newTable("Measured", "", "of")
	row := func(what string, value, of any) { t.AppendRow(table.Row{what, value, of}) }
	pairs := func(what string, p *measure.Pairs) {
		f1 := "-" // of nothing
		if p.Truth+p.Found > 0 {
			f1 = fmt.Sprintf("F1 %.3f", p.F1)
		}
		row(what, f1, fmt.Sprintf("%d true, %d found, %d right", p.Truth, p.Found, p.Matched))
	}
	if u := f.UAH; u != nil {
		row("uah: drives scored", u.Scored, u.Drives)
		row("  AUC, aggressive against others", orNone("%.3f", u.AUC), "")
		row("  driver and road in order", u.WaysOK, u.Ways)
		row("  closest, points", orNone("%.1f", u.Closest), "")
		row("  drives whose events are known", u.EventsKnown, u.Drives)
		pairs("  events by "+u.Table, &u.Events)
		pairs("    braking", &u.Braking)
		pairs("    cornering", &u.Cornering)
		pairs("    acceleration", &u.Acceleration)
	}
	if o := f.Omaha; o != nil {
		pairs("omaha: events by "+o.Table, &o.Events)
		row("  level right", o.Events.LevelsOK, o.Events.Matched)
	}
	if w := f.Twizy; w != nil {
		row("twizy: electric, km", fmt.Sprintf("%.1f", w.EVDistanceM/1000), fmt.Sprintf("%.1f km in %d trips", w.DistanceM/1000, w.Trips))
		row("  over the limit", percent(w.OverShare), percent(w.ColumnShare)+" by its rows")
		row("  trips invalid or without score", w.Invalid+w.Scoreless, w.Trips)
	}
	if s := f.Simulated; s != nil {
		row("simulated: worst, 1 to 10 Hz, points", fmt.Sprintf("%.1f", s.Rates.Worst), fmt.Sprintf("%d drives", s.Rates.Drives))
		row("  mean", fmt.Sprintf("%.2f", s.Rates.Mean), "")
		for i := range s.Events {
			e := &s.Events[i]
			pairs(fmt.Sprintf("  events, motion %d Hz, speed %d Hz", e.MotionHz, e.SpeedHz), &e.All)
		}
	}
	return printTable(out.Stdout, t)
}

// orNone formats a number that may be absent.
func orNone(format string, v *float64) string {
	if v == nil {
		return "none"
	}
	return fmt.Sprintf(format, *v)
}
