package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/config"
	"milepost/sinks"
	"milepost/sinks/clickhouse"
)

// Each insert makes parts that the server must merge: few large ones cost it less. What
// waits for them is not read by the app for so long.
const (
	insertRows = 20_000
	insertWait = time.Second
)

// openStores opens every store of the settings for writing. The one that may refuse comes
// before the one whose file is made.
func (s *service) openStores(ctx context.Context) (to []sinks.Named, err error) {
	if len(s.cfg.Store.ClickHouse.Addresses) > 0 {
		store, err := openClickHouse(ctx, s.cfg.Store.ClickHouse)
		if err != nil {
			return nil, err
		}
		s.stores = append(s.stores, store)
		to = append(to, sinks.Named{Name: "clickhouse", Writer: store, Batch: insertRows, Linger: cmp.Or(s.wrap.linger, insertWait)})
	}
	if path := s.cfg.Store.SQLite; path != "" {
		store, err := openOwn(ctx, path)
		if err != nil {
			return nil, err
		}
		s.stores = append(s.stores, store)
		to = append(to, sinks.Named{Name: "sqlite", Writer: store})
	}
	return to, nil
}

// openClickHouse refuses a store whose tables are not what this milepost writes.
func openClickHouse(ctx context.Context, cfg config.ClickHouse) (*clickhouse.Writer, error) {
	servers, layout := clickhouseOf(cfg)
	options, err := servers.Options()
	if err != nil {
		return nil, err
	}
	db := ch.OpenDB(options)
	if err := errors.Join(clickhouse.Check(ctx, db, layout), db.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", clickhouseTables{options, layout}.where(), err)
	}
	return clickhouse.OpenWriter(ctx, servers, layout)
}
