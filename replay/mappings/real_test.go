package mappings_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"milepost/fixtures/recordings"
	"milepost/replay/capture"
	"milepost/replay/csvimport"
	"milepost/replay/mappings"
	"milepost/telemetry"
)

// imported is what became of a set.
type imported struct {
	report csvimport.Report
	frames []*telemetry.Frame
}

func importSet(t *testing.T, set string) (dir string, got imported) {
	t.Helper()
	dir = recordings.Folder(t, set)
	return dir, importFolder(t, set, dir)
}

// importFolder imports a folder by the mapping of a set and checks what holds for every set.
func importFolder(t *testing.T, set, dir string) (got imported) {
	t.Helper()
	text, _ := mappings.Lookup(set)
	m, err := csvimport.Load(set, text)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "drives.arrow")
	if got.report, err = csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{dir}, Out: out}); err != nil {
		t.Fatal(err)
	}
	r, err := capture.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		f := new(telemetry.Frame)
		if err := r.Next(f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got.frames = append(got.frames, f)
	}
	if len(r.Drops()) > 0 {
		t.Errorf("the capture has bad values: %v", r.Drops())
	}
	got.checkFrames(t)
	return got
}

// checkFrames checks what holds for every set: boots by their drive's start and sequences from 0
// without holes, arrivals in order, and every row accounted for.
func (g *imported) checkFrames(t *testing.T) {
	t.Helper()
	type boot struct {
		vehicle string
		boot    uint32
	}
	next, vehicles, arrived := map[boot]uint64{}, map[string]bool{}, int64(0)
	for _, f := range g.frames {
		key := boot{f.VehicleID, f.Boot}
		if f.Sequence != next[key] {
			t.Fatalf("%v: sequence %d, want %d", key, f.Sequence, next[key])
		}
		next[key]++
		vehicles[f.VehicleID] = true
		if began := uint32(f.Start / 1_000_000); f.Sequence == 0 && f.Boot != began {
			t.Fatalf("%v: boot %d of a drive that began at %d", key, f.Boot, began)
		}
		if f.Arrived < arrived || f.Arrived != f.End() {
			t.Fatalf("%v %d arrived at %d after %d, its end is %d", key, f.Sequence, f.Arrived, arrived, f.End())
		}
		arrived = f.Arrived
		var d telemetry.Drops
		before := f.Samples()
		if f.Clean(&d); f.Samples() != before {
			t.Fatalf("%v %d is not clean", key, f.Sequence)
		}
	}
	if len(next) != g.report.Drives || len(vehicles) != g.report.Vehicles || len(g.frames) != g.report.Frames {
		t.Errorf("%d drives, %d vehicles, %d frames found; report: %+v", len(next), len(vehicles), len(g.frames), g.report)
	}
	lost := int64(0)
	for _, d := range g.report.Drops {
		if d.WholeRow {
			lost += d.Count
		}
	}
	if g.report.RowsRead != g.report.RowsKept+lost {
		t.Errorf("%d rows read, %d kept, %d counted", g.report.RowsRead, g.report.RowsKept, lost)
	}
}

// dropped sums a report's counts by column and the beginning of the reason.
func (g *imported) dropped(column, reason string) int64 {
	n := int64(0)
	for _, d := range g.report.Drops {
		if d.Column == column && strings.HasPrefix(d.Reason, reason) {
			n += d.Count
		}
	}
	return n
}

// want compares counts by name.
func want(t *testing.T, what string, got, want int64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, the files have %d", what, got, want)
	}
}

// lines reads a file's lines that are not blank, split by the separator; "" means
// by blanks.
func lines(t *testing.T, path, separator string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		switch {
		case line == "":
		case separator == "":
			out = append(out, strings.Fields(line))
		default:
			out = append(out, strings.Split(line, separator))
		}
	}
	return out
}

func glob(t *testing.T, parts ...string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(parts...))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %v: %v", parts, err)
	}
	return paths
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// speeds sums the speed samples, in km/h.
func (g *imported) speeds() (sum float64, n int64) {
	for _, f := range g.frames {
		for _, v := range f.Speed.Speed {
			if telemetry.Known(v) {
				sum, n = sum+float64(v)*3.6, n+1
			}
		}
	}
	return sum, n
}
