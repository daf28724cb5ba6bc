package csvimport_test

import (
	"errors"
	"strings"
	"testing"

	"milepost/replay/csvimport"
)

// valid is a mapping for TestMappingErrors to spoil, numbered by its lines.
const valid = `name: test
vehicle: {constant: car}
zone: Europe/Madrid
sources:
  - name: log
    files: '*.csv'
    time: {columns: [t], format: unix_s}
    columns:
      - {from: v, to: Vehicle.Speed, unit: km/h}
`

func TestMappingErrors(t *testing.T) {
	if _, err := csvimport.Load("m.yaml", []byte(valid)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{"name: test", "nam: test", `[1:1] unknown field "nam"`},
		{"zone: Eur", "zone: [Eur", `m.yaml: [`},
		{"name: test", "", `m.yaml:2:8: name: is missing`},
		{"unit: km/h", "unit: kph", `m.yaml:9:44: sources[0].columns[0].unit: unknown unit "kph"`},
		{"unit: km/h", "unit: g", `m.yaml:9:44: sources[0].columns[0].unit: "g" is a unit of acceleration; "km/h", of speed, is wanted`},
		{", unit: km/h", "", `sources[0].columns[0].unit: is missing: Vehicle.Speed is in km/h`},
		{"Vehicle.Speed", "Vehicle.Velocity", `m.yaml:9:23: sources[0].columns[0].to: "Vehicle.Velocity" is no signal`},
		{"Vehicle.Speed, unit: km/h", "Vehicle.Body.Hood.IsOpen, unit: m", `Vehicle.Body.Hood.IsOpen has no unit`},
		{"Vehicle.Speed, unit: km/h", "Vehicle.Body.Hood.IsOpen, words: {x: perhaps}", `x: "perhaps" is neither true nor false`},
		{"Vehicle.Speed, unit: km/h", "Vehicle.LowVoltageSystemState, words: {x: RUN}", `"RUN" is none of UNDEFINED, LOCK`},
		{"Vehicle.Speed, unit: km/h", "Vehicle.CurrentLocation.Latitude, unit: deg", `latitude and longitude go together`},
		{"    columns:", "    columns:\n      - {from: w, to: Vehicle.Speed, unit: m/s}", `Vehicle.Speed is mapped already`},
		{"Europe/Madrid", "Europe/Atlantis", `zone "Europe/Atlantis"`},
		{"constant: car", "constant: car, column: c", `m.yaml:2:10: vehicle: needs exactly one`},
		{"constant: car", "file: '[a'", `m.yaml:2:17: vehicle.file: error parsing regexp`},
		{"constant: car", "file: 'a'", `needs exactly one group`},
		{"format: unix_s", "format: unix", `is neither a Go layout of date and time nor one of unix_s`},
		{"format: unix_s", "format: '15:04:05'", `is neither a Go layout of date and time`},
		{"format: unix_s", "format: seconds_since", `seconds_since needs either start or anchor`},
		{"format: unix_s", "format: seconds_since, start: {constant: noon}", `"noon" is no time as 2006-01-02T15:04:05Z`},
		{"format: unix_s", "format: unix_s, zone: Local", `a zone must not depend on the machine`},
		{"format: unix_s", "format: unix_s, earliest: soon", `"soon" is no date`},
		{"columns: [t]", "columns: []", `sources[0].time.columns: is empty`},
		{"files: '*.csv'", "files: '[*.csv'", `is no glob`},
		{"files: '*.csv'", "files: '*.csv'\n    header: false", `without a header columns are numbers`},
		{"files: '*.csv'", "files: '*.csv'\n    separator: ab", `m.yaml:7:16: sources[0].separator: "ab" is neither one character`},
		{"files: '*.csv'", "files: '*.csv'\n    decimal_comma: true", `the separator is a comma too`},
		{"files: '*.csv'", "files: '*.csv'\n    encoding: ebcdic", `"ebcdic" is none of utf-8, latin-1, utf-16`},
		{"zone:", "order: shuffle\nzone:", `m.yaml:3:8: order: "shuffle" is none of drop, sort, fail`},
		{"zone:", "frame_s: 3600\nzone:", `frame_s: 3600 is not within`},
		{"zone:", "drive: folder\ndrive_column: x\nzone:", `drive_column: goes with drive: file only`},
		{"zone:", "constants: [{signal: Vehicle.Speed, value: 1}]\nzone:", `"Vehicle.Speed" is no body signal`},
		{"zone:", "constants: [{signal: Vehicle.LowVoltageSystemState, value: RUN}]\nzone:", `m.yaml:3:60: constants[0].value`},
		{"zone:", "powertrain: steam\nzone:", `m.yaml:3:13: powertrain: unknown powertrain "steam": it is combustion, hybrid, plug_in or electric`},
		{"zone:", "vehicles: [{vehicle_id: b, powertrain: steam}]\nzone:", `m.yaml:3:40: vehicles[0].powertrain: unknown powertrain "steam"`},
		{"zone:", "vehicles: [{vehicle_id: b, zone: Mars/North}]\nzone:", `m.yaml:3:34: vehicles[0].zone: zone "Mars/North"`},
		{"zone:", "vehicles: [{zone: UTC}]\nzone:", `vehicles[0].vehicle_id: is missing`},
		{"Europe/Madrid", "'+01:00'", `m.yaml:3:7: zone: zone "+01:00" is no IANA name`},
		{"format: unix_s", "format: 2006-01-02 15:04:05 MST", `m.yaml:7:34: sources[0].time.format: "2006-01-02 15:04:05 MST" holds the abbreviation of a zone`},
		{"format: unix_s", "format: 2006-01-02 03:04:05", `m.yaml:7:34: sources[0].time.format: "2006-01-02 03:04:05" tells 12 hours and neither AM nor PM`},
		{"format: unix_s", "format: Mon Jan 2006 15:04", `is neither a Go layout of date and time`},
		{"format: unix_s", "format: seconds_since, start: {file: '(.*)', format: 20060102 0304}", `sources[0].time.start.format: "20060102 0304" tells 12 hours`},
		{"format: unix_s", "format: unix_s, earliest: '1960-01-01'", `earliest: is before 1970`},
		{"format: unix_s", "format: unix_s, latest: '2150-01-01'", `latest: is after 2106-01-01`},
		{"files: '*.csv'", "files: '*.csv'\n    separator: ;\n    thousands: ';'", `m.yaml:8:16: sources[0].thousands: ";" is none of`},
		{"files: '*.csv'", "files: '*.csv'\n    thousands: '.'", `thousands: "." is the separator or the decimal mark too`},
		{"files: '*.csv'", "files: '*.csv'\n    thousands: ','", `thousands: "," is the separator or the decimal mark too`},
	} {
		t.Run(c.new, func(t *testing.T) {
			_, err := csvimport.Load("m.yaml", []byte(strings.Replace(valid, c.old, c.new, 1)))
			if !errors.Is(err, csvimport.ErrMapping) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got: %v\nwant it to say %q", err, c.says)
			}
		})
	}
}

func TestNAIsWrittenAsTheCellsAre(t *testing.T) {
	mapping := strings.Replace(strings.Replace(valid, "unit: km/h", "unit: km/h, na: [-1.5]", 1), "files: '*.csv'", "files: '*.csv'\n    separator: ;\n    decimal_comma: true", 1)
	_, err := csvimport.Load("m.yaml", []byte(mapping))
	const says = `m.yaml:11:55: sources[0].columns[0].na[0]: "-1.5" is no number as this source writes them`
	if !errors.Is(err, csvimport.ErrMapping) || !strings.Contains(err.Error(), says) {
		t.Errorf("got: %v\nwant it to say %q", err, says)
	}
}

func TestLayoutsThatAreClear(t *testing.T) {
	for _, format := range []string{"2006-01-02T15:04:05Z07:00", "2/1/2006 3:04:05 PM", "1/2/06 03:04pm", "2006-002 15:04", "Mon Jan _2 15:04:05 2006"} {
		if _, err := csvimport.Load("m.yaml", []byte(strings.Replace(valid, "format: unix_s", "format: '"+format+"'", 1))); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadFileNamesTheFile(t *testing.T) {
	if _, err := csvimport.LoadFile("no/such.yaml"); err == nil || !strings.Contains(err.Error(), "no/such.yaml") {
		t.Error(err)
	}
}
