package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"milepost/config"
	"milepost/outcome"
	"milepost/sinks/read"
	"milepost/sinks/retention"
)

// refuseHeld is an error where a store keeps facts of the vehicle or the account for a
// dispute: a claim may need what their owner wants gone (GDPR article 17 (3) e).
func (c *eraseCmd) refuseHeld(ctx context.Context, named config.Store, out *terminal) error {
	stores := []config.Store{named}
	for _, path := range c.Store {
		stores = append(stores, config.Store{SQLite: path})
	}
	var ids []string
	for _, s := range stores {
		if _, err := os.Stat(s.SQLite); err != nil {
			s.SQLite = "" // it holds nothing
		}
		if s.SQLite == "" && len(s.ClickHouse.Addresses) == 0 {
			continue
		}
		holds, err := holdsOn(ctx, s, c.Vehicle, out)
		if err != nil {
			return err
		}
		for i := range holds {
			kept, err := c.keeps(ctx, s, &holds[i], out)
			if err != nil {
				return err
			}
			if kept {
				ids = append(ids, holds[i].ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was erased: a dispute holds these facts; %[1]s store holds shows hold %[2]s, and %[1]s store release ends one",
		out.program(), strings.Join(ids, ", "))
}

// errFound ends a search.
var errFound = errors.New("found")

// keeps reports whether the hold is on facts that are to be erased: any of the vehicle
// that it is on, or those of the account's drives in its time.
func (c *eraseCmd) keeps(ctx context.Context, s config.Store, h *retention.Hold, out *terminal) (bool, error) {
	if c.Vehicle != "" {
		return true, nil
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
