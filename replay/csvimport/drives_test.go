package csvimport_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilesOfAFolderMakeOneDrive(t *testing.T) {
	mapping := `
name: test
drive: folder
vehicle: {folder: '-(D\d)$'}
zone: Europe/Madrid
sources:
  - name: gps
    files: gps.txt
    separator: whitespace
    header: false
    time: &clock {columns: [1], format: seconds_since, start: {folder: '^(\d{14})', format: '20060102150405'}}
    columns:
      - {from: 2, to: Vehicle.Speed, unit: km/h}
      - {from: 3, to: Vehicle.CurrentLocation.Heading, unit: degrees, na: [-1]}
  - name: acc
    files: acc.txt
    optional: true
    separator: whitespace
    header: false
    time: *clock
    columns: [{from: 2, to: Vehicle.Acceleration.Longitudinal, unit: g}]
`
	got, report, err := importFiles(t, mapping, map[string]string{
		"20200701120000-D2/gps.txt":         "0 1 90\n1 2 90\n",
		"x/20200701100000-D1/gps.txt":       "0.5 10 -1\n1.5 20 180\n",
		"x/20200701100000-D1/acc.txt":       "0.4 0.1\n0.5 0.2\n",
		"x/20200701100000-D1/notes.txt":     "",
		"x/20200630100000-late-D2/gps.txt":  "0 3 90\n",
		"x/20200701120001-again-D2/gps.txt": "0 4 90\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `
D2 1/0 arrived 2020-06-30T08:00:00.000Z
  2020-06-30T08:00:00.000Z Speed 3
  2020-06-30T08:00:00.000Z Heading 90
D1 1/0 arrived 2020-07-01T08:00:01.500Z
  2020-07-01T08:00:00.400Z Longitudinal 0.980665
  2020-07-01T08:00:00.500Z Longitudinal 1.96133
  2020-07-01T08:00:00.500Z Speed 10
  2020-07-01T08:00:01.500Z Speed 20
  2020-07-01T08:00:01.500Z Heading 180
D2 2/0 arrived 2020-07-01T10:00:01.000Z
  2020-07-01T10:00:00.000Z Speed 1
  2020-07-01T10:00:00.000Z Heading 90
  2020-07-01T10:00:01.000Z Speed 2
  2020-07-01T10:00:01.000Z Heading 90
D2 3/0 arrived 2020-07-01T10:00:01.000Z
  2020-07-01T10:00:01.000Z Speed 4
  2020-07-01T10:00:01.000Z Heading 90
`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	if report.Drives != 4 || report.Vehicles != 2 || report.Ignored != 1 || report.CaptureRows != 7 {
		t.Errorf("report: %+v", report)
	}
	wantOverlap := []string{"vehicle D2: the drive of 2020-07-01T10:00:01.000Z begins before that of 2020-07-01T10:00:00.000Z ends"}
	if diff := cmp.Diff(wantOverlap, report.Overlaps); diff != "" {
		t.Error(diff)
	}
	_, _, err = importFiles(t, mapping, map[string]string{"20200701120000-D2/acc.txt": "0 1\n"})
	if err == nil || !strings.Contains(err.Error(), "has no gps.txt (source gps)") {
		t.Errorf("a folder without gps.txt: %v", err)
	}
	_, _, err = importFiles(t, mapping, map[string]string{"today/gps.txt": "0 1 1\n"})
	if err == nil || !strings.Contains(err.Error(), `the name of folder "today" does not match`) {
		t.Errorf("a folder without a vehicle: %v", err)
	}
}

func TestDrivesOfAFile(t *testing.T) {
	mapping := `
name: test
drive_column: trip
vehicle: {column: car}
frame_s: 600
sources:
  - name: log
    files: '*.csv'
    time: {columns: [t], format: unix_s}
    drop_where: {ok: ['No', '0']}
    keep_where: {kind: [gps]}
    columns: [{from: v, to: Vehicle.Speed, unit: m/s}]
`
	got, report, err := importFiles(t, mapping, map[string]string{"a.csv": `car,trip,t,v,ok,kind
a,2,1600000100,1,Yes,gps
b,1,1600000000,2,Yes,gps
a,1,1600000000,3,Yes,gps
a,1,1600000001,4,No,gps
,1,1600000001,4,Yes,gps
b,1,1600000150,5,Yes,gps
b,1,1600000151,5,Yes,obd
a,2,1600000101,6,0,gps
`})
	if err != nil {
		t.Fatal(err)
	}
	want := `
a 1/0 arrived 2020-09-13T12:26:40.000Z
  2020-09-13T12:26:40.000Z Speed 10.8
a 2/0 arrived 2020-09-13T12:28:20.000Z
  2020-09-13T12:28:20.000Z Speed 3.6
b 1/0 arrived 2020-09-13T12:29:10.000Z
  2020-09-13T12:26:40.000Z Speed 7.2
  2020-09-13T12:29:10.000Z Speed 18
`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	wantDrops := `
a.csv:5 ok: left out by the mapping: drop_where, 2 row, "No"
a.csv:6 row: no vehicle or drive, 1 row, " 1 1600000001 4 Yes gps"
a.csv:8 kind: left out by the mapping: keep_where, 1 row, "obd"
`
	if diff := cmp.Diff(strings.TrimPrefix(wantDrops, "\n"), drops(report)); diff != "" {
		t.Errorf("drops (-want +got):\n%s", diff)
	}
}

func TestAnchoredClockAndColumnMajorMatrix(t *testing.T) {
	mapping := `
name: test
drive: folder
vehicle: {constant: car}
sources:
  - name: imu
    files: imu.csv
    column_major: [x, y]
    time: &boot {columns: [t], format: seconds_since, anchor: {source: gnss, column: utc, format: unix_ms}}
    columns:
      - {from: x, to: Vehicle.Acceleration.Longitudinal, unit: m/s^2}
      - {from: y, to: Vehicle.Acceleration.Lateral, unit: m/s^2, negate: true}
  - name: gnss
    files: gnss.csv
    time: *boot
    columns: [{from: v, to: Vehicle.Speed, unit: m/s}]
`
	files := map[string]string{
		// x is 1, 2, 3 and y is 10, 20, 30.
		"imu.csv":  "t,x,y\n100.0,1,2\n100.1,3,10\n100.2,20,30\n",
		"gnss.csv": "t,v,utc\n100.1,5,1600000000050\n101.0,6,1600000001000\n102.0,7,1600000002900\n",
	}
	checkImport(t, mapping, files, `
car 1/0 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:40.000Z Longitudinal 1
  2020-09-13T12:26:40.000Z Lateral -10
  2020-09-13T12:26:40.100Z Longitudinal 2
  2020-09-13T12:26:40.100Z Lateral -20
  2020-09-13T12:26:40.100Z Speed 18
  2020-09-13T12:26:40.200Z Longitudinal 3
  2020-09-13T12:26:40.200Z Lateral -30
  2020-09-13T12:26:41.000Z Speed 21.6
  2020-09-13T12:26:42.000Z Speed 25.2
`)
	files["gnss.csv"] = "t,v,utc\n100.1,5,\n"
	if _, _, err := importFiles(t, mapping, files); err == nil || !strings.Contains(err.Error(), "no row ties its clock to UTC") {
		t.Errorf("without an anchor: %v", err)
	}
	files["imu.csv"] = "t,x,y\n100.0,1,2\n100.1,3\n"
	if _, _, err := importFiles(t, mapping, files); err == nil || !strings.Contains(err.Error(), "a column-major file must be whole") {
		t.Errorf("with a torn matrix: %v", err)
	}
}
