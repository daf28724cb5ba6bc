package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"milepost/sinks/read"
)

// defaultStore is the demo's store, in the folder where the command runs.
const defaultStore = "milepost-demo.db"

type tripsCmd struct {
	reading `set:"vehicle_default=all of them"`
	Limit   int `default:"20" help:"How many trips (${default})."`
}

// Validate checks the flags.
func (c *tripsCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit is %d: must be at least 1", c.Limit)
	}
	return nil
}

// Run lists the latest trips.
func (c *tripsCmd) Run(ctx context.Context, out *terminal) error {
	return c.withStore(ctx, out, func(store source) error {
		rows, err := store.Trips(ctx, c.Vehicle, read.Key{}, c.Limit)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(out.Stdout, rows)
		}
		if len(rows) == 0 {
			return noTrips(ctx, store, c.Vehicle)
		}
		return printTrips(out.Stdout, rows)
	})
}

func noTrips(ctx context.Context, store source, vehicle string) error {
	vehicles, err := store.Vehicles(ctx, "", 1)
	switch {
	case err != nil:
		return err
	case len(vehicles) == 0:
		return fmt.Errorf("%s holds no trips", store.where)
	}
	return fmt.Errorf("%s holds no trips of vehicle %s; it has those of others, such as %s",
		store.where, vehicle, vehicles[0].VehicleID)
}

func writeLines[T any](w io.Writer, rows []T) error {
	for _, r := range rows {
		if err := writeLine(w, r); err != nil {
			return err
		}
	}
	return nil
}

const indicative = "Scores are indicative of magnitude, not exact."

// printTrips prints a table of at most 80 columns.
func printTrips(w io.Writer, rows []read.TripRow) error {
	headers, vehicleWidth, lowConfidence := []string{"Started (local)", "Vehicle", "km", "min", "Score", "Brake", "Accel", "Corner"}, 16, false
	limits := slices.ContainsFunc(rows, func(r read.TripRow) bool { return r.LimitKnownM != nil })
	if limits {
		headers, vehicleWidth = append(headers[:len(headers)-1], "Turn", "Speed"), 11
	}
	t := newTable(headers...)
	for _, r := range rows {
		score := "-"
		if r.Score != nil {
			score = fmt.Sprintf("%.0f ", *r.Score)
			if r.LowConfidence {
				score, lowConfidence = fmt.Sprintf("%.0f~", *r.Score), true
			}
		}
		cells := []any{localStart(r), clip(r.VehicleID, vehicleWidth), fmt.Sprintf("%.1f", r.DistanceM/1000),
			fmt.Sprintf("%.0f", r.DurationS/60), score, r.HarshBraking, r.HarshAcceleration, r.HarshCornering}
		if limits {
			cells = append(cells, speeding(r))
		}
		t.AppendRow(cells)
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	note := "Brake, Accel, Corner: harsh events."
	if limits {
		note = "Brake, Accel, Turn: harsh events. Speed: speeding, - where no limit is known."
	}
	note += "\n" + indicative
	if lowConfidence {
		note += "\n~ low confidence: under 1 km, or little of it could be judged."
	}
	_, err := fmt.Fprintf(w, "\n%s\n", note)
	return err
}

// speeding counts a trip's events of speeding, where any limit is known.
func speeding(r read.TripRow) string {
	if r.LimitKnownM == nil {
		return "-"
	}
	return strconv.Itoa(r.Speeding)
}

// localStart is the start in the trip's own zone, or in UTC where this machine
// does not know it.
func localStart(r read.TripRow) string {
	const layout = "2006-01-02 15:04"
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return r.StartedAt.Std().Format(layout) + "Z"
	}
	return r.StartedAt.Std().In(zone).Format(layout)
}

// clip shortens s to at most width characters; what is left out is marked.
func clip(s string, width int) string {
	runes := []rune(s)
	if len(runes) <= width {
		return s
	}
	return string(runes[:width-1]) + "…"
}
