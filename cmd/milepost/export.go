package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/dustin/go-humanize/english"

	"milepost/config"
	"milepost/outcome"
	"milepost/sinks/export"
	"milepost/sinks/sqlite"
)

// exportCmd hands out all that a store holds of a vehicle.
type exportCmd struct {
	Vehicle string `required:"" placeholder:"ID" help:"The vehicle."`
	Account string `placeholder:"ID" help:"Only the drives that this account had the vehicle for; without it those of all its owners."`
	Out     string `required:"" type:"path" placeholder:"FILE.zip" help:"The zip to write."`
	Store   string `xor:"from" required:"" type:"existingfile" placeholder:"PATH" help:"The embedded store to read."`
	Config  string `xor:"from" required:"" type:"existingfile" placeholder:"FILE" help:"Settings of milepost run: ClickHouse where they name it, else the embedded store."`
	From    string `placeholder:"TIME" help:"Only what began then or later: 2026-09-01, or 2026-09-01T12:00:00Z."`
	To      string `placeholder:"TIME" help:"Only what began before."`
	Force   bool   `help:"Replace the file where there is one."`
}

// Validate checks the flags.
func (c *exportCmd) Validate() error {
	_, err := c.request()
	return err
}

func (c *exportCmd) request() (r export.Request, err error) {
	r = export.Request{Vehicle: c.Vehicle, Account: c.Account, MadeOn: time.Now(), Version: version()}
	if r.From, err = instant("--from", c.From); err != nil {
		return r, err
	}
	if r.To, err = instant("--to", c.To); err != nil {
		return r, err
	}
	if r.To != 0 && r.To <= r.From {
		return r, errors.New("--to must be later than --from")
	}
	return r, nil
}

// instant reads a flag's day or time; 0 for none.
func instant(flag, text string) (outcome.Time, error) {
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return outcome.Time(at.UnixMicro()), nil
		}
	}
	return 0, fmt.Errorf("%s is %q: must be a day such as 2026-09-01, or a time such as 2026-09-01T12:00:00Z", flag, text)
}

// Run writes the zip; it appears whole or not at all.
func (c *exportCmd) Run(ctx context.Context, out *terminal) (err error) {
	r, err := c.request()
	if err != nil {
		return usageError{err}
	}
	file, err := createWhole(c.Out, c.Force)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or replace it with --force", c.Out)
	}
	if err != nil {
		return err
	}
	defer file.discard()
	store, closeStore, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	counts, err := export.Write(ctx, file, store, r)
	if errors.Is(err, export.ErrNothing) {
		return fmt.Errorf("the store holds nothing of vehicle %s%s%s", c.Vehicle, c.whose(), c.within())
	}
	if err != nil {
		return err
	}
	if err := file.finish(); err != nil {
		return fmt.Errorf("write %s: %w", c.Out, err)
	}
	_, err = fmt.Fprintf(out.Stderr, "%s written to %s\n", english.WordSeries(exported(counts), "and"), c.Out)
	return err
}

// exported says what an export holds; what not every vehicle has is told of where there is any.
func exported(c export.Counts) []string {
	said := []string{english.Plural(c.Trips, "trip", ""), english.Plural(c.Events, "event", ""), english.Plural(c.Months, "month", "")}
	if c.Charges > 0 {
		said = append(said, english.Plural(c.Charges, "charging session", ""))
	}
	if c.Factors > 0 {
		said = append(said, english.Plural(c.Factors, "insurance factor", ""))
	}
	if c.Collisions > 0 {
		said = append(said, english.Plural(c.Collisions, "collision", ""))
	}
	if c.Additions > 0 {
		said = append(said, english.Plural(c.Additions, "addition", "")+" to them")
	}
	return said
}

func (c *exportCmd) whose() string {
	if c.Account == "" {
		return ""
	}
	return " under this account"
}

func (c *exportCmd) within() string {
	if c.From == "" && c.To == "" {
		return ""
	}
	return " in that time"
}

// open opens the store of the flags for reading.
func (c *exportCmd) open(ctx context.Context) (export.Source, func() error, error) {
	path := c.Store
	if c.Config != "" {
		cfg, err := config.Load(c.Config, os.Environ())
		if err != nil {
			return nil, nil, usageError{err}
		}
		if len(cfg.Store.ClickHouse.Addresses) > 0 {
			return openServers(ctx, cfg.Store.ClickHouse)
		}
		if path = cfg.Store.SQLite; path == "" {
			return nil, nil, usageError{errors.New("the settings name no store: see store.sqlite and store.clickhouse")}
		}
	}
	store, err := sqlite.OpenExisting(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	return store.Model, store.Close, nil
}

// openServers opens the store of record for reading.
func openServers(ctx context.Context, cfg config.ClickHouse) (export.Source, func() error, error) {
	db, model, _, err := readClickHouse(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	return model, db.Close, nil
}
