package main

import (
	"encoding/json"
	"maps"
	"math"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"milepost/config"
	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/read"
)

// onClickHouse is the world's configuration with a new database on the server as its
// only store.
func (w *world) onClickHouse(t *testing.T, e clickhousetest.Engine) config.Config {
	t.Helper()
	o := e.Database(t)
	db := ch.OpenDB(o)
	defer db.Close()
	if err := clickhouse.Migrate(t.Context(), db, clickhouse.Layout{}, func(clickhouse.Step) {}); err != nil {
		t.Fatal(err)
	}
	cfg := w.config()
	cfg.Store = config.Store{ClickHouse: config.ClickHouse{Addresses: o.Addr, Database: o.Auth.Database,
		Username: o.Auth.Username, Password: config.Secret(o.Auth.Password)}}
	return cfg
}

// inClickHouse is what readers see, as JSON by id. Nothing is seen while the server is away.
func inClickHouse(t *testing.T, cfg config.Config) map[string]string {
	t.Helper()
	servers, _ := clickhouseOf(cfg.Store.ClickHouse)
	options, err := servers.Options()
	if err != nil {
		t.Fatal(err)
	}
	db := ch.OpenDB(options)
	defer db.Close()
	dialect, err := clickhouse.DialectOf(t.Context(), db)
	if err != nil {
		return nil
	}
	all := map[string]string{}
	everything := read.Range{To: math.MaxInt64}
	err = read.ClickHouse(db, read.Dialect(dialect)).Outcomes(t.Context(), everything, func(o outcome.Outcome) error {
		body, err := json.Marshal(o)
		if _, twice := all[o.Head().ID]; twice {
			t.Errorf("readers see %s twice", o.Head().ID)
		}
		all[o.Head().ID] = string(body)
		return err
	})
	if err != nil {
		t.Log(err)
		return nil
	}
	return all
}

// withoutWithdrawn is what readers see of the oracle's facts.
func withoutWithdrawn(t *testing.T, facts map[string]string) map[string]string {
	t.Helper()
	left := map[string]string{}
	for id, body := range facts {
		var fact struct{ State outcome.State }
		if err := json.Unmarshal([]byte(body), &fact); err != nil {
			t.Fatal(err)
		}
		if fact.State != outcome.Withdrawn {
			left[id] = body
		}
	}
	return left
}

// stands waits until readers of ClickHouse see what the oracle gives.
func (w *world) stands(t *testing.T, cfg config.Config) {
	t.Helper()
	want := withoutWithdrawn(t, w.oracle(t))
	defer func() {
		if t.Failed() {
			t.Log(cmp.Diff(want, inClickHouse(t, cfg)))
		}
	}()
	until(t, "ClickHouse holds what an undisturbed run gives", func() bool { return maps.Equal(inClickHouse(t, cfg), want) })
}
