package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milepost/erase"
)

// Each place can be told from the others in 80 columns, whatever its name and counts.
func TestTheTableOfAnErasure(t *testing.T) {
	long := "/srv/" + strings.Repeat("a-long-folder/", 9)
	gone := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	p := &erase.Proof{Found: true, Verified: true, Stays: []string{"outcomes milepost.outcomes"}, Places: []*erase.Place{
		{Kind: erase.KindStore, Name: "ClickHouse 127.0.0.1:29116/milepost", Found: erase.Counts{"trips": 12345678}, Verified: true},
		{Kind: erase.KindStore, Name: "ClickHouse 127.0.0.1:29116/mileage", Verified: true},
		{Kind: erase.KindStore, Name: long + "one/store.db", Verified: true},
		{Kind: erase.KindStore, Name: long + "two/store.db", Verified: true},
		{Kind: erase.KindTelemetry, Name: "milepost.telemetry", Found: erase.Counts{"records to be read": 12345678}, GoneBy: &gone, Verified: true},
		{Kind: erase.KindOutcomes, Name: "milepost.outcomes", Found: erase.Counts{"records": 4}, Never: true, Verified: true},
	}}
	var out strings.Builder
	if err := printProof(&out, p); err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(out.String(), "telemetry milepost.telemetry: ")
	first := "" // the first column
	for line := range strings.Lines(table) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
		runes := []rune(strings.TrimRight(line, "\n"))
		first += strings.TrimSpace(string(runes[:min(len(runes), 33)]))
	}
	for _, name := range []string{"ClickHouse 127.0.0.1:29116/milepost", "ClickHouse 127.0.0.1:29116/mileage", "one/store.db", "two/store.db", "…", "telemetry", "/srv/a-long"} {
		if !strings.Contains(first, name) {
			t.Errorf("%q cannot be told:\n%s", name, out.String())
		}
	}
	if want := "Erased, except 1 place whose records stay: outcomes milepost.outcomes.\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got\n%swant at its end %s", out.String(), want)
	}
}

func TestTheSummaryOfAnErasure(t *testing.T) {
	two := []string{"outcomes a", "profiles b"}
	for want, p := range map[string]erase.Proof{
		"Erased, and every place read again.":                                                              {Found: true, Verified: true},
		"Erased, except 2 places whose records stay: outcomes a, profiles b.":                              {Found: true, Verified: true, Stays: two},
		"Nothing was found anywhere.":                                                                      {Verified: true},
		"Nothing names them; what names no one is in 2 places whose records stay: outcomes a, profiles b.": {Verified: true, Stays: two},
		"Dry run: nothing was erased.":                                                                     {Found: true, DryRun: true, Stays: two},
		"NOT everything could be verified.":                                                                {Found: true, Stays: two},
	} {
		var out strings.Builder
		if err := conclude(&out, &p); err != nil || out.String() != want+"\n" {
			t.Errorf("got %qwant %q, error %v", out.String(), want, err)
		}
	}
}

// A server that is away is named, and nothing was touched.
func TestEraseWithoutClickHouse(t *testing.T) {
	dir := t.TempDir()
	settings := filepath.Join(dir, "milepost.yaml")
	text := fmt.Sprintf("kafka: {brokers: ['127.0.0.1:1']}\nstate: {dir: %q}\nstore: {sqlite: '', clickhouse: {addresses: ['127.0.0.1:1'], database: cars}}\n", dir)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for dry, want := range map[string]bool{"--dry-run": false, "--no-wait": true} {
		code, shown, told := command(t, "erase", "--config", settings, "--vehicle", "car-a", dry)
		if code != exitFailed || shown != "" || !strings.Contains(told, "127.0.0.1:1, database cars: ") || strings.Contains(told, "nothing was erased: ") != want {
			t.Errorf("%s: exit code %d\n%s%s", dry, code, shown, told)
		}
	}
}
