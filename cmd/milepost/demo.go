package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"milepost/fixtures"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

type demoCmd struct {
	Cars  int    `default:"50" help:"Vehicles of the fleet (${default})."`
	Days  int    `default:"30" help:"Days, from 1 September 2026 (${default})."`
	Seed  uint64 `default:"1" help:"Another seed is another fleet (${default})."`
	Store string `placeholder:"PATH" help:"Add to the store at PATH. By default ./milepost-demo.db is made anew."`
	Once  bool   `help:"Exit after printing."`
}

const demoZone = "Europe/Madrid"

// fleet is what the demo simulates. The date is fixed: every run of one seed
// gives the same.
func (c *demoCmd) fleet() (*fixtures.Fleet, error) {
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return nil, fmt.Errorf("demo: zone %s: %w", demoZone, err)
	}
	return fixtures.New(fixtures.Config{
		Seed: c.Seed, Vehicles: c.Cars, Days: c.Days, Zone: demoZone,
		From:    time.Date(2026, time.September, 1, 0, 0, 0, 0, zone),
		SpeedHz: 10, FrameSeconds: 60,
	})
}

// Run simulates the fleet into the store and shows what came of it.
func (c *demoCmd) Run(ctx context.Context, out *terminal) (err error) {
	simulated, err := c.fleet()
	if err != nil {
		return err
	}
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	fmt.Fprintf(out.Stderr, "Simulating %d cars over %d days into %s\n", c.Cars, c.Days, store.Path())
	results, err := simulateFleet(ctx, simulated, store, out)
	if err != nil {
		return err
	}
	return showDemo(ctx, store, results, out)
}

func (c *demoCmd) open(ctx context.Context) (*sqlite.Store, error) {
	if c.Store != "" {
		return sqlite.Open(ctx, c.Store)
	}
	if err := removeStore(ctx, defaultStore); err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, defaultStore)
}

// removeStore deletes a store with its log. What is no store of milepost's, or is
// from a newer one, is left alone and is an error.
func removeStore(ctx context.Context, path string) error {
	old, err := sqlite.OpenExisting(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := old.Close(); err != nil {
		return fmt.Errorf("close the old store %s: %w", path, err)
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the old store: %w", err)
		}
	}
	return nil
}

const shownTrips = 12

// showDemo prints the latest trips, one vehicle's month, and how the drivers'
// styles scored.
func showDemo(ctx context.Context, store *sqlite.Store, results []vehicleResult, out *terminal) error {
	rows, err := store.Trips(ctx, "", sinks.TripKey{}, shownTrips)
	if err != nil {
		return err
	}
	fmt.Fprintln(out.Stdout, "The fleet's latest trips")
	fmt.Fprintln(out.Stdout)
	if err := printTrips(out.Stdout, rows); err != nil {
		return err
	}
	fmt.Fprintln(out.Stdout)
	vehicle := busiest(results)
	months, err := readMonth(ctx, store, vehicle, "")
	if err != nil {
		return err
	}
	if err := printMonth(out.Stdout, months); err != nil {
		return err
	}
	fmt.Fprintln(out.Stdout)
	if err := printStyles(out.Stdout, results); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.Stdout, "\nThe fleet is simulated: these figures show the magnitude of things and are not exact.\n"+
		"Stored in %[1]s. Look further with\n  milepost trips --store %[1]s --vehicle %[2]s\n  milepost month --store %[1]s --vehicle %[2]s\n",
		store.Path(), vehicle)
	return err
}

// busiest is the vehicle with the most trips, the first of them.
func busiest(results []vehicleResult) string {
	best := 0
	for i, r := range results {
		if len(r.trips) > len(results[best].trips) {
			best = i
		}
	}
	return results[best].vehicle
}
