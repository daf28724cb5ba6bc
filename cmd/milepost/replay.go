package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/replay/capture"
	"milepost/sinks/sqlite"
	"milepost/telemetry"
)

type replayCmd struct {
	Files []string `arg:"" name:"file" type:"existingfile" help:"Captures, played in this order as one log."`
	Store string   `placeholder:"PATH" help:"Write the outcomes to the store at PATH; it is created where there is none."`
	Out   string   `enum:",jsonl" default:"" placeholder:"jsonl" help:"Print the outcomes as JSON lines, the default without --store."`
}

// Run plays the captures: outcomes to standard output or the store, a summary to
// standard error.
func (c *replayCmd) Run(ctx context.Context, out *terminal) (err error) {
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
		return play(ctx, readers, newOutbox(lines, nil), out)
	}
	store, err := sqlite.Open(ctx, c.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return play(ctx, readers, newOutbox(lines, store), out)
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

// play sends all captures through one player, so that a drive may go on from one
// file to the next.
func play(ctx context.Context, readers []*capture.Reader, to *outbox, out *terminal) error {
	profiles, batches, err := survey(readers)
	if err != nil {
		return err
	}
	player, err := replay.NewPlayer(profiles)
	if err != nil {
		return err
	}
	began := time.Now()
	bar := newProgress(out, batches, "replaying")
	emit := func(o outcome.Outcome) error { return to.add(ctx, o) }
	for _, r := range readers {
		if err := playOne(ctx, r, player, emit, bar); err != nil {
			return err
		}
	}
	if err := player.Finish(emit); err != nil {
		return err
	}
	if err := to.flush(ctx); err != nil {
		return err
	}
	bar.finish()
	s := newSummary(player.Summary(), time.Since(began))
	for _, r := range readers {
		s.addValues(r.Drops())
	}
	return s.print(out.Stderr)
}

// survey gives what the captures know of their vehicles, once each, and the
// number of their record batches.
func survey(readers []*capture.Reader) (profiles []fleet.Profile, batches int, err error) {
	known := map[string]fleet.Profile{}
	for _, r := range readers {
		_, n := r.Batches()
		batches += n
		for _, p := range r.Profiles() {
			before, ok := known[p.VehicleID]
			if !ok {
				known[p.VehicleID], profiles = p, append(profiles, p)
			} else if before != p {
				return nil, 0, fmt.Errorf("captures disagree on the profile of vehicle %s: %+v and %+v", p.VehicleID, before, p)
			}
		}
	}
	return profiles, batches, nil
}

func playOne(ctx context.Context, r *capture.Reader, player *replay.Player, emit replay.Emit, bar progress) error {
	var frame telemetry.Frame
	done := 0
	for {
		switch err := r.Next(&frame); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := player.Record(&frame, emit); err != nil {
			return err
		}
		if loaded, _ := r.Batches(); loaded != done {
			bar.add(loaded - done)
			done = loaded
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("replay: %w", err)
			}
		}
	}
}
