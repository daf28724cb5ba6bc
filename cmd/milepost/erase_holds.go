package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"milepost/config"
	"milepost/erase"
	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/read"
	"milepost/sinks/retention"
	"milepost/sinks/sqlite"
)

// heldBy gives the ids of the holds by which a store keeps facts of the vehicle or the
// account for a dispute: a claim may need what their owner wants gone (GDPR article
// 17 (3) e).
func (c *eraseCmd) heldBy(ctx context.Context, named config.Store, out *terminal) (ids []string, err error) {
	stores := []config.Store{named}
	for _, path := range c.Store {
		stores = append(stores, config.Store{SQLite: path})
	}
	for _, s := range stores {
		if s.SQLite, err = c.holding(ctx, s.SQLite, out); err != nil {
			return nil, err
		}
		if s.SQLite == "" && len(s.ClickHouse.Addresses) == 0 {
			continue
		}
		holds, err := holdsOn(ctx, s, c.Vehicle, out)
		if err != nil {
			return nil, err
		}
		for i := range holds {
			kept, err := c.keeps(ctx, s, &holds[i], out)
			if err != nil {
				return nil, err
			}
			if kept && !slices.Contains(ids, holds[i].ID) {
				ids = append(ids, holds[i].ID)
			}
		}
	}
	return ids, nil
}

// holding is the path of an embedded store that may have holds; else it is empty. A dry
// run leaves one out whose tables would have to be brought up to date.
func (c *eraseCmd) holding(ctx context.Context, path string, out *terminal) (string, error) {
	if path == "" {
		return "", nil
	}
	has, known, err := sqlite.Version(ctx, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look at store %s: %w", path, err)
	case c.DryRun && has < known:
		fmt.Fprintf(out.Stderr, "milepost: store %s is of an older milepost: its holds were not looked at\n", path)
		return "", nil
	}
	return path, nil
}

// refuseHeld is an error where there are holds.
func refuseHeld(ids []string, out *terminal) error {
	if len(ids) == 0 {
		return nil
	}
	return fmt.Errorf("a dispute holds these facts; %[1]s store holds shows hold %[2]s, and %[1]s store release ends one",
		out.program(), strings.Join(ids, ", "))
}

// tellHeld says what a dry run found to be held.
func (c *eraseCmd) tellHeld(ctx context.Context, out *terminal, p *erase.Proof, steps []erase.Step) error {
	err := refuseHeld(p.Held, out)
	if err == nil && c.DryRun {
		err = c.heldIn(ctx, steps)
	}
	if err == nil || len(p.Held) == 0 && !errors.Is(err, sinks.ErrHeld) {
		return err
	}
	_, err = fmt.Fprintf(out.Stdout, "An erasure would be refused: %v.\n", err)
	return err
}

// heldIn asks the stores themselves: a hold may be on sums of a time in which the account
// did not drive.
func (c *eraseCmd) heldIn(ctx context.Context, steps []erase.Step) error {
	for _, step := range steps {
		if store, ok := step.(*erase.Store); ok {
			if err := store.Held(ctx, c.subject()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepsCollision reports whether the hold is on the collision's vehicle and time.
func (c *eraseCmd) keepsCollision(ctx context.Context, s config.Store, h *retention.Hold, out *terminal) (kept bool, err error) {
	look := func(from source) error {
		r, err := from.Collision(ctx, h.VehicleID, c.Collision)
		if errors.Is(err, read.ErrNotFound) {
			return nil
		}
		kept = kept || err == nil && r.Collision.At >= h.From && r.Collision.At < h.To
		return err
	}
	if s.SQLite != "" {
		err = withFile(ctx, s.SQLite, out, look)
	}
	if err == nil && len(s.ClickHouse.Addresses) > 0 {
		err = withClickHouse(ctx, s.ClickHouse, look)
	}
	return kept, err
}

// errFound ends a search.
var errFound = errors.New("found")

// keeps reports whether the hold is on facts that are to be erased: any of the vehicle
// that it is on, or those of the account's drives in its time.
func (c *eraseCmd) keeps(ctx context.Context, s config.Store, h *retention.Hold, out *terminal) (bool, error) {
	switch {
	case c.Vehicle != "":
		return true, nil
	case c.Collision != "":
		return c.keepsCollision(ctx, s, h, out)
	}
	// A trip that touches the time may have begun before it.
	begun := outcome.Time(h.From.Std().Add(-7 * 24 * time.Hour).UnixMicro())
	drives := read.Range{Vehicle: h.VehicleID, Account: c.Account, From: begun, To: h.To}
	search := func(from source) error {
		return from.Outcomes(ctx, drives, func(outcome.Outcome) error { return errFound })
	}
	var err error
	if s.SQLite != "" {
		err = withFile(ctx, s.SQLite, out, search)
	}
	if err == nil && len(s.ClickHouse.Addresses) > 0 {
		err = withClickHouse(ctx, s.ClickHouse, search)
	}
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}
