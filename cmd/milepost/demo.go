package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize/english"

	"milepost/fixtures"
	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

type demoCmd struct {
	Cars    int     `default:"50" help:"Vehicles of the fleet (${default})."`
	Days    int     `default:"30" help:"Days, from 1 September 2026 (${default})."`
	Seed    uint64  `default:"1" help:"Another seed is another fleet (${default})."`
	Crashes float64 `placeholder:"N" help:"Let cars crash, N times in 1,000 km in the mean, and sample their acceleration at 100 Hz. By default none does."`
	Store   string  `placeholder:"PATH" help:"Add to the store at PATH. By default ./milepost-demo.db is made anew."`
	Once    bool    `help:"Print and exit. The demo does so now in any case."`
}

const (
	demoZone = "Europe/Madrid"
	crashHz  = 100 // of acceleration, where cars crash
	calmHz   = 10  // where simulate lets none crash
)

// fleet is what the demo simulates. The date is fixed: every run of one seed
// gives the same.
func (c *demoCmd) fleet() (*fixtures.Fleet, error) {
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return nil, fmt.Errorf("demo: zone %s: %w", demoZone, err)
	}
	cfg := fixtures.Config{
		Insured: true, Counter: true,
		Seed: c.Seed, Vehicles: c.Cars, Days: c.Days, Zone: demoZone,
		From:    time.Date(2026, time.September, 1, 0, 0, 0, 0, zone),
		SpeedHz: 10, FrameSeconds: 60, CrashesPer1000Km: c.Crashes,
	}
	if c.Crashes != 0 {
		cfg.MotionHz = crashHz
	}
	return fixtures.New(cfg)
}

// Run simulates the fleet into the store and shows what came of it.
func (c *demoCmd) Run(ctx context.Context, out *terminal) (err error) {
	simulated, err := c.fleet()
	if err != nil {
		return usageError{err}
	}
	onto, err := simulatedRoads(simulated)
	if err != nil {
		return err
	}
	store, release, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close(), release()) }()
	fmt.Fprintf(out.Stderr, "Simulating %s over %s into %s\n",
		english.Plural(c.Cars, "car", ""), english.Plural(c.Days, "day", ""), store.Path())
	results, err := simulateFleet(ctx, simulated, onto, store, out)
	if err != nil {
		fmt.Fprintf(out.Stderr, "%s holds a part of the fleet only: run the demo again, or remove the file\n", store.Path())
		return err
	}
	beside, err := demoMap(onto, store.Path())
	if err != nil {
		return err
	}
	return showDemo(ctx, store, beside, results, out)
}

// open opens the store named with --store to add to it, or makes the demo's own
// anew. release ends the demo's hold on its folder.
func (c *demoCmd) open(ctx context.Context) (store *sqlite.Store, release func() error, err error) {
	if c.Store != "" {
		store, err = openOwn(ctx, c.Store)
		return store, func() error { return nil }, err
	}
	release, err = lockFolder(".")
	if err != nil {
		return nil, nil, fmt.Errorf("make %s anew: %w; name another store with --store", defaultStore, err)
	}
	if store, err = openDemo(ctx, defaultStore); err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return store, release, nil
}

// demoMaker marks a store that the demo made, and may empty.
const demoMaker = "demo"

// openDemo opens an empty store of the demo's own. One that the demo did not make,
// or to which something else was added since, is left as it is.
func openDemo(ctx context.Context, path string) (_ *sqlite.Store, err error) {
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, store.Close())
		}
	}()
	maker, err := store.Maker(ctx)
	if err != nil {
		return nil, err
	}
	vehicles, err := store.Vehicles(ctx, "", 1)
	if err != nil {
		return nil, err
	}
	fresh := maker == "" && len(vehicles) == 0
	if !fresh && maker != demoMaker {
		return nil, fmt.Errorf("%s was not made by the demo alone, so it is not made anew: "+
			"name another with --store, or this one to add to it", path)
	}
	if err := store.SetMaker(ctx, demoMaker); err != nil {
		return nil, err
	}
	return store, store.Clear(ctx)
}

const shownTrips = 12

// showDemo prints the latest trips, one vehicle's month, and how the drivers'
// styles scored.
func showDemo(ctx context.Context, store *sqlite.Store, beside string, results []vehicleResult, out *terminal) error {
	rows, err := store.Trips(ctx, "", read.Key{}, shownTrips)
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
	if err := showFactor(ctx, store, vehicle, out.Stdout); err != nil {
		return err
	}
	if err := printStyles(out.Stdout, results); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.Stdout, "\nThe fleet is simulated: these figures show the magnitude of things and are not exact.\n"+
		"Stored in %[1]s. Look further with\n  %[3]s trips --store %[1]s --vehicle %[2]s\n  %[3]s month --store %[1]s --vehicle %[2]s\n"+
		"  %[3]s explain trip %[4]s --store %[1]s\n  %[3]s factors --store %[1]s\n  %[3]s charges --store %[1]s\n",
		store.Path(), vehicle, out.program(), rows[0].ID[:shownDigits])
	if err != nil {
		return err
	}
	onto := ""
	if beside != "" {
		onto = " --roads " + beside
	}
	if _, err := fmt.Fprintf(out.Stdout, "  %s route latest --store %s%s --svg trip.svg\n", out.program(), store.Path(), onto); err != nil {
		return err
	}
	return showCrashes(ctx, store, out)
}

// showFactor prints the vehicle's insurance factors.
func showFactor(ctx context.Context, store *sqlite.Store, vehicle string, w io.Writer) error {
	found, err := store.Factors(ctx, read.FactorFilter{Vehicle: vehicle}, read.Key{}, 1)
	if err != nil || len(found) == 0 {
		return err
	}
	fmt.Fprintf(w, "%s's insurance factor\n\n", vehicle)
	if err := printFactors(w, found); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w)
	return err
}

// showCrashes says how to look at the collisions, where there are any.
func showCrashes(ctx context.Context, store *sqlite.Store, out *terminal) error {
	rows, err := store.Collisions(ctx, read.CollisionFilter{Least: outcome.Probable}, read.Key{}, 1)
	if err != nil || len(rows) == 0 {
		return err
	}
	_, err = fmt.Fprintf(out.Stdout, "  %[3]s collisions --store %[1]s\n  %[3]s collision %[2]s --store %[1]s --notice 'Simulated data' --pdf report.pdf\n",
		store.Path(), rows[0].ID, out.program())
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
