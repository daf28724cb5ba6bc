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

func FuzzImport(f *testing.F) {
	for _, text := range []string{
		"t,v,lat,lon\n1600000000,36,40.5,-3.7\n1600000001,255,0,0\n",
		"\ufefft;v\r\n1;2\r\n", "t,v,lat,lon\n1600000000,\"1\n,,,\n", "", "\xff\xfe", "t,v,lat,lon\n9e99,NaN,91,-181\n",
	} {
		f.Add([]byte(text), byte(0))
	}
	sources := []string{"separator: ','", "separator: ;\n    decimal_comma: true", "separator: whitespace\n    comment: '#'", "encoding: utf-16", "column_major: [lat, lon]"}
	f.Fuzz(func(t *testing.T, text []byte, which byte) {
		mapping := strings.Replace(simple, "'null': [NPI]", sources[int(which)%len(sources)], 1)
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
