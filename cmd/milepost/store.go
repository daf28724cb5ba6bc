package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"milepost/config"
)

// storeCmd is about the stores that outcomes are kept in.
type storeCmd struct {
	Migrate storeMigrateCmd `cmd:"" help:"Make the tables of every store of the settings, or bring them up to date."`
	Status  storeStatusCmd  `cmd:"" help:"Show whether they are. Exit code 1 where they are not."`
	Check   storeCheckCmd   `cmd:"" help:"Compare the stores with the topic of outcomes. Exit code 1 where anything is missing, doubled or differing."`
	Retain  storeRetainCmd  `cmd:"" help:"Delete what is older than the settings allow (store.retention) and under no hold."`
	Hold    storeHoldCmd    `cmd:"" help:"Keep a vehicle's facts of a time, whatever their age, until released."`
	Release storeReleaseCmd `cmd:"" help:"End a hold."`
	Holds   storeHoldsCmd   `cmd:"" help:"List the holds that stand."`
}

// storeFlags say which stores a command is about.
type storeFlags struct {
	Config string `type:"existingfile" placeholder:"FILE" help:"Settings of milepost run, which name the stores; without a file, the defaults. MILEPOST_* variables go before it."`
}

func (f *storeFlags) settings() (config.Store, error) {
	cfg, err := config.Load(f.Config, os.Environ())
	if err != nil {
		return config.Store{}, usageError{err}
	}
	if cfg.Store.SQLite == "" && len(cfg.Store.ClickHouse.Addresses) == 0 {
		return config.Store{}, usageError{errors.New("the settings name no store: see store.sqlite and store.clickhouse")}
	}
	return cfg.Store, nil
}

// tableStore is a store whose tables have a history.
type tableStore interface {
	// migrate makes them what this milepost needs; told hears of each step.
	migrate(ctx context.Context, told func(step string)) error
	status(ctx context.Context) (storeView, error)
}

// tableStores are the stores of the settings.
func tableStores(s config.Store) ([]tableStore, error) {
	var out []tableStore
	if s.SQLite != "" {
		out = append(out, sqliteTables{s.SQLite})
	}
	if len(s.ClickHouse.Addresses) > 0 {
		servers, layout := clickhouseOf(s.ClickHouse)
		options, err := servers.Options()
		if err != nil {
			return nil, usageError{err}
		}
		out = append(out, clickhouseTables{options, layout})
	}
	return out, nil
}

type storeMigrateCmd struct {
	storeFlags
	JSON bool `name:"json" help:"Print JSON lines instead."`
}

// Run migrates one store after the other: what fails at one keeps none from the others.
func (c *storeMigrateCmd) Run(ctx context.Context, out *terminal) error {
	return c.each(func(s tableStore) error {
		if err := s.migrate(ctx, func(step string) { fmt.Fprintln(out.Stderr, step) }); err != nil {
			return err
		}
		v, err := s.status(ctx)
		if err != nil {
			return err
		}
		return v.show(out, c.JSON)
	})
}

type storeStatusCmd struct {
	storeFlags
	JSON bool `name:"json" help:"Print JSON lines instead."`
}

// Run changes nothing. A store that is not up to date is a failure, so that a script
// can wait for it.
func (c *storeStatusCmd) Run(ctx context.Context, out *terminal) error {
	return c.each(func(s tableStore) error {
		v, err := s.status(ctx)
		if err != nil {
			return err
		}
		if err := v.show(out, c.JSON); err != nil {
			return err
		}
		if !v.UpToDate {
			return fmt.Errorf("%s is not up to date: %s store migrate makes it so", v.Where, out.program())
		}
		return nil
	})
}

// each gives the errors of all stores that failed.
func (f *storeFlags) each(do func(tableStore) error) error {
	settings, err := f.settings()
	if err != nil {
		return err
	}
	stores, err := tableStores(settings)
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range stores {
		failed = append(failed, do(s))
	}
	return errors.Join(failed...)
}
