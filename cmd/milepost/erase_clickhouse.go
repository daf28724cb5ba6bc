package main

import (
	"context"
	"fmt"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/config"
	"milepost/erase"
	"milepost/sinks/clickhouse"
)

// clickhouse adds the store of record, where the settings name one.
func (p *places) clickhouse(ctx context.Context, cfg config.ClickHouse, noWait bool) error {
	if len(cfg.Addresses) == 0 {
		return nil
	}
	servers, layout := clickhouseOf(cfg)
	options, err := servers.Options()
	if err != nil {
		return usageError{err}
	}
	where := clickhouseTables{options, layout}.where()
	db := ch.OpenDB(options)
	p.closers = append(p.closers, db.Close)
	eraser, err := clickhouse.NewEraser(ctx, db, layout)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	p.months = append(p.months, eraser)
	p.steps = append(p.steps, &erase.Store{Name: "ClickHouse " + strings.Join(cfg.Addresses, ",") + "/" + cfg.Database, To: eraser, Say: p.said.say, LeavePurge: noWait})
	return nil
}
