package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
)

type monthCmd struct {
	reading `set:"vehicle_default=the first of the store"`
	Month   string `placeholder:"YYYY-MM" help:"The month; by default the vehicle's latest."`
}

// Validate checks the flags.
func (c *monthCmd) Validate() error {
	if c.Month == "" {
		return nil
	}
	if _, err := time.Parse("2006-01", c.Month); err != nil {
		return fmt.Errorf("--month is %q: must be YYYY-MM, such as 2026-09", c.Month)
	}
	return nil
}

// Run shows one month of one vehicle.
func (c *monthCmd) Run(ctx context.Context, out *terminal) error {
	return c.withStore(ctx, out, func(store source) error {
		months, err := findMonth(ctx, store, c.Vehicle, c.Month)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(out.Stdout, months)
		}
		return printMonth(out.Stdout, months)
	})
}

// monthReader is the part of the read model that a month needs.
type monthReader interface {
	Months(ctx context.Context, vehicle string) ([]string, error)
	Month(ctx context.Context, vehicle, month string) ([]outcome.Month, error)
}

func findMonth(ctx context.Context, store source, vehicle, month string) ([]outcome.Month, error) {
	if vehicle == "" {
		vehicles, err := store.Vehicles(ctx, "", 1)
		if err != nil {
			return nil, err
		}
		if len(vehicles) == 0 {
			return nil, fmt.Errorf("%s holds no trips", store.where)
		}
		vehicle = vehicles[0].VehicleID
	}
	return readMonth(ctx, store, vehicle, month)
}

func readMonth(ctx context.Context, from monthReader, vehicle, month string) ([]outcome.Month, error) {
	known, err := from.Months(ctx, vehicle)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("the store holds no month of vehicle %s", vehicle)
	}
	if month == "" {
		month = known[0]
	}
	months, err := from.Month(ctx, vehicle, month)
	if err == nil && len(months) == 0 {
		return nil, fmt.Errorf("the store holds no month %s of vehicle %s; the latest is %s", month, vehicle, known[0])
	}
	return months, err
}

// printMonth prints one vehicle's month: a line per driver, then the days of all
// of them as charts.
func printMonth(w io.Writer, months []outcome.Month) error {
	start, err := time.Parse("2006-01", months[0].Month)
	if err != nil {
		return fmt.Errorf("month of vehicle %s: %w", months[0].VehicleID, err)
	}
	const vehicleWidth = 60
	fmt.Fprintf(w, "%s, %s\n", clip(months[0].VehicleID, vehicleWidth), start.Format("January 2006"))
	for i := range months {
		fmt.Fprintln(w, driverLine(&months[i]))
		if line := energyLine(&months[i]); line != "" {
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
	distances, scores := daily(months, start.AddDate(0, 1, -1).Day())
	fmt.Fprintf(w, "\nScore by day\n%s", chart{values: scores, top: 100, rows: 5}.draw())
	fmt.Fprintf(w, "\nDistance by day, km\n%s", chart{values: distances, top: roundUp(greatest(distances)), rows: 5}.draw())
	_, err = fmt.Fprintf(w, "\n%s\n", indicative)
	return err
}

func driverLine(m *outcome.Month) string {
	driver := "driver unknown"
	if m.DriverID != "" {
		driver = "driver " + clip(m.DriverID, 14)
	}
	if m.Trips == 0 && m.WithheldTrips > 0 {
		return fmt.Sprintf("  %s: no trip was shared, %d %s withheld", driver, m.WithheldTrips, english.PluralWord(m.WithheldTrips, "was", "were"))
	}
	line := fmt.Sprintf("  %s: %d %s, %.0f km, %.1f h", driver, m.Trips, english.PluralWord(m.Trips, "trip", ""), m.DistanceM/1000, m.DurationS/3600)
	if m.Score != nil {
		line += fmt.Sprintf(", score %.0f", *m.Score)
	}
	if m.WithheldTrips > 0 {
		line += fmt.Sprintf(", %d withheld", m.WithheldTrips)
	}
	return line
}

// energyLine says what a driver's month took, and what its tips would save most by; it is
// empty where nothing is known of either.
func energyLine(m *outcome.Month) string {
	var parts []string
	add := func(form string, v *float64, by float64) {
		if v != nil {
			parts = append(parts, fmt.Sprintf(form, *v/by))
		}
	}
	add("%.0f km electric", m.EVDistanceM, 1000)
	add("%.1f l", m.FuelL, 1)
	add("%.1f kWh", m.EnergyKwh, 1)
	add("%.1f kWh recovered", m.RegeneratedKwh, 1)
	if m.Advice != "" {
		parts = append(parts, "most to gain: "+string(m.Advice))
	}
	return strings.Join(parts, ", ")
}

// daily gives the vehicle's distance (km) and distance-weighted score of each of
// the month's days; nil where there is none.
func daily(months []outcome.Month, days int) (distances, scores []*float64) {
	metres, scored, weighted := make([]float64, days), make([]float64, days), make([]float64, days)
	distances, scores = make([]*float64, days), make([]*float64, days)
	for _, m := range months {
		for _, d := range m.Days {
			date, err := time.Parse(time.DateOnly, d.Date)
			if err != nil || date.Day() > days {
				continue // the schema of a month does not let it through
			}
			i := date.Day() - 1
			metres[i] += d.DistanceM
			km := metres[i] / 1000
			distances[i] = &km
			if d.Score != nil && d.DistanceM > 0 {
				scored[i] += d.DistanceM
				weighted[i] += float64(*d.Score * d.DistanceM)
				score := weighted[i] / scored[i]
				scores[i] = &score
			}
		}
	}
	return distances, scores
}
