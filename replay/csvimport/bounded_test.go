package csvimport_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"milepost/replay/csvimport"
)

// TestEndlessRecordsAreRefused: no file draws itself into memory as one record.
func TestEndlessRecordsAreRefused(t *testing.T) {
	const size = 64 << 20
	blank := strings.Replace(simple, "'null'", "separator: whitespace\n    'null'", 1)
	for _, c := range []struct{ name, mapping, head, filler, says string }{
		{"open quote", simple, "t,v,lat,lon\n1600000000,1,,\n1600000001,\"2,,\n", "1600000002,1,,\n", "what begins in line 3 has no end"},
		{"open quote in the header", simple, "\"t,v,lat,lon\n", "1600000002,1,,\n", "what begins in line 1 has no end"},
		{"no line's end", simple, "t,v,lat,lon\n", "1234567890123456,", "what begins in line 2 has no end"},
		{"no line's end after a bad quote", simple, "t,v,lat,lon\na\"b", "1234567890123456,", "what begins in line 2 has no end"},
		{"comment without end", strings.Replace(simple, "'null'", "comment: '#'\n    'null'", 1), "t,v,lat,lon\n#", "x", "what begins in line 2 has no end"},
		{"skipped line without end", strings.Replace(simple, "'null'", "skip_lines: 2\n    'null'", 1), "a\n", "x", "what begins in line 2 has no end"},
		{"whitespace", blank, "t v lat lon\n", "1 ", "what begins in line 2 has no end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := csvimport.Load("test.yaml", []byte(c.mapping))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			in := filepath.Join(dir, "a.csv")
			if err := os.WriteFile(in, append([]byte(c.head), bytes.Repeat([]byte(c.filler), size/len(c.filler))...), 0o600); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = csvimport.Import(t.Context(), m, csvimport.Options{Files: []string{in}, Out: filepath.Join(dir, "a.arrow")})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, csvimport.ErrInput) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > size/2 {
				t.Errorf("%d bytes allocated", used)
			}
		})
	}
}

// TestLongRunsOfCommentsAreNoRecord: what stands between records may be as long
// as it likes, and quoted cells may hold lines of any kind.
func TestLongRunsOfCommentsAreNoRecord(t *testing.T) {
	mapping := strings.Replace(simple, "'null'", "comment: '#'\n    'null'", 1)
	runs := strings.Repeat("# a comment of some length\n\n\r\n", 100_000)
	got, report, err := importFiles(t, mapping, map[string]string{"a.csv": runs + "t,v,lat,lon,note\n" + runs +
		"1600000000,1,,,\"# no\n\n# comment\"\n" + runs + "1600000001,2,,,\n" + runs})
	if err != nil {
		t.Fatal(err)
	}
	if report.RowsRead != 2 || strings.Count(got, "Speed") != 2 {
		t.Errorf("%d rows:\n%s", report.RowsRead, got)
	}
}

func TestFilteredTextsMakeNoReasons(t *testing.T) {
	mapping := simple + "    keep_where: {kind: [gps]}\n"
	var b strings.Builder
	b.WriteString("t,v,lat,lon,kind\n1600000000,1,,,gps\n")
	for i := range 1000 {
		b.WriteString("1600000001,1,,,k" + strings.Repeat("x", i%50) + "\n")
	}
	_, report, err := importFiles(t, mapping, map[string]string{"a.csv": b.String()})
	if err != nil {
		t.Fatal(err)
	}
	if got := drops(report); got != "a.csv:3 kind: left out by the mapping: keep_where, 1000 row, \"k\"\n" {
		t.Error(got)
	}
}
