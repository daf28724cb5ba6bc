package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"milepost/outcome"
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

// shownDigits is how much of a trip's id is shown: milepost route takes as much.
const shownDigits = 6

// printTrips prints a table of at most 80 columns.
func printTrips(w io.Writer, rows []read.TripRow) error {
	headers, vehicleWidth := []string{"Started (local)", "Trip", "Vehicle", "km", "min", "Score", "Harsh b/a/t"}, 17
	limits := slices.ContainsFunc(rows, func(r read.TripRow) bool { return r.LimitKnownM != nil })
	if limits {
		headers, vehicleWidth = append(headers, "Speed"), 10
	}
	t := newTable(headers...)
	for _, r := range rows {
		cells := []any{localTime(r.StartedAt, r.Zone), r.ID[:min(len(r.ID), shownDigits)], clip(r.VehicleID, vehicleWidth), kilometres(r.DistanceM), minutes(r.DurationS),
			marked(r), fmt.Sprintf("%d/%d/%d", r.HarshBraking, r.HarshAcceleration, r.HarshCornering)}
		if limits {
			cells = append(cells, speeding(r))
		}
		t.AppendRow(cells)
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", tripNotes(rows, limits))
	return err
}

// marked is a trip's score with the marks that tripNotes explains.
func marked(r read.TripRow) string {
	score, doubt, part := "-", " ", " "
	if r.Score != nil {
		score = fmt.Sprintf("%.0f", *r.Score)
	}
	if r.Score != nil && r.LowConfidence {
		doubt = "~"
	}
	if r.Partial {
		part = "*"
	}
	return score + doubt + part
}

func tripNotes(rows []read.TripRow, limits bool) string {
	note := "b/a/t: harsh braking, acceleration, turning."
	if limits {
		note += "\nSpeed: speeding, - where no limit is known."
	}
	note += "\n" + indicative
	if slices.ContainsFunc(rows, func(r read.TripRow) bool { return r.Score != nil && r.LowConfidence }) {
		note += "\n~ low confidence: under 1 km, or little of it could be judged."
	}
	if slices.ContainsFunc(rows, func(r read.TripRow) bool { return r.Partial }) {
		note += "\n* partial: a part was not observed, or not shared."
	}
	return note
}

// speeding counts a trip's events of speeding, where any limit is known.
func speeding(r read.TripRow) string {
	if r.LimitKnownM == nil {
		return "-"
	}
	return strconv.Itoa(r.Speeding)
}

// localTime is a time in the vehicle's own zone, or in UTC where this machine does not
// know it.
func localTime(at outcome.Time, zone string) string {
	const layout = "2006-01-02 15:04"
	place, err := time.LoadLocation(zone)
	if err != nil {
		return at.Std().Format(layout) + "Z"
	}
	return at.Std().In(place).Format(layout)
}

// clip shortens s to at most width characters; what is left out is marked.
func clip(s string, width int) string {
	runes := []rune(s)
	if len(runes) <= width {
		return s
	}
	return string(runes[:width-1]) + "…"
}
