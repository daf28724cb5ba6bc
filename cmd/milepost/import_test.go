package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/replay/csvimport"
)

const logMapping = `name: test
vehicle: {constant: car}
zone: Europe/Madrid
sources:
  - name: log
    files: '*.csv'
    time: {columns: [t], format: unix_s}
    columns: [{from: v, to: Vehicle.Speed, unit: km/h}]
`

// importText imports a text and gives the folder, the exit code and what was said.
func importText(t *testing.T, csv string, out string) (dir string, code int, stderr string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"m.yaml": logMapping, "a.csv": csv} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, _, stderr = invoke(t.Context(), "import", "csv", "--map", filepath.Join(dir, "m.yaml"), filepath.Join(dir, "a.csv"), "--out", filepath.Join(dir, out))
	return dir, code, stderr
}

func TestImportNeverWritesOverWhatItReads(t *testing.T) {
	const good = "t,v\n1600000000,1\n"
	for out, says := range map[string]string{
		"a.csv": "it is one of the files to import", "m.yaml": "it is the file that is read", ".": "it is a folder",
		"none/a.arrow": "no such file or directory",
	} {
		dir, code, stderr := importText(t, good, out)
		if code != exitFailed || !strings.Contains(stderr, says) || strings.Contains(stderr, "Imported") {
			t.Errorf("--out %s: exit %d: %s", out, code, stderr)
		}
		if text, err := os.ReadFile(filepath.Join(dir, "a.csv")); err != nil || string(text) != good {
			t.Errorf("--out %s: the input is now %q, %v", out, text, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
			t.Errorf("--out %s: left %v, %v", out, left, err)
		}
	}
}

func TestConvertNeverWritesOverWhatItReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "drives.parquet")
	before, err := os.ReadFile(record(t, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := invoke(t.Context(), "convert", path, path)
	if after, err := os.ReadFile(path); code != exitFailed || err != nil || string(after) != string(before) {
		t.Errorf("exit %d, %v: %s", code, err, stderr)
	}
}

func TestImportThatFailsShowsNoSummary(t *testing.T) {
	_, code, stderr := importText(t, "t,v\nsoon,1\n", "a.arrow")
	if code != exitFailed || strings.Contains(stderr, "Imported") || !strings.Contains(stderr, "not a time of this format (soon)") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	in := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(in, []byte("time_utc,drive\n1,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr = invoke(ctx, "import", "csv", "--map", "omaha", in, "--out", filepath.Join(dir, "a.arrow"))
	if code == exitOK || strings.Contains(stderr, "Imported") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
}

func TestImportShowsNoControlCharacters(t *testing.T) {
	const wild = "\x1b[31m\x07\x00"
	for _, csv := range []string{
		"t,v\n1600000000,1\n1600000001," + wild + "\n",
		"t," + wild + "\n1600000000,1\n",
		"t,v,x\n1600000000,1,\n" + wild + ",1,\n",
	} {
		_, _, stderr := importText(t, csv, "a.arrow")
		if i := strings.IndexFunc(stderr, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q at byte %d of:\n%q", stderr[i], i, stderr)
		}
		if !strings.Contains(stderr, `\x1b[31m\a\x00`) {
			t.Errorf("the cell is not shown:\n%s", stderr)
		}
	}
}

func TestImportHelpNamesTheFileToWrite(t *testing.T) {
	_, stdout, _ := invoke(t.Context(), "import", "csv", "--help")
	if !strings.Contains(stdout, "--out=FILE ") {
		t.Error(stdout)
	}
}

func TestLeftOutFitsATerminal(t *testing.T) {
	const base = "/data/fleet/"
	drops := []csvimport.Drop{
		{File: base + "D1/20151111123124-25km-D1-NORMAL-MOTORWAY/RAW_ACCELEROMETERS.txt", Column: "row", Reason: "time repeats",
			Count: 1_234_567, WholeRow: true, FirstLine: 1_000_000, Example: "0.54"},
		{File: base + "D1/20151111123124-25km-D1-NORMAL-MOTORWAY/RAW_ACCELEROMETERS.txt", Column: "Vehicle_Speed_Over_Ground",
			Reason: "out of range -60 to 500 km/h", Count: 3, FirstLine: 7, Example: strings.Repeat("9", 40)},
		{File: base + "D2/gps.txt", Column: "8", Reason: "marked as not available", Count: 1, FirstLine: 4, Example: "-1"},
	}
	var b strings.Builder
	if err := printDrops(&b, drops); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")); n > reportWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	golden(t, "leftout", b.String())
}

func TestCommonFolder(t *testing.T) {
	for _, c := range []struct{ files, want string }{
		{"/a/b/c.csv", "/a/b/"}, {"/a/b/c.csv /a/b/d.csv", "/a/b/"}, {"/a/b/c.csv /a/bb/c.csv", "/a/"},
		{"/c.csv /a/b.csv", "/"}, {"c.csv a/d.csv", ""},
	} {
		var drops []csvimport.Drop
		for _, f := range strings.Fields(c.files) {
			drops = append(drops, csvimport.Drop{File: f})
		}
		if got := commonFolder(drops); got != c.want {
			t.Errorf("%s: %q, want %q", c.files, got, c.want)
		}
	}
}

func TestManyOverlapsAreAddedUp(t *testing.T) {
	var overlaps []string
	for i := range 600 {
		overlaps = append(overlaps, fmt.Sprintf("vehicle %d: the drive of 2020-07-01T10:00:01.000Z begins before that of 2020-07-01T10:00:00.000Z ends", i))
	}
	var b strings.Builder
	if err := printOverlaps(&b, overlaps); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if diff := cmp.Diff("note: 590 more drives overlap", lines[len(lines)-1]); diff != "" || len(lines) > 30 {
		t.Errorf("%d lines: %s", len(lines), diff)
	}
}
