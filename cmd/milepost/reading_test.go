package main

import (
	"strings"
	"testing"

	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
)

// The same facts read the same, whichever store the settings name.
func TestTripsAndMonthOfTheStoreOfTheSettings(t *testing.T) {
	e := clickhousetest.Server(t)
	file, _ := demoStore(t, "demo.db", "--cars", "2", "--days", "3")
	config, _ := storeSettings(t, e.Database(t))
	code, _, errs := invoke(t.Context(), "trips", "--config", config)
	if code != exitFailed || !strings.Contains(errs, "look at the table of trips") || !strings.Contains(errs, "run milepost store migrate") {
		t.Errorf("trips without tables: %d %q", code, errs)
	}
	if code, _, errs := invoke(t.Context(), "store", "migrate", "--config", config); code != exitOK {
		t.Fatal(errs)
	}
	code, _, errs = invoke(t.Context(), "trips", "--config", config)
	if code != exitFailed || !strings.Contains(errs, "holds no trips") {
		t.Errorf("trips of an empty store: %d %q", code, errs)
	}
	fillFrom(t, config, file)
	for _, command := range []string{"trips", "month"} {
		for _, more := range [][]string{nil, {"--json"}, {"--vehicle", "sim-000001"}, {"--vehicle", "nobody"}} {
			_, want, said := invoke(t.Context(), append([]string{command, "--store", file}, more...)...)
			_, got, errs := invoke(t.Context(), append([]string{command, "--config", config}, more...)...)
			if got != want || (errs == "") != (said == "") {
				t.Errorf("%s %v of ClickHouse:\n%s%s\nwant\n%s%s", command, more, got, errs, want, said)
			}
		}
	}
	t.Setenv("MILEPOST_STORE_CLICKHOUSE_DATABASE", "nowhere")
	code, _, errs = invoke(t.Context(), "trips", "--config", config)
	if code != exitFailed || !strings.Contains(errs, "run milepost store migrate (") || !strings.Contains(errs, "nowhere doesn't exist") {
		t.Errorf("trips without a database: %d %q", code, errs)
	}
	if code, _, errs := invoke(t.Context(), "trips", "--config", config, "--store", file); code != exitUsage || !strings.Contains(errs, "--store") {
		t.Errorf("two stores at once: %d %q", code, errs)
	}
}

// fillFrom writes what the file holds to ClickHouse.
func fillFrom(t *testing.T, config, file string) {
	t.Helper()
	settings, err := (&storeFlags{Config: config}).settings()
	if err != nil {
		t.Fatal(err)
	}
	servers, layout := clickhouseOf(settings.ClickHouse)
	w, err := clickhouse.OpenWriter(t.Context(), servers, layout)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var batch []outcome.Outcome
	for line := range strings.Lines(stored(t, file)) {
		o, err := outcome.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, o)
	}
	if err := w.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}
