package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/replay/capture"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// invoke runs a command line and gives its exit code and what it wrote.
func invoke(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, &terminal{Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

func TestExitCodesAndMessages(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.db")
	text := filepath.Join(dir, "notes.arrow")
	if err := os.WriteFile(text, []byte("not a capture"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.db")
	if s, err := sqlite.Open(t.Context(), empty); err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	hollow := filepath.Join(dir, "hollow.db")
	if err := os.WriteFile(hollow, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want string // in what was written
	}{
		"no arguments":       {nil, exitOK, "Simulate a mixed fleet"},
		"help of a command":  {[]string{"replay", "--help"}, exitOK, "in whatever order"},
		"version":            {[]string{"version"}, exitOK, "milepost "},
		"version flag":       {[]string{"--version"}, exitOK, "milepost "},
		"exit codes":         {[]string{"--help"}, exitOK, "2 wrong use"},
		"once":               {[]string{"demo", "--help"}, exitOK, "does so now in any case"},
		"whose trips":        {[]string{"trips", "--help"}, exitOK, "by default all of them"},
		"whose month":        {[]string{"month", "--help"}, exitOK, "by default the first of the store"},
		"folder as store":    {[]string{"trips", "--store", dir}, exitFailed, "it is a folder: name a file"},
		"store in nowhere":   {[]string{"demo", "--store", filepath.Join(dir, "x", "y.db")}, exitFailed, "there is no folder"},
		"empty file":         {[]string{"month", "--store", hollow}, exitFailed, "the file is empty"},
		"unknown command":    {[]string{"drive"}, exitUsage, "unexpected argument drive"},
		"unknown format":     {[]string{"replay", text, "--out", "xml"}, exitUsage, `--out is "xml": the one format there is, is jsonl`},
		"no such capture":    {[]string{"replay", filepath.Join(dir, "nothing.arrow")}, exitFailed, "nothing.arrow"},
		"not a capture":      {[]string{"replay", text}, exitFailed, "notes.arrow"},
		"missing store":      {[]string{"trips", "--store", missing}, exitFailed, "make one with `milepost demo`"},
		"missing store too":  {[]string{"month", "--store", missing}, exitFailed, "make one with `milepost demo`"},
		"not a store":        {[]string{"month", "--store", text}, exitFailed, "file is not a database"},
		"empty store":        {[]string{"trips", "--store", empty}, exitFailed, "holds no trips"},
		"month of nobody":    {[]string{"month", "--store", empty}, exitFailed, "holds no trips"},
		"month out of range": {[]string{"month", "--store", empty, "--month", "2026-13"}, exitUsage, "must be YYYY-MM"},
		"no limit":           {[]string{"trips", "--store", empty, "--limit", "0"}, exitUsage, "must be at least 1"},
		"empty account":      {[]string{"erase", "--account", "", "--store", empty}, exitUsage, "--vehicle ID, --account ID or --collision ID"},
		"empty vehicle":      {[]string{"erase", "--vehicle", "", "--store", empty}, exitUsage, "--vehicle ID, --account ID or --collision ID"},
		"no cars":            {[]string{"demo", "--cars", "0", "--store", missing + "2"}, exitUsage, "vehicles is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := invoke(t.Context(), c.args...)
			if code != c.code || !strings.Contains(stdout+stderr, c.want) {
				t.Errorf("exit %d, want %d, and %q in:\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
	if info, err := os.Stat(hollow); err != nil || info.Size() != 0 {
		t.Errorf("reading an empty file filled it: %v", err)
	}
	if _, err := os.Stat(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading a missing store left something: %v", err)
	}
}

// demoStore runs the demo into a store of the test's own.
func demoStore(t *testing.T, name string, args ...string) (path, stdout string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	code, stdout, stderr := invoke(t.Context(), append([]string{"demo", "--once", "--store", path}, args...)...)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	return path, strings.NewReplacer(path, "STORE", strings.TrimSuffix(path, ".db")+".roads", "MAP").Replace(stdout)
}

func TestDemoGivesTheSameAgain(t *testing.T) {
	args := []string{"--cars", "3", "--days", "4"}
	first, shown := demoStore(t, "first.db", args...)
	second, shownAgain := demoStore(t, "second.db", args...)
	if diff := cmp.Diff(shown, shownAgain); diff != "" {
		t.Errorf("shown (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(stored(t, first), stored(t, second)); diff != "" {
		t.Errorf("stored (-first +second):\n%s", diff)
	}
	for _, want := range []string{`"source":"matched"`, `"speeding":{"limit_known_m"`, `"highway_m"`} {
		if !strings.Contains(stored(t, first), want) {
			t.Errorf("no trip has %s", want)
		}
	}
	for _, want := range []string{"latest trips", "Score by day", "Distance by day", "aggressive", "Over the limit", "simulated", indicative} {
		if !strings.Contains(shown, want) {
			t.Errorf("the demo does not show %q:\n%s", want, shown)
		}
	}
	if _, other := demoStore(t, "other.db", append(args, "--seed", "2")...); other == shown {
		t.Error("another seed shows the same fleet")
	}
}

// stored is every trip, event and month of a store as JSON lines; each must be
// valid by its schema.
func stored(t *testing.T, path string) string {
	t.Helper()
	validator, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out strings.Builder
	add := func(o outcome.Outcome) {
		if err := validator.Validate(o); err != nil {
			t.Error(err)
		}
		if err := writeLine(&out, o); err != nil {
			t.Fatal(err)
		}
	}
	for _, ref := range tripRefs(t, s) {
		trip, err := s.Trip(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		add(trip)
		events, err := s.Events(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			add(&events[i])
		}
	}
	for _, m := range allMonths(t, s) {
		add(&m)
	}
	return out.String()
}

func tripRefs(t *testing.T, s *sqlite.Store) (refs []read.Ref) {
	t.Helper()
	rows, err := s.Trips(t.Context(), "", read.Key{}, 1_000_000)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d trips, %v", len(rows), err)
	}
	for _, r := range rows {
		refs = append(refs, r.Ref())
	}
	return refs
}

func allMonths(t *testing.T, s *sqlite.Store) (all []outcome.Month) {
	t.Helper()
	vehicles, err := s.Vehicles(t.Context(), "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vehicles {
		months, err := readMonth(t.Context(), s, v.VehicleID, "")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, months...)
	}
	return all
}

// record writes a few simulated days as captures, one file per vehicle.
func record(t *testing.T, vehicles int) (paths []string) {
	t.Helper()
	simulated, err := fixtures.New(fixtures.Config{Seed: 7, Vehicles: vehicles, Days: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i := range vehicles {
		v := simulated.Vehicle(i)
		path := filepath.Join(t.TempDir(), fmt.Sprintf("drive-%d.arrow", i))
		w, err := capture.Create(path, []fleet.Profile{v.Profile()})
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
		paths = append(paths, path)
	}
	return paths
}

func TestReplayPrintsAndStoresTheSame(t *testing.T) {
	captures := record(t, 2)
	code, lines, stderr := invoke(t.Context(), append([]string{"replay"}, captures...)...)
	if code != exitOK || !regexp.MustCompile(`vehicles +2\n`).MatchString(stderr) {
		t.Fatalf("exit %d:\n%s", code, stderr)
	}
	path := filepath.Join(t.TempDir(), "drives.db")
	code, silent, stderr := invoke(t.Context(), append([]string{"replay", "--store", path}, captures...)...)
	if code != exitOK || silent != "" {
		t.Fatalf("exit %d, %d bytes on standard output: %s", code, len(silent), stderr)
	}
	code, both, _ := invoke(t.Context(), append([]string{"replay", "--out", "jsonl", "--store", path}, captures...)...)
	if code != exitOK {
		t.Fatal(code)
	}
	if diff := cmp.Diff(lines, both); diff != "" {
		t.Errorf("lines without and with a store (-without +with):\n%s", diff)
	}
	if diff := cmp.Diff(highest(t, lines), highest(t, stored(t, path))); diff != "" {
		t.Errorf("outcomes (-printed +stored):\n%s", diff)
	}
}

// highest gives the highest revision of every outcome among JSON lines.
func highest(t *testing.T, lines string) map[string]outcome.Outcome {
	t.Helper()
	out := map[string]outcome.Outcome{}
	for line := range strings.Lines(lines) {
		o, err := outcome.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := out[o.Head().ID]; !ok || o.Head().Revision >= before.Head().Revision {
			out[o.Head().ID] = o
		}
	}
	return out
}

func TestStoredTripsAndMonthsAsJSON(t *testing.T) {
	path, _ := demoStore(t, "store.db", "--cars", "1", "--days", "3")
	code, lines, stderr := invoke(t.Context(), "trips", "--json", "--limit", "2", "--store", path)
	if code != exitOK || strings.Count(lines, "\n") != 2 {
		t.Fatalf("exit %d: %s%s", code, lines, stderr)
	}
	var row read.TripRow
	if err := json.Unmarshal([]byte(strings.SplitN(lines, "\n", 2)[0]), &row); err != nil || row.VehicleID != "sim-000000" {
		t.Errorf("first row %+v, %v", row, err)
	}
	code, lines, stderr = invoke(t.Context(), "month", "--json", "--store", path)
	if o, err := outcome.Decode([]byte(lines)); code != exitOK || err != nil || o.Head().Type != outcome.TypeMonth {
		t.Errorf("exit %d, %v: %s%s", code, err, lines, stderr)
	}
}

func TestInterruptedCommandsSaySo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := invoke(ctx, "demo", "--cars", "2", "--days", "1", "--store", filepath.Join(t.TempDir(), "s.db"))
	if code != exitInterrupted || !strings.Contains(stderr, "interrupted") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
