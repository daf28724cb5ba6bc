package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// benchRoads runs the command and reads its figures.
func benchRoads(t *testing.T, drives, roads string) (f roadsFigures) {
	t.Helper()
	var out bytes.Buffer
	c := benchRoadsCmd{Curitiba: drives, Roads: roads, Name: []string{"name", "NMVIA"}, JSON: true}
	if err := c.Run(&terminal{Stdout: &out, Stderr: &out}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	return f
}

const streetsHead = "DRIVER;LONG;LAT;DAY_CORRIGIDO;PR;ID;SPD_KMH;HEADING;VALID_TIME;NOME_RUA\n"

// streetFiles are a drive east along one street, 3 m beside it, and a map of that
// street, one beside it and one across.
func streetFiles(t *testing.T, wrongClock bool) (drives, roads string) {
	t.Helper()
	const perM = 1 / 111_194.9
	var csv, lines strings.Builder
	csv.WriteString(streetsHead)
	comma := func(v float64) string { return strings.Replace(fmt.Sprintf("%.7f", v), ".", ",", 1) }
	for i := range 120 {
		valid := "Yes"
		if wrongClock && i%2 == 1 {
			valid = "No"
		}
		fmt.Fprintf(&csv, "Z;%s;%s;26/8/2019;19:%02d:%02d;Z1;36;90;%s;%s\n", comma(10*float64(i)*perM), comma(3*perM), i/60, i%60, valid,
			[]string{"AV, Á PRINCIPAL", "NPI"}[i%4/3])
	}
	line := func(name string, from, to [2]float64) {
		fmt.Fprintf(&lines, `{"type":"Feature","properties":{"NMVIA":%q},"geometry":{"type":"LineString","coordinates":[[%.7f,%.7f],[%.7f,%.7f]]}}`+"\n",
			name, from[0]*perM, from[1]*perM, to[0]*perM, to[1]*perM)
	}
	line("AV. A PRINCIPAL", [2]float64{-50, 0}, [2]float64{600, 0})
	line("AV. A PRINCIPAL", [2]float64{600, 0}, [2]float64{1300, 0})
	line("R. DE LADO", [2]float64{-50, 40}, [2]float64{1300, 40})
	line("R. TRANSVERSAL", [2]float64{600, 0}, [2]float64{600, 300})
	dir := t.TempDir()
	drives, roads = filepath.Join(dir, "driver_Z.csv"), filepath.Join(dir, "streets.geojsonl")
	for path, text := range map[string]string{drives: csv.String(), roads: lines.String()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return drives, roads
}

func TestBenchRoads(t *testing.T) {
	f := benchRoads(t, first(streetFiles(t, false)), second(streetFiles(t, false)))
	if f.Points != 120 || f.Named != 90 || f.Unknown != 0 || f.Share != 1 || f.Paths != 1 || f.Raw != 0 || f.Clear != 1 {
		t.Errorf("figures of a plain drive: %+v", f)
	}
	if f.Ambiguous != 2 { // the street across is within 10 m for 20 m, and one of those points has no name
		t.Errorf("%d points in several streets, want 2", f.Ambiguous)
	}
	if !(f.PerS > 0 && f.P50 > 0 && f.P95 >= f.P50) || math.IsNaN(f.Nearest) {
		t.Errorf("speeds: %+v", f)
	}
	drives, roads := streetFiles(t, true)
	if f := benchRoads(t, drives, roads); f.Points != 60 || f.Share != 1 {
		t.Errorf("figures with wrong clocks: %+v", f)
	}
}

// rewritten writes a file of drives anew, its rows as change gives them.
func rewritten(t *testing.T, drives string, change func(i int, row string) string) string {
	t.Helper()
	text, err := os.ReadFile(drives)
	if err != nil {
		t.Fatal(err)
	}
	out := streetsHead
	for i, row := range strings.SplitAfter(strings.TrimPrefix(string(text), streetsHead), "\n") {
		out += change(i, row)
	}
	path := filepath.Join(t.TempDir(), "driver_Z.csv")
	if err := os.WriteFile(path, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file of few rows is matched as well as the same rows of a full one: no distance is
// counted where no speeds are, and none of it reads as standing still.
func TestBenchRoadsOfFewRows(t *testing.T) {
	drives, roads := streetFiles(t, false)
	slow := rewritten(t, drives, func(i int, row string) string {
		if i%5 != 0 {
			return ""
		}
		return row
	})
	read, err := readStreets(slow)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < read[0].track.Len(); i++ {
		if d := read[0].track.Driven[i] - read[0].track.Driven[i-1]; d < 1e7 {
			t.Errorf("%g m driven over a gap of 5 s, want a number that no matcher believes", d)
		}
	}
	if f := benchRoads(t, slow, roads); f.Points != 24 || f.Share != 1 || f.Looked < 20 {
		t.Errorf("figures of every fifth row: %+v", f)
	}
}

// A place that no car can have come to costs no other point its street.
func TestBenchRoadsPassesOverLeaps(t *testing.T) {
	drives, roads := streetFiles(t, false)
	leaping := rewritten(t, drives, func(i int, row string) string {
		if i%20 != 10 {
			return row
		}
		cells := strings.Split(row, ";")
		cells[2] = "0,1000000"
		return strings.Join(cells, ";")
	})
	if f := benchRoads(t, leaping, roads); f.Share != 1 || f.Paths != 1 || f.Thinned.Share != 1 {
		t.Errorf("figures with leaps: %+v", f)
	}
}

func TestBenchRoadsWithoutStreets(t *testing.T) {
	drives, roads := streetFiles(t, false)
	for name, change := range map[string]func(int, string) string{
		"no names": func(_ int, row string) string { return strings.ReplaceAll(row, "AV, Á PRINCIPAL", "NPI") },
		"no rows":  func(int, string) string { return "" },
	} {
		c := benchRoadsCmd{Curitiba: rewritten(t, drives, change), Roads: roads, Name: []string{"NMVIA"}, JSON: true}
		var out bytes.Buffer
		if err := c.Run(&terminal{Stdout: &out, Stderr: &out}); err == nil || !strings.Contains(err.Error(), "driver_Z.csv: of ") {
			t.Errorf("%s: %v, printed %s", name, err, out.String())
		}
	}
}

// The table stands in a terminal of 80 columns.
func TestBenchRoadsFitsATerminal(t *testing.T) {
	drives, roads := streetFiles(t, false)
	text, err := os.ReadFile(drives)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("COMPRIDA", 12)
	if err := os.WriteFile(drives, bytes.ReplaceAll(text, []byte("AV, Á PRINCIPAL"), []byte(long)), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := benchRoadsCmd{Curitiba: drives, Roads: roads, Name: []string{"name", "NMVIA"}, Wrong: true}
	if err := c.Run(&terminal{Stdout: &out, Stderr: &out}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if !strings.Contains(out.String(), "where it is clear") {
		t.Errorf("no figures: %s", out.String())
	}
}

func first(a, _ string) string  { return a }
func second(_, b string) string { return b }

func TestBenchRoadsOfBrokenFiles(t *testing.T) {
	_, roads := streetFiles(t, false)
	empty := filepath.Join(t.TempDir(), "empty.csv")
	if err := os.WriteFile(empty, []byte("ID;LAT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := benchRoadsCmd{Curitiba: empty, Roads: roads}
	if err := c.Run(&terminal{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}); err == nil || !strings.Contains(err.Error(), "no column DAY_CORRIGIDO") {
		t.Errorf("a file without columns: %v", err)
	}
	c = benchRoadsCmd{Curitiba: empty, Roads: empty}
	if err := c.Run(&terminal{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}); err == nil {
		t.Error("a map that is none is taken")
	}
}

// Recorded drives in a city of 40,000 street axes. The file's column names a street
// by 10 m about its axis, so that it tells the street driven only where that is one.
func TestBenchRoadsOnRecordedDrives(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("seconds of measuring: make test-long runs it, without the race detector")
	}
	data := os.Getenv("MILEPOST_DATA")
	if data == "" {
		t.Skip("MILEPOST_DATA is not set")
	}
	for _, driver := range []string{"A", "B"} {
		f := benchRoads(t, filepath.Join(data, "curitiba", "driver_"+driver+".csv"), filepath.Join(data, "curitiba", "ippuc_road_axis.geojsonl.gz"))
		t.Logf("driver %s: %+v", driver, f)
		if f.Clear < 0.98 || f.ClearMatched < 0.98 || f.Junction < 0.98 || f.Share < 0.92 || f.Raw > 0.01 {
			t.Errorf("driver %s, every point: %+v", driver, f.matchFigures)
		}
		if f.Thinned.Share < f.Share-0.0035 || f.Tenth.Clear < 0.98 || f.Tenth.Junction < 0.98 {
			t.Errorf("driver %s, fewer points: %+v, %+v", driver, f.Thinned, f.Tenth)
		}
	}
}
