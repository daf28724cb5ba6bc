package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/config"
	"milepost/sinks/clickhouse"
	"milepost/sinks/retention"
	"milepost/sinks/sqlite"
)

// retainer keeps a store to a policy.
type retainer interface {
	Retain(ctx context.Context, p retention.Policy, now time.Time, dry bool) ([]retention.Report, error)
}

// holder has a store's holds.
type holder interface {
	Holds(ctx context.Context, vehicle string) ([]retention.Hold, error)
	Place(ctx context.Context, h retention.Hold) error
	Release(ctx context.Context, id string) error
}

// keeper is one store of the settings, open for retention.
type keeper struct {
	kind  string // sqlite or clickhouse
	where string
	retainer
	holder
	// shrink gives room back, in bytes; a server does that by itself.
	shrink func(context.Context) (int64, error)
	close  func() error
}

// keepers opens the stores of the settings. A file that is not there is left out, with a
// word on standard error: milepost runs elsewhere.
func keepers(ctx context.Context, s config.Store, out *terminal) (all []keeper, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, closeKeepers(all))
			all = nil
		}
	}()
	if s.SQLite != "" {
		k, err := sqliteKeeper(ctx, s.SQLite)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(out.Stderr, "milepost: there is no store %s: left out\n", s.SQLite)
		case err != nil:
			return all, err
		default:
			all = append(all, k)
		}
	}
	if len(s.ClickHouse.Addresses) > 0 {
		k, err := clickhouseKeeper(ctx, s.ClickHouse)
		if err != nil {
			return all, err
		}
		all = append(all, k)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no store: name the settings of milepost run with --config")
	}
	return all, nil
}

func closeKeepers(all []keeper) (err error) {
	for i := range all {
		err = errors.Join(err, all[i].close())
	}
	return err
}

func sqliteKeeper(ctx context.Context, path string) (keeper, error) {
	if _, err := os.Stat(path); err != nil {
		return keeper{}, err
	}
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return keeper{}, err
	}
	r := retention.OpenSQLite(store)
	return keeper{kind: "sqlite", where: "SQLite file " + path, retainer: r, holder: r, shrink: store.Shrink, close: store.Close}, nil
}

func clickhouseKeeper(ctx context.Context, cfg config.ClickHouse) (keeper, error) {
	db, layout, where, err := connectClickHouse(ctx, cfg)
	if err != nil {
		return keeper{}, err
	}
	r, err := retention.OpenClickHouse(ctx, db, layout)
	if err != nil {
		return keeper{}, errors.Join(fmt.Errorf("%s: %w", where, err), db.Close())
	}
	none := func(context.Context) (int64, error) { return 0, nil }
	return keeper{kind: "clickhouse", where: where, retainer: r, holder: r, shrink: none, close: db.Close}, nil
}

// connectClickHouse refuses a store whose tables are not what this milepost knows.
func connectClickHouse(ctx context.Context, cfg config.ClickHouse) (*sql.DB, clickhouse.Layout, string, error) {
	servers, layout := clickhouseOf(cfg)
	options, err := servers.Options()
	if err != nil {
		return nil, layout, "", usageError{err}
	}
	where := clickhouseTables{options, layout}.where()
	db := ch.OpenDB(options)
	if err := clickhouse.Check(ctx, db, layout); err != nil {
		return nil, layout, where, errors.Join(fmt.Errorf("%s: %w", where, err), db.Close())
	}
	return db, layout, where, nil
}

// holdsOn lists the holds on a vehicle in all stores of the settings, each once. Who is
// about to erase it asks here: a claim may need what the vehicle's owner wants gone
// (GDPR article 17 (3) e).
func holdsOn(ctx context.Context, s config.Store, vehicle string, out *terminal) (all []retention.Hold, err error) {
	stores, err := keepers(ctx, s, out)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeKeepers(stores)) }()
	return holdsIn(ctx, stores, vehicle)
}

func holdsIn(ctx context.Context, stores []keeper, vehicle string) (all []retention.Hold, err error) {
	known := map[string]bool{}
	for i := range stores {
		found, err := stores[i].Holds(ctx, vehicle)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stores[i].where, err)
		}
		for _, h := range found {
			if !known[h.ID] {
				known[h.ID] = true
				all = append(all, h)
			}
		}
	}
	return all, nil
}
