package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// The store of record hands out a vehicle as the embedded one does, and erases it.
func TestExportAndEraseOnClickHouse(t *testing.T) {
	engine := clickhousetest.Server(t)
	o := engine.Database(t)
	store, vehicle := storedDemo(t)
	dir := t.TempDir()
	settings := filepath.Join(dir, "milepost.yaml")
	text := fmt.Sprintf("kafka: {brokers: [%q]}\nstate: {dir: %q}\nstore: {sqlite: \"\", clickhouse: {addresses: [%q], database: %q, username: %q, password: %q}}\n",
		fakeBroker(t), filepath.Join(dir, "state"), o.Addr[0], o.Auth.Database, o.Auth.Username, o.Auth.Password)
	text += "profiles: {topic: \"\"}\noutcomes: {topic: \"\"}\nalerts: {vehicle_topic: \"\", notifications_topic: \"\", care_topic: \"\"}\n"
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, told := command(t, "store", "migrate", "--config", settings); code != exitOK {
		t.Fatal(told)
	}
	copied(t, store, clickhouse.Config{Addresses: o.Addr, Database: o.Auth.Database, Username: o.Auth.Username, Password: o.Auth.Password})

	embedded, onServer := filepath.Join(dir, "a.zip"), filepath.Join(dir, "b.zip")
	for _, args := range [][]string{{"--store", store, "--out", embedded}, {"--config", settings, "--out", onServer}} {
		if code, _, told := command(t, append([]string{"export", "--vehicle", vehicle}, args...)...); code != exitOK {
			t.Fatal(told)
		}
	}
	if a, b := wholeOf(t, embedded), wholeOf(t, onServer); a != b {
		t.Errorf("the exports differ: %d and %d bytes", len(a), len(b))
	}
	code, shown, told := command(t, "erase", "--config", settings, "--vehicle", vehicle, "--no-wait")
	if code != exitOK || !strings.Contains(shown, "Erased") || !strings.Contains(shown, "trips") {
		t.Fatalf("exit code %d\n%s%s", code, shown, told)
	}
	if code, _, told := command(t, "export", "--config", settings, "--vehicle", vehicle, "--out", onServer, "--force"); code != exitFailed || !strings.Contains(told, "holds nothing") {
		t.Errorf("exit code %d: %s", code, told)
	}
}

func wholeOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// copied puts all of an embedded store onto servers.
func copied(t *testing.T, path string, to clickhouse.Config) {
	t.Helper()
	from, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	w, err := clickhouse.OpenWriter(t.Context(), to, clickhouse.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var batch []outcome.Outcome
	err = from.Outcomes(t.Context(), read.Range{}, func(o outcome.Outcome) error {
		batch = append(batch, o)
		return nil
	})
	if err == nil {
		err = w.Write(t.Context(), batch)
	}
	if err != nil {
		t.Fatal(err)
	}
}
