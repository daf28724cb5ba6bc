package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
)

// storeSettings writes settings with an embedded store and, where options are given,
// with a database of ClickHouse.
func storeSettings(t *testing.T, o *ch.Options) (config, file string) {
	t.Helper()
	dir := t.TempDir()
	file = filepath.Join(dir, "store.db")
	text := fmt.Sprintf("kafka: {brokers: ['k.example:9092']}\nstore:\n  sqlite: %s\n", file)
	if o != nil {
		text += fmt.Sprintf("  clickhouse: {addresses: ['%s'], database: %s, username: %s, password: %s}\n",
			o.Addr[0], o.Auth.Database, o.Auth.Username, o.Auth.Password)
	}
	config = filepath.Join(dir, "milepost.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, file
}

func TestStoreOfSQLite(t *testing.T) {
	config, file := storeSettings(t, nil)
	store := func(command string) (int, string, string) {
		return invoke(t.Context(), "store", command, "--config", config)
	}
	code, out, errs := store("status")
	if code != exitFailed || !strings.Contains(out, "no tables yet") || !strings.Contains(errs, "milepost store migrate makes it so") {
		t.Errorf("status before: %d %q %q", code, out, errs)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("status made the file")
	}
	if code, out, errs = store("migrate"); code != exitOK || !strings.Contains(out, "up to date") {
		t.Errorf("migrate: %d %q %q", code, out, errs)
	}
	if code, out, errs = store("status"); code != exitOK || !strings.Contains(out, "up to date") || errs != "" {
		t.Errorf("status after: %d %q %q", code, out, errs)
	}
}

func TestStoreOfBoth(t *testing.T) {
	e := clickhousetest.Server(t)
	o := e.Database(t)
	db := ch.OpenDB(e.Clone())
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "DROP DATABASE "+o.Auth.Database); err != nil {
		t.Fatal(err)
	}
	config, _ := storeSettings(t, o)
	code, _, errs := invoke(t.Context(), "store", "status", "--config", config)
	if code != exitFailed || !strings.Contains(errs, o.Auth.Database) || !strings.Contains(errs, "run milepost store migrate") {
		t.Errorf("status without a database: %d %q", code, errs)
	}
	code, out, errs := invoke(t.Context(), "store", "migrate", "--config", config)
	if code != exitOK || strings.Count(out, "up to date") != 2 || !strings.Contains(errs, "0002_outcomes_plain applied\n") && !e.Current {
		t.Errorf("migrate: %d %q %q", code, out, errs)
	}
	code, out, errs = invoke(t.Context(), "store", "status", "--config", config, "--json")
	if code != exitOK || strings.Contains(out, o.Auth.Password) {
		t.Errorf("status: %d %q %q", code, out, errs)
	}
	_, second, _ := strings.Cut(out, "\n")
	var v storeView
	if err := json.Unmarshal([]byte(second), &v); err != nil {
		t.Fatalf("%v in %q", err, second)
	}
	if !v.UpToDate || v.Store != "clickhouse" || v.Server == "" || v.Version != v.Known || len(v.Steps) != v.Known {
		t.Errorf("%+v", v)
	}
}

// Without --config the settings are the defaults, whose store need not be there.
func TestKeepingSaysWhereStoresAreNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"retain"}, {"holds"}, {"hold", "--vehicle", "v", "--from", "2026-09-01", "--to", "2026-09-02", "--reason", "r"}} {
		code, _, errs := invoke(t.Context(), append([]string{"store"}, args...)...)
		if code != exitFailed || !strings.Contains(errs, "there is no store milepost.db") || !strings.Contains(errs, "with --config") {
			t.Errorf("%s: %d %q", args[0], code, errs)
		}
	}
}

// What fails at one store is told, and keeps nothing from the others.
func TestStoresFailOneByOne(t *testing.T) {
	o := &ch.Options{Addr: []string{"127.0.0.1:1"}, Auth: ch.Auth{Database: "gone", Username: "u", Password: "hidden"}}
	config, file := storeSettings(t, o)
	code, out, errs := invoke(t.Context(), "store", "migrate", "--config", config)
	if code != exitFailed || !strings.Contains(out, "up to date") || !strings.Contains(errs, "127.0.0.1:1, database gone") || strings.Contains(errs, "hidden") {
		t.Errorf("%d %q %q", code, out, errs)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	t.Setenv("MILEPOST_STORE_SQLITE", "")
	t.Setenv("MILEPOST_STORE_CLICKHOUSE_ADDRESSES", "")
	t.Setenv("MILEPOST_OUTCOMES_TOPIC", "o")
	if code, _, errs = invoke(t.Context(), "store", "status", "--config", config); code != exitUsage || !strings.Contains(errs, "name no store") {
		t.Errorf("without a store: %d %q", code, errs)
	}
}

func TestStoreTable(t *testing.T) {
	v := storeView{Store: "clickhouse", Where: "ClickHouse at a:9000, database d", Known: 3, Server: "18.16.1", Times: "Int64, microseconds", Servers: 4, Ready: 3}
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []clickhouse.Step{
		{Version: 1, Name: "outcomes", State: clickhouse.Skipped, Why: "for servers from 21.8 on, and this one is 18.16", At: noon},
		{Version: 2, Name: "outcomes_plain", State: clickhouse.Applied, At: noon},
		{Version: 3, Name: "more", State: clickhouse.ToDo},
	} {
		v.add(step)
	}
	var out strings.Builder
	if err := v.show(&terminal{Stdout: &out}, false); err != nil {
		t.Fatal(err)
	}
	want := `ClickHouse at a:9000, database d: version 2, on 3 of the cluster's 4 servers.
Server 18.16.1, one of 4; times are Int64, microseconds.
 Step                 State    Since (UTC)
───────────────────────────────────────────────────
 0001_outcomes        skipped  2026-09-01 12:00:00
 0002_outcomes_plain  applied  2026-09-01 12:00:00
 0003_more            to do    -
0001 is skipped: it is for servers from 21.8 on, and this one is 18.16.
`
	got := regexp.MustCompile(`(?m) +$`).ReplaceAllString(out.String(), "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
