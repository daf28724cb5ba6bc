package main

import (
	"encoding/json"
	"strings"
	"testing"

	"milepost/outcome"
	"milepost/sinks/clickhouse/clickhousetest"
)

// What milepost run made of a day of a mixed fleet reads the same from both stores as
// from the topic.
func TestCheckOfARun(t *testing.T) {
	addr := fakeBroker(t)
	config, _ := storeSettings(t, clickhousetest.Server(t).Database(t))
	t.Setenv("MILEPOST_KAFKA_BROKERS", addr)
	t.Setenv("MILEPOST_HTTP_LISTEN", "")
	t.Setenv("MILEPOST_STATE_DIR", t.TempDir())
	t.Setenv("MILEPOST_OUTCOMES_TOPIC", "milepost.outcomes")
	for _, args := range [][]string{
		{"store", "migrate", "--config", config},
		{"simulate", "--kafka", addr, "--vehicles", "12", "--days", "2", "--create-topic"},
		{"run", "--config", config, "--until-idle", "3s"},
	} {
		if code, out, errs := invoke(t.Context(), args...); code != exitOK {
			t.Fatalf("milepost %s: %d %s%s", strings.Join(args, " "), code, out, errs)
		}
	}
	code, out, errs := invoke(t.Context(), "store", "check", "--config", config, "--json", "--settle", "1s")
	if code != exitOK {
		t.Errorf("check: %d %s%s", code, out, errs)
	}
	for line := range strings.Lines(out) {
		var v checked
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth} {
			if c := v.Types[kind]; c.InTopic < 10 || c.Unknown != 0 {
				t.Errorf("%s: %ss: %+v", v.Store, kind, c)
			}
		}
	}
}
