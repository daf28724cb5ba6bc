package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse"
	"milepost/sinks/sqlite"
)

// sqliteTables is the embedded store at a path.
type sqliteTables struct{ path string }

func (s sqliteTables) migrate(ctx context.Context, _ func(string)) error {
	store, err := sqlite.Open(ctx, s.path)
	if err != nil {
		return err
	}
	return store.Close()
}

// status of a store that is not there yet is that of an empty one.
func (s sqliteTables) status(ctx context.Context) (storeView, error) {
	v := storeView{Store: "sqlite", Where: s.path}
	has, known, err := sqlite.Version(ctx, s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return v, fmt.Errorf("look at store %s: %w", s.path, err)
	}
	v.Version, v.Known, v.UpToDate = has, known, has == known
	return v, nil
}

// clickhouseTables is the store of record.
type clickhouseTables struct {
	options *ch.Options
	layout  clickhouse.Layout
}

func (s clickhouseTables) where() string {
	return "ClickHouse at " + strings.Join(s.options.Addr, ",") + ", database " + s.options.Auth.Database
}

func (s clickhouseTables) migrate(ctx context.Context, told func(string)) (err error) {
	defer func() { err = s.named(err) }()
	if err := clickhouse.MakeDatabase(ctx, s.options, s.layout); err != nil {
		return err
	}
	db := ch.OpenDB(s.options)
	defer func() { err = errors.Join(err, db.Close()) }()
	return clickhouse.Migrate(ctx, db, s.layout, func(step clickhouse.Step) {
		line := fmt.Sprintf("%s %s", step, step.State)
		if step.Why != "" {
			line += ": " + step.Why
		}
		told(line)
	})
}

func (s clickhouseTables) status(ctx context.Context) (v storeView, err error) {
	defer func() { err = s.named(err) }()
	db := ch.OpenDB(s.options)
	defer func() { err = errors.Join(err, db.Close()) }()
	st, err := clickhouse.ReadStatus(ctx, db, s.layout)
	if err != nil {
		return v, err
	}
	v = storeView{Store: "clickhouse", Where: s.where(), Server: st.Server, Times: "DateTime64(6, 'UTC')",
		UpToDate: st.Current(), Servers: st.Servers, Ready: st.Ready, Known: len(st.Steps)}
	if st.Dialect.PlainTimes {
		v.Times = "Int64, microseconds"
	}
	for _, step := range st.Steps {
		v.add(step)
	}
	return v, nil
}

// named says which store an error is about.
func (s clickhouseTables) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.where(), err)
}
