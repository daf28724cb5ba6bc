package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/sinks/clickhouse/clickhousetest"
)

func TestBenchStoreFillsADatabase(t *testing.T) {
	e := clickhousetest.Server(t)
	opts := e.Database(t)
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte(opts.Auth.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	c := benchStoreCmd{ClickHouse: opts.Addr[0], Username: opts.Auth.Username, PasswordFile: password, Database: opts.Auth.Database,
		Trips: 250, Events: 1500, Vehicles: 7, Batch: 100}
	if err := c.Run(t.Context(), &terminal{Stdout: &stdout, Stderr: &stderr}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"trips     250", "events  1,500"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, stdout.String())
		}
	}
	db := ch.OpenDB(opts)
	defer db.Close()
	for table, want := range map[string]int{"trips": 250, "events": 1500} {
		var ids, vehicles int
		if err := db.QueryRowContext(t.Context(), "SELECT toInt64(uniqExact(id)), toInt64(uniqExact(vehicle_id)) FROM "+table).Scan(&ids, &vehicles); err != nil {
			t.Fatal(err)
		}
		if ids != want || vehicles != 7 {
			t.Errorf("%s: %d facts of %d vehicles, want %d of 7", table, ids, vehicles, want)
		}
	}
}

func TestBenchStoreNeedsAServer(t *testing.T) {
	c := benchStoreCmd{Trips: 1, Vehicles: 1, Batch: 1}
	if err := c.Run(t.Context(), &terminal{}); err == nil || !strings.Contains(err.Error(), "--clickhouse") {
		t.Errorf("got %v", err)
	}
}
