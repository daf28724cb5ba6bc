package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"milepost/report/sketch"
	"milepost/sinks/read"
)

// routeCmd draws a trip.
type routeCmd struct {
	Trip string `arg:"" help:"The trip's id, as milepost trips --json lists it, or its first six digits and more; or latest."`
	storeChoice
	Vehicle string `placeholder:"ID" help:"Its vehicle: a large store finds it sooner."`
	SVG     string `name:"svg" type:"path" placeholder:"FILE" help:"Write the picture."`
	GeoJSON string `name:"geojson" type:"path" placeholder:"FILE" help:"Write the route as GeoJSON; - is standard output."`
	Roads   string `type:"path" placeholder:"FILE" help:"Draw the roads of this map beneath, which milepost roads build made."`
	Force   bool   `help:"Replace files where there are any."`
}

// latest stands for the trip that began last, or for another fact that is.
const latest = "latest"

var tripBeginning = regexp.MustCompile(`^[0-9a-f]{6,32}$`)

// Validate checks the flags.
func (c *routeCmd) Validate() error {
	c.Trip = strings.ToLower(c.Trip)
	if c.Trip != latest && !tripBeginning.MatchString(c.Trip) {
		return fmt.Errorf("the trip's id is %q: must be 32 hex digits, as milepost trips --json lists it, the first six of them and more, or latest", c.Trip)
	}
	if c.SVG == "" && c.GeoJSON == "" {
		return errors.New("nothing is to be written: name a file with --svg or --geojson")
	}
	if c.Roads != "" && c.SVG == "" {
		return errors.New("--roads goes with --svg")
	}
	return nil
}

// Run draws the trip as the store has it.
func (c *routeCmd) Run(ctx context.Context, out *terminal) (err error) {
	onto, err := openRoads(c.Roads)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, onto.Close()) }()
	drawn := &sketch.Sketch{}
	err = c.withStore(ctx, out, func(store source) error {
		ref, err := c.find(ctx, store)
		if err != nil {
			return err
		}
		if drawn.Trip, err = store.Trip(ctx, ref); err != nil {
			return err
		}
		drawn.Events, err = store.Events(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	if onto != nil {
		if drawn.Roads, err = drawn.Around(onto.file); err != nil {
			return err
		}
		if len(drawn.Roads) > 0 {
			drawn.Attribution = onto.file.Credit()
		} else {
			fmt.Fprintf(out.Stderr, "the map %s does not cover this trip: it is drawn without roads\n", c.Roads)
		}
	}
	return c.write(drawn, out)
}

// tripsAtOnce is how many trips are looked at in one page.
const tripsAtOnce = 1000

// find looks for the trip in the list of trips, the latest first.
func (c *routeCmd) find(ctx context.Context, store source) (read.Ref, error) {
	var found []read.TripRow
	var before read.Key
	for {
		rows, err := store.Trips(ctx, c.Vehicle, before, tripsAtOnce)
		if err != nil {
			return read.Ref{}, err
		}
		for i := range rows {
			if c.Trip == latest || rows[i].ID == c.Trip {
				return rows[i].Ref(), nil
			}
			if strings.HasPrefix(rows[i].ID, c.Trip) {
				found = append(found, rows[i])
			}
		}
		if len(rows) < tripsAtOnce {
			return c.only(found, store)
		}
		before = rows[len(rows)-1].Key()
	}
}

// only gives the one trip that was found.
func (c *routeCmd) only(found []read.TripRow, store source) (read.Ref, error) {
	switch {
	case c.Trip == latest:
		return read.Ref{}, fmt.Errorf("%s holds no trip", store.where)
	case len(found) == 0:
		return read.Ref{}, fmt.Errorf("%s holds no trip whose id begins with %s", store.where, c.Trip)
	case len(found) > 1:
		return read.Ref{}, fmt.Errorf("%d trips have an id that begins with %s, such as %s and %s", len(found), c.Trip, found[0].ID, found[1].ID)
	}
	return found[0].Ref(), nil
}

func (c *routeCmd) write(drawn *sketch.Sketch, out *terminal) error {
	if c.SVG != "" {
		if err := c.file(c.SVG, drawn.SVG, out); err != nil {
			return err
		}
	}
	switch c.GeoJSON {
	case "":
		return nil
	case "-":
		return drawn.GeoJSON(out.Stdout)
	}
	return c.file(c.GeoJSON, drawn.GeoJSON, out)
}

// file writes one file, which appears whole or not at all.
func (c *routeCmd) file(path string, write func(io.Writer) error, out *terminal) error {
	if err := writeWhole(path, c.Force, write); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.Stderr, "the trip is drawn in %s\n", path)
	return err
}
