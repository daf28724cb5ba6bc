package csvimport_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milepost/replay/csvimport"
	"milepost/replay/mappings"
)

// fuzzSources are ways to read the columns t, v, lat and lon; each run takes one.
var fuzzSources = []string{
	"separator: ','",
	"separator: ;\n    decimal_comma: true",
	"separator: whitespace\n    comment: '#'",
	"encoding: utf-16",
	"column_major: [lat, lon]",
	"separator: ;\n    decimal_comma: true\n    thousands: '.'\n    'null': [NPI]",
	"comment: '#'\n    skip_lines: 1\n    encoding: latin-1",
}

// fuzzTimes are ways to read the column t.
var fuzzTimes = []string{
	"{columns: [t], format: unix_s}",
	"{columns: [t], format: '2006-01-02 15:04:05'}",
	"{columns: [t], format: '2/1/2006 15:04:05', zone: Australia/Lord_Howe}",
	"{columns: [t], format: '2006-01-02T15:04:05Z07:00'}",
	"{columns: [t], format: seconds_since, start: {constant: '2021-10-31T00:00:00Z'}}",
	"{columns: [t], format: '2/1/2006 3:04:05 PM', zone: '-03:30', earliest: '2020-01-01'}",
}

func FuzzImport(f *testing.F) {
	for _, text := range []string{
		"t,v,lat,lon\n1600000000,36,40.5,-3.7\n1600000001,255,0,0\n",
		"\ufefft;v\r\n1;2\r\n", "t,v,lat,lon\n1600000000,\"1\n,,,\n", "", "\xff\xfe", "t,v,lat,lon\n9e99,NaN,91,-181\n",
	} {
		f.Add([]byte(text), byte(0), byte(0))
	}
	f.Add([]byte("t;v;lat;lon\n1600000000,5;255;48,1;11,5\n1600000001;1.234;-1,5;\n"), byte(1), byte(0))
	f.Add([]byte("t;v;lat;lon\n1.600.000.000;0.255,0;NPI;11,5\n"), byte(5), byte(0))
	f.Add([]byte("t,v,lat,lon\n2021-10-31 02:59:59,1,,\n2021-10-31 02:00:00,2,,\n2021-03-28 02:30:00,3,,\n"), byte(0), byte(1))
	f.Add([]byte("t,v,lat,lon\n4/4/2021 01:59:59,1,,\n4/4/2021 01:30:00,2,,\n3/10/2021 02:10:00,3,,\n"), byte(0), byte(2))
	f.Add([]byte("t,v,lat,lon\n2021-10-31T02:30:00+01:00,1,,\n2021-10-31T00:30:00Z,2,,\n"), byte(0), byte(3))
	f.Add([]byte("x\nt,v,lat,lon\n# c\n0.5,1,,\n0.25,2,\xe9,\n"), byte(6), byte(4))
	f.Add([]byte("t,v,lat,lon\n31/10/2021 12:00:00 AM,1,,\n"), byte(0), byte(5))
	f.Fuzz(func(t *testing.T, text []byte, source, clock byte) {
		mapping := strings.Replace(simple, "'null': [NPI]", fuzzSources[int(source)%len(fuzzSources)], 1)
		mapping = strings.Replace(mapping, fuzzTimes[0], fuzzTimes[int(clock)%len(fuzzTimes)], 1)
		if int(clock)/len(fuzzTimes)%2 == 1 {
			mapping += "order: sort\n"
		}
		m, err := csvimport.Load("fuzz.yaml", []byte(mapping))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		in, out := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.arrow")
		if err := os.WriteFile(in, text, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{in}, Out: out})
		if err != nil {
			return
		}
		checkSums(t, report)
		dump(t, out)
	})
}

func FuzzMapping(f *testing.F) {
	for _, name := range mappings.Names() {
		text, _ := mappings.Lookup(name)
		f.Add(text)
	}
	f.Add([]byte(valid))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := csvimport.Load("fuzz.yaml", text)
		if err != nil && !errors.Is(err, csvimport.ErrMapping) {
			t.Errorf("%v is no ErrMapping", err)
		}
		if err == nil && m.Name == "" {
			t.Error("a mapping without a name")
		}
	})
}
