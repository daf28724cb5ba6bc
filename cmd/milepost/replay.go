package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize/english"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/replay/capture"
	"milepost/scoring/tables"
	"milepost/sinks/sqlite"
	"milepost/telemetry"
)

type replayCmd struct {
	Files    []string `arg:"" name:"file" type:"path" help:"Captures, played as one log by arrival time, in whatever order they are named."`
	Store    string   `placeholder:"PATH" help:"Write the outcomes to the store at PATH; it is created where there is none."`
	Roads    string   `type:"path" placeholder:"FILE" help:"Put trips onto the roads of this map, which milepost roads build made."`
	Events   string   `type:"path" placeholder:"FILE" help:"Judge manoeuvres by this table of thresholds instead of the default one."`
	Tables   string   `type:"path" placeholder:"DIR" help:"Compute insurers' factors by the tables of this folder, beside the default ones."`
	Profiles string   `type:"path" placeholder:"FILE" help:"Take what is known of vehicles (driver, mass, policies) from this file of JSON lines, as the profiles topic has them, instead of from the captures."`
	Out      string   `placeholder:"jsonl" help:"Print the outcomes as JSON lines, the default without --store."`
}

// Validate checks the flags.
func (c *replayCmd) Validate() error {
	if c.Out != "" && c.Out != "jsonl" {
		return fmt.Errorf("--out is %q: the one format there is, is jsonl", c.Out)
	}
	return nil
}

// Run plays the captures: outcomes to standard output or the store, a summary to
// standard error.
func (c *replayCmd) Run(ctx context.Context, out *terminal) (err error) {
	onto, err := openRoads(c.Roads)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, onto.Close()) }()
	by, err := c.rules()
	if err != nil {
		return err
	}
	readers, err := openCaptures(c.Files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll(readers)) }()
	var lines io.Writer
	if c.Out == "jsonl" || c.Store == "" {
		lines = out.Stdout
	}
	if c.Store == "" {
		return play(ctx, readers, onto, by, newOutbox(lines, nil), out)
	}
	store, err := openOwn(ctx, c.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return play(ctx, readers, onto, by, newOutbox(lines, store), out)
}

// rules is what a replay judges by.
type rules struct {
	events   *detectors.Thresholds
	tables   *tables.Set
	profiles []fleet.History // in the place of the captures'
}

func (c *replayCmd) rules() (r rules, err error) {
	if c.Profiles != "" {
		if r.profiles, err = readProfiles(c.Profiles); err != nil {
			return r, err
		}
	}
	if r.events, err = readEvents(c.Events); err == nil {
		r.tables, err = readTables(c.Tables)
	}
	return r, err
}

func openCaptures(paths []string) ([]*capture.Reader, error) {
	var readers []*capture.Reader
	for _, path := range paths {
		r, err := capture.Open(path)
		if err != nil {
			return nil, errors.Join(err, closeAll(readers))
		}
		readers = append(readers, r)
	}
	return readers, nil
}

func closeAll(readers []*capture.Reader) error {
	var errs []error
	for _, r := range readers {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}

// openOwn opens a store that the caller named: whatever made it, from now on it
// holds what is theirs.
func openOwn(ctx context.Context, path string) (*sqlite.Store, error) {
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := store.SetMaker(ctx, "user"); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// play sends all captures through one player, so that a drive may go on from one
// file to the next. Whatever stops it, what has come out is passed on, and the
// summary says that it is not all.
func play(ctx context.Context, readers []*capture.Reader, onto *roadmap, by rules, to *outbox, out *terminal) error {
	profiles, batches, err := survey(readers)
	if err != nil {
		return err
	}
	profiles, unknown, err := supersede(profiles, by.profiles)
	if err != nil {
		return err
	}
	if unknown > 0 {
		_, _ = fmt.Fprintf(out.Stderr, "The file of profiles has %s of which the captures have no profile: is each vehicle_id right?\n", english.Plural(unknown, "vehicle", ""))
	}
	player, err := replay.NewPlayer(profiles)
	if err != nil {
		return err
	}
	player.On(onto.follower(ctx))
	player.Judge(by.events)
	player.Insure(by.tables)
	began := time.Now()
	bar := newProgress(out, batches, "replaying")
	// What has come out goes to its end: ctx stops the play, not the writing.
	steady := context.WithoutCancel(ctx)
	emit := func(o outcome.Outcome) error { return to.add(steady, o) }
	err = playAll(ctx, readers, player, emit, bar)
	bar.finish()
	err = errors.Join(err, to.finish(steady))
	s := newSummary(player.Summary(), time.Since(began))
	s.stopped = err != nil
	for _, r := range readers {
		s.addValues(r.Drops())
	}
	return errors.Join(err, s.print(out.Stderr))
}

// survey gives what the captures know of their vehicles, each profile once, and the
// number of their record batches.
func survey(readers []*capture.Reader) (profiles []fleet.Profile, batches int, err error) {
	type place struct {
		vehicle string
		from    fleet.Instant
	}
	known := map[place]fleet.Profile{}
	for _, r := range readers {
		_, n := r.Batches()
		batches += n
		for _, p := range r.Profiles() {
			at := place{p.VehicleID, p.From}
			before, ok := known[at]
			if !ok {
				known[at], profiles = p, append(profiles, p)
			} else if !before.Equal(p) {
				return nil, 0, fmt.Errorf("captures disagree on the profile of vehicle %s", p.VehicleID)
			}
		}
	}
	return profiles, batches, nil
}

// playAll plays the frames to the end and closes what is open then.
func playAll(ctx context.Context, readers []*capture.Reader, player *replay.Player, emit replay.Emit, bar progress) error {
	log, err := newMerged(readers)
	if err != nil {
		return err
	}
	done := 0
	err = log.each(func(f *telemetry.Frame) error {
		if now := loaded(readers); now != done {
			bar.add(now - done)
			done = now
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
		return player.Record(f, emit)
	})
	if err != nil {
		return err
	}
	return player.Finish(emit)
}
