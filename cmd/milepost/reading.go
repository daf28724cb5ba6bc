package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/config"
	"milepost/sinks/clickhouse"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// storeChoice says which store a command is about.
type storeChoice struct {
	Store  string `xor:"store" placeholder:"PATH" help:"The store to read (milepost-demo.db)."`
	Config string `xor:"store" type:"existingfile" placeholder:"FILE" help:"Read the store that these settings of milepost run name: ClickHouse where there is one, else the file."`
}

// reading is what the commands that read a store have in common.
type reading struct {
	storeChoice
	Vehicle string `placeholder:"ID" help:"The vehicle; by default ${vehicle_default}."`
	JSON    bool   `name:"json" help:"Print JSON lines instead."`
}

// source is a store that is open for reading.
type source struct {
	*read.Model
	where string // what messages call it
}

// withStore opens the store for reading for the time of the call.
func (c *storeChoice) withStore(ctx context.Context, out *terminal, use func(source) error) error {
	if c.Config == "" {
		return withFile(ctx, cmp.Or(c.Store, defaultStore), out, use)
	}
	settings, err := (&storeFlags{Config: c.Config}).settings()
	if err != nil {
		return err
	}
	if len(settings.ClickHouse.Addresses) > 0 {
		return withClickHouse(ctx, settings.ClickHouse, use)
	}
	return withFile(ctx, settings.SQLite, out, use)
}

func withFile(ctx context.Context, path string, out *terminal, use func(source) error) (err error) {
	store, err := sqlite.OpenExisting(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no store at %[1]s: make one with `%[2]s demo` or `%[2]s replay FILE --store %[1]s`, "+
			"or name another with --store", path, out.program())
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return use(source{store.Model, "the store " + path})
}

func withClickHouse(ctx context.Context, cfg config.ClickHouse, use func(source) error) (err error) {
	servers, layout := clickhouseOf(cfg)
	options, err := servers.Options()
	if err != nil {
		return usageError{err}
	}
	where := clickhouseTables{options, layout}.where()
	db := ch.OpenDB(options)
	defer func() { err = errors.Join(err, db.Close()) }()
	dialect, err := clickhouse.DialectOf(ctx, db)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	return use(source{read.ClickHouse(db, read.Dialect(dialect)), where})
}
