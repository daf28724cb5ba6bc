package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay/capture"
	"milepost/scoring/insurance"
)

// tableOfDocs is the table that docs/operations.md shows.
func tableOfDocs(t *testing.T) string {
	t.Helper()
	return "table: motor-plus/3" + operations(t, "```yaml\ntable: motor-plus/3", "```")
}

func TestTablesCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("motor.yaml", tableOfDocs(t))
	code, out, errs := invoke(t.Context(), "tables", "check", dir)
	for _, want := range []string{
		"motor-plus/3: product ubi, a factor each quarter, 0.8 to 1.1 (with surcharges);\nat least 300 km on 20 days",
		"score to factor: from 0: 1.1, from 40: 1, from 70: 0.9, from 90: 0.8", "ubi-default/1", "electric share to electric part: 0.3: 0, 0.6: 1",
		"share of the expected (d_n 2200 km)", "night            off",
		"a metre over the limit counts 0 by up to 10 %, 1 by 10 to 20 %, 4 by more",
	} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q is not said:\n%s%s", code, want, out, errs)
		}
	}
	_, lines, _ := invoke(t.Context(), "tables", "check", dir, "--json")
	if n := strings.Count(lines, "\n"); n != 4 || !json.Valid([]byte(strings.SplitN(lines, "\n", 2)[0])) {
		t.Errorf("%d lines of JSON, want 4:\n%s", n, lines)
	}

	write("gap.yaml", strings.Replace(tableOfDocs(t), "{from: 70, to: 90,", "{from: 72, to: 90,", 1))
	for _, args := range [][]string{{"tables", "check", dir}, {"replay", filepath.Join(dir, "none.arrow"), "--tables", dir}} {
		code, _, errs := invoke(t.Context(), args...)
		if code != exitFailed || !strings.Contains(errs, "gap.yaml:24: factor: tiers: a gap: nothing is said of 70 to 72") {
			t.Errorf("%s: exit %d, %s", args[0], code, errs)
		}
	}
	if code, _, errs := invoke(t.Context(), "tables", "check", filepath.Join(dir, "nowhere")); code != exitFailed || !strings.Contains(errs, "nowhere") {
		t.Errorf("a folder that is not there: exit %d, %s", code, errs)
	}
}

// What is printed of tables is no wider than a terminal.
func TestTablesFitATerminal(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "motor.yaml"), []byte(tableOfDocs(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(milepost(t, "tables", "check", dir)) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// A policy that names an insurer's table gets its factor by that: from the folder, through
// a replay, to the factor's receipt.
func TestReplayByAnInsurersTable(t *testing.T) {
	simulated, err := fixtures.New(fixtures.Config{Seed: 7, Vehicles: 1, Days: 2})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "motor.yaml"), []byte(tableOfDocs(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	v, path := simulated.Vehicle(0), filepath.Join(dir, "drive.arrow")
	known := v.Profile()
	known.Consents = append(known.Consents, outcome.ConsentInsurance)
	known.Policies = []fleet.Policy{{ID: "p-1", Product: outcome.ProductUBI, Table: "motor-plus/3", From: "2026-01-01"}}
	w, err := capture.Create(path, []fleet.Profile{known})
	if err != nil {
		t.Fatal(err)
	}
	for f := range v.Frames() {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want bool
	}{{[]string{"replay", path, "--tables", dir}, true}, {[]string{"replay", path}, false}} {
		code, lines, errs := invoke(t.Context(), c.args...)
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, errs)
		}
		if got := strings.Contains(lines, `"table":"motor-plus/3","method":"insurance/1"`); got != c.want {
			t.Errorf("%q: a factor by the table is %v, want %v", c.args, got, c.want)
		}
		if said := strings.Contains(errs, "factors whose table is not known"); said == c.want {
			t.Errorf("%q: the summary says that the table is not known: %v\n%s", c.args, said, errs)
		}
	}
}

// The factors of a store are listed, and the receipt of each gives it again.
func TestFactorsOfAStore(t *testing.T) {
	path, _ := demoStore(t, "factors.db", "--cars", "6", "--days", "10")
	code, out, errs := invoke(t.Context(), "factors", "--store", path)
	for _, want := range []string{"From", "2026-09-01", "simulated-000000", "open", "by ubi-default/1: ", "Sure: credibility"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q is not said:\n%s%s", code, want, out, errs)
		}
	}
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	_, lines, _ := invoke(t.Context(), "factors", "--store", path, "--json")
	factors := strings.Split(strings.TrimSpace(lines), "\n")
	for _, line := range factors {
		o, err := outcome.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		again, err := insurance.FromReceipt(o.(*outcome.Factor))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := json.Marshal(again); err != nil || string(b) != line {
			t.Errorf("from its receipt: %v\n%s\nwant\n%s", err, b, line)
		}
	}
	if len(factors) != 6 {
		t.Errorf("%d factors of 6 cars", len(factors))
	}
	if code, _, errs := invoke(t.Context(), "factors", "--store", path, "--issued"); code != exitFailed || !strings.Contains(errs, "holds no such factors") {
		t.Errorf("issued ones: exit %d, %s", code, errs)
	}
	if code, _, _ := invoke(t.Context(), "factors", "--store", path, "--limit", "0"); code != exitUsage {
		t.Errorf("--limit 0: exit %d", code)
	}
}
