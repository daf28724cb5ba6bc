package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/dustin/go-humanize/english"
	"github.com/paulmach/orb"

	"milepost/outcome"
	"milepost/report"
	"milepost/report/sketch"
	"milepost/sinks/read"
)

// collisionCmd shows one collision, writes its report, and adds what the driver says.
type collisionCmd struct {
	ID string `arg:"" help:"The collision's id, as milepost collisions lists it, or its first six digits and more."`
	storeChoice
	Vehicle string `placeholder:"ID" help:"Its vehicle: a large store finds it sooner."`

	PDF    string `name:"pdf" type:"path" placeholder:"FILE" help:"Write the report as PDF."`
	JSON   string `name:"json" placeholder:"FILE" help:"Write the report as JSON; - is standard output."`
	Roads  string `type:"path" placeholder:"FILE" help:"Draw the roads of this map in the PDF, which milepost roads build made."`
	Photos bool   `help:"Put the photos themselves into the JSON."`
	Zone   string `placeholder:"NAME" help:"The zone of local times, such as Europe/Madrid; by default that of the trip under way."`
	Notice string `placeholder:"TEXT" help:"A line above all else in the report, such as that the data is simulated."`
	Force  bool   `help:"Replace files where there are any."`

	additionFlags
}

// collisionBeginning is an id, or as much of its beginning as tells it from others.
var collisionBeginning = regexp.MustCompile(`^[0-9a-f]{6,32}$`)

// Validate checks the flags.
func (c *collisionCmd) Validate() error {
	c.ID = strings.ToLower(c.ID) // a server's hex() writes capitals
	if !collisionBeginning.MatchString(c.ID) {
		return fmt.Errorf("the collision's id is %q: must be 32 hex digits, as milepost collisions lists it, or the first six of them and more", c.ID)
	}
	if c.Roads != "" && c.PDF == "" {
		return errors.New("--roads goes with --pdf")
	}
	if c.Photos && c.JSON == "" {
		return errors.New("--photos goes with --json")
	}
	if c.PDF != "" && c.PDF == kong.ExpandPath(c.JSON) {
		return errors.New("--pdf and --json name the same file")
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("--zone: %w", err)
	}
	if c.Zone == time.Local.String() {
		return errors.New("--zone: Local is wherever this computer is: name a zone, such as Europe/Madrid")
	}
	return c.fit()
}

// Run first adds, so that a report written at once has it.
func (c *collisionCmd) Run(ctx context.Context, out *terminal) error {
	var r *report.Report
	load := func() error {
		return c.withStore(ctx, out, func(store source) (err error) {
			r, err = c.load(ctx, store)
			return err
		})
	}
	if err := load(); err != nil {
		return err
	}
	added, err := c.additions(r, outcome.Time(time.Now().UnixMicro()))
	if err != nil {
		return err
	}
	if len(added) > 0 {
		if err := c.keep(ctx, added); err != nil {
			return err
		}
		fmt.Fprintf(out.Stderr, "collision %s: %s\n", c.ID, summed(added))
		if err := load(); err != nil {
			return err
		}
	}
	switch {
	case c.PDF != "" || c.JSON != "":
		if err := c.pave(r); err != nil {
			return err
		}
		return c.write(r, out)
	case len(added) > 0:
		return nil
	}
	return printCollision(out.Stdout, r)
}

// surrounds is how far around the place of a collision roads are drawn, m.
const surrounds = 3000

// pave gives a report the roads around its place, where it tells one and a map is given.
func (c *collisionCmd) pave(r *report.Report) (err error) {
	onto, err := openRoads(c.Roads)
	if onto == nil || err != nil {
		return err
	}
	defer func() { err = errors.Join(err, onto.Close()) }()
	if p := r.Collision.Position; p != nil {
		r.Roads, r.Credit = sketch.Near(onto.file, orb.Point{p.Lon, p.Lat}, surrounds), onto.file.Credit()
	}
	return nil
}

// load reads the collision and what belongs to it.
func (c *collisionCmd) load(ctx context.Context, store source) (*report.Report, error) {
	if err := c.complete(ctx, store); err != nil {
		return nil, err
	}
	record, err := store.Collision(ctx, c.Vehicle, c.ID)
	if errors.Is(err, read.ErrNotFound) {
		return nil, fmt.Errorf("%s holds no collision %s", store.where, c.ID)
	}
	if err != nil {
		return nil, err
	}
	r := &report.Report{Collision: *record.Collision, Zone: c.Zone, Notice: c.Notice}
	for _, a := range record.Additions {
		if a.Kind == outcome.AdditionPhoto && (c.PDF != "" || c.JSON != "") {
			if a.Content, err = store.Photo(ctx, read.IdentityOf(a)); err != nil {
				return nil, err
			}
		}
		r.Additions = append(r.Additions, *a)
	}
	trip, err := tripDuring(ctx, store, record.Collision)
	if trip != nil {
		r.Route = trip.Route
		if r.Zone == "" {
			r.Zone = trip.Zone
		}
	}
	return r, err
}

// complete makes the beginning of an id whole.
func (c *collisionCmd) complete(ctx context.Context, store source) error {
	if collisionID.MatchString(c.ID) {
		return nil
	}
	ids, err := store.CollisionsBeginning(ctx, c.Vehicle, c.ID)
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		return fmt.Errorf("%s holds no collision whose id begins with %s", store.where, c.ID)
	case len(ids) > 1:
		return fmt.Errorf("several collisions have an id that begins with %s: %s", c.ID, english.WordSeries(ids, "and"))
	}
	c.ID = ids[0]
	return nil
}

// tripDuring gives the trip that was under way, nil where the store has none.
func tripDuring(ctx context.Context, store source, c *outcome.Collision) (*outcome.Trip, error) {
	rows, err := store.Trips(ctx, c.VehicleID, read.Key{At: c.At + 1}, 1)
	if err != nil || len(rows) == 0 || rows[0].EndedAt < c.At {
		return nil, err
	}
	trip, err := store.Trip(ctx, rows[0].Ref())
	if errors.Is(err, read.ErrNotFound) { // withdrawn just now
		return nil, nil
	}
	return trip, err
}

// write writes the files that were asked for.
func (c *collisionCmd) write(r *report.Report, out *terminal) error {
	if c.PDF != "" {
		if err := c.file(c.PDF, r.PDF, out); err != nil {
			return err
		}
	}
	switch c.JSON {
	case "":
		return nil
	case "-":
		return r.JSON(out.Stdout, c.Photos)
	}
	return c.file(c.JSON, func(w io.Writer) error { return r.JSON(w, c.Photos) }, out)
}

// file writes one file, which appears whole or not at all.
func (c *collisionCmd) file(path string, write func(io.Writer) error, out *terminal) error {
	if err := writeWhole(path, c.Force, write); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.Stderr, "report of collision %s written to %s\n", c.ID, path)
	return err
}
