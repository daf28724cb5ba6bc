package csvimport_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/replay/capture"
	"milepost/replay/csvimport"
	"milepost/telemetry"
)

// head begins a mapping of one kind of file, with a speed and a position.
const head = `
name: test
vehicle: {constant: car}
zone: Europe/Madrid
`

const simple = head + `
sources:
  - name: log
    files: '*.csv'
    'null': [NPI]
    time: {columns: [t], format: unix_s}
    columns:
      - {from: v, to: Vehicle.Speed, unit: km/h, na: [255]}
      - {from: lat, to: Vehicle.CurrentLocation.Latitude, unit: degrees}
      - {from: lon, to: Vehicle.CurrentLocation.Longitude, unit: degrees}
`

func TestRowsAndDrops(t *testing.T) {
	const top = "t,v,lat,lon\n"
	for _, c := range []struct {
		name, mapping, file, want, drops string
	}{
		{"plain", simple, top + "1600000000,36,40.5,-3.7\n1600000001.25,72,,\n", `
car 1/0 arrived 2020-09-13T12:26:41.250Z
  2020-09-13T12:26:40.000Z Speed 36
  2020-09-13T12:26:40.000Z Latitude 40.5
  2020-09-13T12:26:40.000Z Longitude -3.7
  2020-09-13T12:26:41.250Z Speed 72
`, ""},
		{"byte order mark, CRLF, quotes, blanks", simple, "\ufeff\"t\", v ,lat,lon\r\n\"1600000000\", 36 ,\"\",NPI\r\n", `
car 1/0 arrived 2020-09-13T12:26:40.000Z
  2020-09-13T12:26:40.000Z Speed 36
`, ""},
		{"cells that are no values", simple, top +
			"1600000000,36,1,1\n1600000001,255,91,2\n1600000002,NaN,0,0\n1600000003,fast,1,NPI\n1600000004,Inf,1,1\n1600000005,NPI,,\n1600000006,600,,\n", `
car 1/0 arrived 2020-09-13T12:26:44.000Z
  2020-09-13T12:26:40.000Z Speed 36
  2020-09-13T12:26:40.000Z Latitude 1
  2020-09-13T12:26:40.000Z Longitude 1
  2020-09-13T12:26:44.000Z Latitude 1
  2020-09-13T12:26:44.000Z Longitude 1
`, `
log.csv:3 lat: out of range -90 to 90 degrees, 1 value, "91"
log.csv:3 lon: half a position, 1 value, "2"
log.csv:3 row: no value in a mapped column, 5 row, ""
log.csv:3 v: marked as not available, 1 value, "255"
log.csv:4 lat: position at 0,0, 1 value, "0"
log.csv:4 v: not a number, 2 value, "NaN"
log.csv:5 lat: half a position, 1 value, "1"
log.csv:6 v: out of range -60 to 500 km/h, 2 value, "Inf"
`},
		{"times that do not increase", simple, top +
			"1600000000,1,,\n1600000009,2,,\n1600000001,3,,\n1600000002,4,,\n1600000002,5,,\n,6,,\nsoon,7,,\n1e300,8,,\n946684800000,9,,\n5,10,,\n", `
car 1/0 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:40.000Z Speed 1
  2020-09-13T12:26:41.000Z Speed 3
  2020-09-13T12:26:42.000Z Speed 4
`, `
log.csv:3 row: time goes backwards, 1 row, "1600000009"
log.csv:6 row: time repeats, 1 row, "1600000002"
log.csv:7 t: not a time of this format, 4 row, ""
log.csv:11 row: time before earliest or after latest, 1 row, "5"
`},
		{"rows of another width", simple, top + "1600000000,1,,\n1600000001,2\n1600000002,3,,,\n1600000003,4,,,5\n1600000004,6,\"\"x,\n1600000005,7,,", `
car 1/0 arrived 2020-09-13T12:26:45.000Z
  2020-09-13T12:26:40.000Z Speed 1
  2020-09-13T12:26:42.000Z Speed 3
  2020-09-13T12:26:45.000Z Speed 7
`, `
log.csv:3 row: fewer cells than columns, 1 row, "1600000001 2"
log.csv:5 row: more cells than the header, 1 row, "1600000003 4   5"
log.csv:6 row: misplaced quote, 1 row, ""
`},
		{"sorted", simple + "order: sort\n", top + "1600000002,3,,\n1600000000,1,,\n1600000001,2,,\n1600000000,4,,\n", `
car 1/0 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:40.000Z Speed 1
  2020-09-13T12:26:41.000Z Speed 2
  2020-09-13T12:26:42.000Z Speed 3
`, "\nlog.csv:5 row: time repeats, 1 row, \"1600000000\"\n"},
		{"a bad value costs its row", simple + "bad_value: drop_row\n", top + "1600000000,x,,\n1600000001,255,1,1\n1600000002,3,,\n", `
car 1/0 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:41.000Z Latitude 1
  2020-09-13T12:26:41.000Z Longitude 1
  2020-09-13T12:26:42.000Z Speed 3
`, `
log.csv:2 v: not a number, 1 row, "x"
log.csv:3 v: marked as not available, 1 value, "255"
`},
		{"frames of 2 s", simple + "frame_s: 2\n", top + "1600000000,1,,\n1600000001.5,2,,\n1600000002,3,,\n1600000100,4,,\n", `
car 1/0 arrived 2020-09-13T12:26:41.500Z
  2020-09-13T12:26:40.000Z Speed 1
  2020-09-13T12:26:41.500Z Speed 2
car 1/1 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:42.000Z Speed 3
car 1/2 arrived 2020-09-13T12:28:20.000Z
  2020-09-13T12:28:20.000Z Speed 4
`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report, err := importFiles(t, c.mapping, map[string]string{"log.csv": c.file, "readme.txt": "x"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.drops, "\n"), drops(report)); diff != "" {
				t.Errorf("drops (-want +got):\n%s", diff)
			}
			if report.Files != 1 || report.Ignored != 1 || report.Drives != 1 || report.Vehicles != 1 {
				t.Errorf("report: %+v", report)
			}
		})
	}
}

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	const top = "t,v,lat,lon\n"
	for _, c := range []struct {
		name, mapping, file, says string
	}{
		{"missing column", simple, "t,speed,lat,lon\n1,2,3,4\n", `log.csv: the files do not fit the mapping: there is no column "v" among: t, speed, lat, lon`},
		{"column twice", simple, "t,v,v,lat,lon\n1,2,3,4,5\n", `the header has column "v" twice`},
		{"empty", simple, "", "log.csv: the files do not fit the mapping: the file is empty"},
		{"header only", simple, top, "not one row of 0 could be used"},
		{"not one time", simple, top + "x,1,2,3\n", "not one row of 1 could be used"},
		{"open quote", simple, top + "1600000000,\"1,,\n1600000001,2,,\n", "the quote opened in line 2 is closed wrongly or never"},
		{"UTF-16", simple, "\xff\xfet\x00,\x00", "it is UTF-16"},
		{"bad value fails", simple + "bad_value: fail\n", top + "1600000000,x,,\n", `log.csv:2: column v: "x": not a number`},
		{"bad time fails", simple + "bad_time: fail\n", top + "1600000000,1,,\nsoon,1,,\n", `log.csv:3: column t: "soon": not a time`},
		{"early time fails", simple + "bad_time: fail\n", top + "7,1,,\n", `log.csv:2: "7": time before earliest`},
		{"order fails", simple + "order: fail\n", top + "1600000001,1,,\n1600000000,1,,\n1600000002,1,,\n1600000003,1,,\n", `log.csv:2: "1600000001": time goes backwards`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := importFiles(t, c.mapping, map[string]string{"log.csv": c.file})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
}

func TestFilesThatDoNotMatch(t *testing.T) {
	two := simple + strings.Replace(simple[strings.Index(simple, "  - name: log"):], "log\n    files: '*.csv'", "other\n    files: '*.dat'", 1)
	dir := folder(t, map[string]string{"log.txt": "t,v,lat,lon\n1600000000,1,,\n"})
	out := filepath.Join(t.TempDir(), "a.arrow")
	for _, c := range []struct{ mapping, path, says string }{
		{two, dir, "nothing in " + dir + " is named *.csv or *.dat"},
		{two, filepath.Join(dir, "log.txt"), "is not named *.csv or *.dat"},
		{two, filepath.Join(dir, "other.csv"), "no such file"},
		{simple, dir, "nothing in " + dir + " is named *.csv"},
		{simple, filepath.Join(dir, "log.txt"), ""}, // named, and there is only one kind
	} {
		m, err := csvimport.Load("test.yaml", []byte(c.mapping))
		if err != nil {
			t.Fatal(err)
		}
		_, err = csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{c.path}, Out: out})
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: got %v, want it to say %q", c.path, err, c.says)
		}
	}
}

func TestInterruptedImportLeavesNothing(t *testing.T) {
	m, err := csvimport.Load("test.yaml", []byte(simple))
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{"log.csv": "t,v,lat,lon\n1600000000,1,,\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "a.arrow")
	_, err = csvimport.Import(ctx, m, csvimport.Options{Files: []string{dir}, Out: out})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestProfilesOfTheMapping(t *testing.T) {
	mapping := strings.Replace(simple, "vehicle: {constant: car}", `vehicle: {file: '^(.*)\.csv$'}`, 1) +
		"powertrain: hybrid\nvehicles: [{vehicle_id: b, zone: Asia/Tokyo, powertrain: electric}]\n"
	m, err := csvimport.Load("test.yaml", []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	const text = "t,v,lat,lon\n1600000000,1,,\n"
	out := filepath.Join(t.TempDir(), "a.arrow")
	dir := folder(t, map[string]string{"b.csv": text, "a.csv": text})
	read := int64(0)
	_, err = csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{dir, dir + "/a.csv"}, Out: out,
		Progress: func(done, total int64) {
			if read = done; total != int64(2*len(text)) {
				t.Errorf("total %d", total)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	if read != int64(2*len(text)) {
		t.Errorf("progress ended at %d", read)
	}
	r, err := capture.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := []fleet.Profile{
		{VehicleID: "a", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid},
		{VehicleID: "b", Zone: "Asia/Tokyo", Powertrain: fleet.Electric},
	}
	if diff := cmp.Diff(want, r.Profiles()); diff != "" {
		t.Error(diff)
	}
}

// The first sign after a stretch that was not shared is told whatever signs said in it, and
// those are not told; nor does it matter which column comes first.
func TestSignsOfUnsharedRows(t *testing.T) {
	const mapping = head + `
sources:
  - name: log
    files: '*.csv'
    time: {columns: [t], format: unix_s}
    columns:
      - {from: sign, to: Vehicle.Overlay.SpeedLimitSign, unit: km/h}
      - {from: shared, to: Vehicle.Privacy.IsLocationShared, words: {'1': true, '0': false}}
`
	var first []byte
	for _, hidden := range []string{"50", "80", "0", ""} {
		dir := t.TempDir()
		rows := "t,sign,shared\n1600000000,50,1\n1600000001," + hidden + ",0\n1600000002," + hidden + ",0\n1600000003,50,1\n1600000004,50,1\n"
		if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := csvimport.Load("test", []byte(mapping))
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, "out.arrow")
		if _, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{filepath.Join(dir, "a.csv")}, Out: out}); err != nil {
			t.Fatal(err)
		}
		r, err := capture.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		var told []int32
		var f telemetry.Frame
		for r.Next(&f) == nil {
			for i, s := range f.Body.Signal {
				if s == telemetry.SpeedLimitSign {
					told = append(told, f.Body.At[i])
				}
			}
		}
		r.Close()
		if diff := cmp.Diff([]int32{0, 3_000_000}, told); diff != "" {
			t.Errorf("hidden signs %q: signs told at (-want +got):\n%s", hidden, diff)
		}
		capture, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = capture
		} else if string(first) != string(capture) {
			t.Errorf("hidden signs %q change the capture", hidden)
		}
	}
}
