package csvimport_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormats(t *testing.T) {
	const want = `
car 1/0 arrived 2020-09-13T12:26:41.500Z
  2020-09-13T12:26:40.000Z Speed 36.5
  2020-09-13T12:26:41.500Z Speed 72
`
	latin1 := "# d\xe9but\nt;größe\n1600000000;36,5\n1600000001,5;72\n"
	latin1 = strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(latin1)
	utf16 := "\xff\xfe"
	for _, r := range "t,v\n1600000000,36.5\n1600000001.5,72\n" {
		utf16 += string([]byte{byte(r), 0})
	}
	for _, c := range []struct{ name, source, file string }{
		{"decimal comma", "separator: ;\n    decimal_comma: true", "t;v\n1600000000;36,5\n1600000001,5;72\n"},
		{"whitespace and comments", "separator: whitespace\n    comment: '#'", "t v\n# x\n\n1600000000 \t 36.5 \n1600000001.5 72\n"},
		{"tab", "separator: tab", "t\tv\n1600000000\t36.5\n1600000001.5\t72\n"},
		{"skipped lines", "skip_lines: 2", "made by\n\"x\nt,v\n1600000000,36.5\n1600000001.5,72\n"},
		{"UTF-16", "encoding: utf-16", utf16},
	} {
		t.Run(c.name, func(t *testing.T) {
			mapping := head + "sources:\n  - name: log\n    files: '*'\n    " + c.source +
				"\n    time: {columns: [t], format: unix_s}\n    columns: [{from: v, to: Vehicle.Speed, unit: km/h}]\n"
			checkImport(t, mapping, map[string]string{"log": c.file}, want)
		})
	}
	t.Run("latin-1", func(t *testing.T) {
		mapping := head + "sources:\n  - name: log\n    files: '*'\n    separator: ;\n    decimal_comma: true\n    encoding: latin-1\n    comment: '#'\n" +
			"    time: {columns: [t], format: unix_s}\n    columns: [{from: größe, to: Vehicle.Speed, unit: km/h}]\n"
		checkImport(t, mapping, map[string]string{"log": latin1}, want)
	})
	t.Run("no header", func(t *testing.T) {
		mapping := head + "sources:\n  - name: log\n    files: '*'\n    header: false\n" +
			"    time: {columns: [3], format: unix_ms}\n    columns: [{from: 1, to: Vehicle.Speed, unit: km/h}]\n"
		checkImport(t, mapping, map[string]string{"log": "36.5,x,1600000000000\n72,x,1600000001500,y\n"}, want)
	})
}

func checkImport(t *testing.T, mapping string, files map[string]string, want string) {
	t.Helper()
	got, _, err := importFiles(t, mapping, files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
}

func TestUnitsAndWords(t *testing.T) {
	mapping := head + `
constants:
  - {signal: Vehicle.LowVoltageSystemState, value: 'ON'}
sources:
  - name: log
    files: '*'
    time: {columns: [t], format: unix_s}
    columns:
      - {from: mph, to: Vehicle.Speed, unit: mph}
      - {from: g, to: Vehicle.Acceleration.Lateral, unit: g, negate: true, scale: 0.001, offset: -1}
      - {from: rad, to: Vehicle.AngularVelocity.Yaw, unit: rad/s}
      - {from: km, to: Vehicle.TraveledDistance, unit: km}
      - {from: f, to: Vehicle.Exterior.AirTemperature, unit: fahrenheit}
      - {from: share, to: Vehicle.Powertrain.FuelSystem.RelativeLevel, unit: fraction}
      - {from: kw, to: Vehicle.Powertrain.TractionBattery.CurrentPower, unit: kW, negate: true}
      - {from: run, to: Vehicle.Powertrain.CombustionEngine.IsRunning}
      - {from: belt, to: Vehicle.Cabin.Seat.Row1.DriverSide.IsBelted, words: {J: true, N: false}}
      - {from: limit, to: Vehicle.Overlay.SpeedLimitSign, unit: mph, words: {none: 0}}
`
	checkImport(t, mapping, map[string]string{"log": `t,mph,g,rad,km,f,share,kw,run,belt,limit
1600000000,10,3000,-1,12.5,50,0.25,7,On,J,30
1600000001,10,3000,-1,12.5,50,0.25,7,0,J,30
1600000002,10,3000,-1,12.5,50,0.25,7,true,N,none
1600000003,,,,,,,,maybe,J?,1000
`}, `
car 1/0 arrived 2020-09-13T12:26:42.000Z
  2020-09-13T12:26:40.000Z Lateral -19.6133
  2020-09-13T12:26:40.000Z Yaw -57.29578
  2020-09-13T12:26:40.000Z Speed 16.09344
  2020-09-13T12:26:40.000Z TraveledDistance 12500
  2020-09-13T12:26:40.000Z CurrentPower -7000
  2020-09-13T12:26:40.000Z RelativeLevel 25
  2020-09-13T12:26:40.000Z IsRunning 1
  2020-09-13T12:26:40.000Z AirTemperature 10
  2020-09-13T12:26:40.000Z LowVoltageSystemState 4
  2020-09-13T12:26:40.000Z IsBelted 1
  2020-09-13T12:26:40.000Z SpeedLimitSign 48
  2020-09-13T12:26:41.000Z Lateral -19.6133
  2020-09-13T12:26:41.000Z Yaw -57.29578
  2020-09-13T12:26:41.000Z Speed 16.09344
  2020-09-13T12:26:41.000Z TraveledDistance 12500
  2020-09-13T12:26:41.000Z CurrentPower -7000
  2020-09-13T12:26:41.000Z RelativeLevel 25
  2020-09-13T12:26:41.000Z IsRunning 0
  2020-09-13T12:26:41.000Z AirTemperature 10
  2020-09-13T12:26:42.000Z Lateral -19.6133
  2020-09-13T12:26:42.000Z Yaw -57.29578
  2020-09-13T12:26:42.000Z Speed 16.09344
  2020-09-13T12:26:42.000Z TraveledDistance 12500
  2020-09-13T12:26:42.000Z CurrentPower -7000
  2020-09-13T12:26:42.000Z RelativeLevel 25
  2020-09-13T12:26:42.000Z IsRunning 1
  2020-09-13T12:26:42.000Z AirTemperature 10
  2020-09-13T12:26:42.000Z IsBelted 0
  2020-09-13T12:26:42.000Z SpeedLimitSign 0
`)
}

// TestWordsThatAreNumbers: they stand for the same number however it is written, and an
// empty cell can be given a meaning.
func TestWordsThatAreNumbers(t *testing.T) {
	mapping := head + `sources:
  - name: log
    files: '*'
    separator: ;
    decimal_comma: true
    time: {columns: [t], format: unix_s}
    columns: [{from: limit, to: Vehicle.Overlay.SpeedLimitSign, unit: km/h, words: {'': 0, '-1': 0, '255': 200}}]
`
	checkImport(t, mapping, map[string]string{"log": "t;limit\n1600000000;50,0\n1600000001;-1,00\n1600000002;30\n1600000003;\n1600000004;255,0\n1600000005;-2\n"}, `
car 1/0 arrived 2020-09-13T12:26:44.000Z
  2020-09-13T12:26:40.000Z SpeedLimitSign 50
  2020-09-13T12:26:41.000Z SpeedLimitSign 0
  2020-09-13T12:26:42.000Z SpeedLimitSign 30
  2020-09-13T12:26:43.000Z SpeedLimitSign 0
  2020-09-13T12:26:44.000Z SpeedLimitSign 200
`)
}

func TestLocalTimes(t *testing.T) {
	mapping := head + `
sources:
  - name: log
    files: '*'
    time: {columns: [d, t], format: '2/1/2006 15:04:05'}
    columns: [{from: v, to: Vehicle.Speed, unit: km/h}]
frame_s: 600
`
	// In 2021 Madrid's clocks went forward on 28 March and back on 31 October.
	for _, c := range []struct{ name, rows, want, drops string }{
		{"forward", "28/3/2021,01:59:59,1\n28/03/2021,02:30:00,2\n28/3/2021,03:00:00,3\n", `
car 1/0 arrived 2021-03-28T01:00:00.000Z
  2021-03-28T00:59:59.000Z Speed 1
  2021-03-28T01:00:00.000Z Speed 3
`, "log:3 d t: the clocks skipped this local time, 1 row, \"28/03/2021 02:30:00\"\n"},
		{"back", "31/10/2021,02:59:59,1\n31/10/2021,02:00:00,2\n31/10/2021,02:00:01,3\n", `
car 1/0 arrived 2021-10-31T01:00:01.000Z
  2021-10-31T00:59:59.000Z Speed 1
  2021-10-31T01:00:00.000Z Speed 2
  2021-10-31T01:00:01.000Z Speed 3
`, ""},
		{"corrupt", "31/10/2021,12:00:00,1\n90/02/2032,12:00:01,2\n31/10/2021,12:00:02,3\n", `
car 1/0 arrived 2021-10-31T11:00:02.000Z
  2021-10-31T11:00:00.000Z Speed 1
  2021-10-31T11:00:02.000Z Speed 3
`, "log:3 d t: not a time of this format, 1 row, \"90/02/2032 12:00:01\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report, err := importFiles(t, mapping, map[string]string{"log": "d,t,v\n" + c.rows})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.drops, drops(report)); diff != "" {
				t.Errorf("drops (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFixedOffsetAndOffsetInTheText(t *testing.T) {
	source := func(time string) string {
		return head + "sources:\n  - name: log\n    files: '*'\n    time: " + time + "\n    columns: [{from: v, to: Vehicle.Speed, unit: km/h}]\n"
	}
	const want = "car 1/0 arrived 2021-07-01T12:00:00.000Z\n  2021-07-01T12:00:00.000Z Speed 1\n"
	checkImport(t, source("{columns: [t], format: '2006-01-02 15:04:05', zone: '-03:30'}"),
		map[string]string{"log": "t,v\n2021-07-01 08:30:00,1\n"}, want)
	checkImport(t, source("{columns: [t], format: '2006-01-02T15:04:05Z07:00'}"),
		map[string]string{"log": "t,v\n2021-07-01T14:00:00+02:00,1\n"}, want)
}

func TestDecimalCommaAndWhatIsNoNumber(t *testing.T) {
	mapping := func(extra string) string {
		return head + "sources:\n  - name: log\n    files: '*'\n    separator: ;\n    decimal_comma: true\n" + extra +
			"    time: {columns: [t], format: unix_s}\n    columns: [{from: v, to: Vehicle.Powertrain.Range, unit: m, na: ['-1,5', '999']}]\n"
	}
	const file = "t;v\n1600000000;1.234\n1600000001;-1,5\n1600000002;-1,50\n1600000003;999,0\n1600000004;1.234,5\n1600000005;7,5\n1600000006.5;8\n"
	got, report, err := importFiles(t, mapping(""), map[string]string{"log": file})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("car 1/0 arrived 2020-09-13T12:26:45.000Z\n  2020-09-13T12:26:45.000Z Range 7.5\n", got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	wantDrops := `log:2 row: no value in a mapped column, 5 row, ""
log:2 v: not a number, 2 value, "1.234"
log:3 v: marked as not available, 3 value, "-1,5"
log:8 t: not a time of this format, 1 row, "1600000006.5"
`
	if diff := cmp.Diff(wantDrops, drops(report)); diff != "" {
		t.Errorf("drops (-want +got):\n%s", diff)
	}
	checkImport(t, mapping("    thousands: '.'\n"), map[string]string{"log": file}, `
car 1/0 arrived 2020-09-13T12:26:45.000Z
  2020-09-13T12:26:40.000Z Range 1234
  2020-09-13T12:26:44.000Z Range 1234.5
  2020-09-13T12:26:45.000Z Range 7.5
`)
}

// TestSortedRowsOfTheRepeatedHour: rows out of order and a clock that jumps move
// no other row to the other pass.
func TestSortedRowsOfTheRepeatedHour(t *testing.T) {
	mapping := head + "order: sort\nframe_s: 600\nsources:\n  - name: log\n    files: '*'\n    time: {columns: [t], format: '2006-01-02 15:04:05'}\n" +
		"    columns: [{from: v, to: Vehicle.Speed, unit: km/h}]\n"
	checkImport(t, mapping, map[string]string{"log": `t,v
2021-10-31 02:59:56,1
2021-10-31 02:59:58,3
2021-10-31 02:59:57,2
2021-10-31 02:00:00,5
2021-10-31 02:59:59,4
2021-10-31 02:00:02,7
2021-10-31 02:00:01,6
2021-10-31 02:50:00,9
2021-10-31 02:00:03,8
`}, `
car 1/0 arrived 2021-10-31T01:00:03.000Z
  2021-10-31T00:59:56.000Z Speed 1
  2021-10-31T00:59:57.000Z Speed 2
  2021-10-31T00:59:58.000Z Speed 3
  2021-10-31T00:59:59.000Z Speed 4
  2021-10-31T01:00:00.000Z Speed 5
  2021-10-31T01:00:01.000Z Speed 6
  2021-10-31T01:00:02.000Z Speed 7
  2021-10-31T01:00:03.000Z Speed 8
car 1/1 arrived 2021-10-31T01:50:00.000Z
  2021-10-31T01:50:00.000Z Speed 9
`)
}
