package csvimport_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milepost/replay/capture"
	"milepost/replay/csvimport"
	"milepost/telemetry"
)

// folder writes files into a new folder and returns it.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// importFiles imports files by a mapping and gives the frames as text, the report
// with paths relative to the files' folder, and the error.
func importFiles(t testing.TB, mapping string, files map[string]string) (string, csvimport.Report, error) {
	t.Helper()
	m, err := csvimport.Load("test.yaml", []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	in := folder(t, files)
	out := filepath.Join(t.TempDir(), "drives.arrow")
	report, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{in}, Out: out})
	if err != nil {
		if left, e := os.ReadDir(filepath.Dir(out)); e != nil || len(left) > 0 {
			t.Errorf("a failed import left %v, %v", left, e)
		}
		return "", report, err
	}
	checkSums(t, report)
	for i := range report.Drops {
		report.Drops[i].File = strings.TrimPrefix(report.Drops[i].File, in+string(filepath.Separator))
	}
	return dump(t, out), report, nil
}

// checkSums checks that every row was kept or counted.
func checkSums(t testing.TB, r csvimport.Report) {
	t.Helper()
	lost := int64(0)
	for _, d := range r.Drops {
		if d.WholeRow {
			lost += d.Count
		}
	}
	if r.RowsRead != r.RowsKept+lost {
		t.Errorf("%d rows read, %d kept, %d counted as left out", r.RowsRead, r.RowsKept, lost)
	}
}

// dump writes a capture as text: a line for each frame, with the vehicle's drives
// counted from 1 in the order of their boots, and one for each sample or change,
// values in VSS units.
func dump(t testing.TB, path string) string {
	t.Helper()
	r, err := capture.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b strings.Builder
	var f telemetry.Frame
	boots := map[string][]uint32{}
	for {
		err := r.Next(&f)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := boots[f.VehicleID]
		if i := slices.Index(seen, f.Boot); i < 0 {
			boots[f.VehicleID] = append(seen, f.Boot)
			f.Boot = uint32(len(seen) + 1)
		} else {
			f.Boot = uint32(i + 1)
		}
		dumpFrame(&b, &f)
	}
	if len(r.Drops()) > 0 {
		t.Errorf("the capture has bad values: %v", r.Drops())
	}
	return b.String()
}

func dumpFrame(b *strings.Builder, f *telemetry.Frame) {
	fmt.Fprintf(b, "%s %d/%d arrived %s\n", f.VehicleID, f.Boot, f.Sequence, clockText(f.Arrived))
	var lines []string
	for _, s := range telemetry.Signals() {
		name := s.Path[strings.LastIndex(s.Path, ".")+1:]
		for i, at := range *f.Offsets(s.Track) {
			if v, ok := valueAt(f, s, i); ok {
				lines = append(lines, fmt.Sprintf("  %s %s %.7g", clockText(f.Start+int64(at)), name, v))
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int {
		return strings.Compare(a[:strings.Index(a, "Z")], b[:strings.Index(b, "Z")])
	})
	b.WriteString(strings.Join(lines, "\n") + "\n")
}

func clockText(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000Z") }

func valueAt(f *telemetry.Frame, s telemetry.Signal, i int) (float64, bool) {
	v := math.NaN()
	switch {
	case s.Track == telemetry.TrackBody:
		if int(f.Body.Signal[i]) == s.Index {
			v = float64(f.Body.Value[i])
		}
	case s.Double:
		v = telemetry.At(*f.Doubles(s.Track)[s.Index], i)
	default:
		v = float64(telemetry.At(*f.Floats(s.Track)[s.Index], i))
	}
	return s.Outside(v), !math.IsNaN(v)
}

// drops renders the drops of a report: file:line column: reason × count (example).
func drops(r csvimport.Report) string {
	var b strings.Builder
	for _, d := range r.Drops {
		what := "value"
		if d.WholeRow {
			what = "row"
		}
		fmt.Fprintf(&b, "%s:%d %s: %s, %d %s, %q\n", d.File, d.FirstLine, d.Column, d.Reason, d.Count, what, d.Example)
	}
	return b.String()
}
