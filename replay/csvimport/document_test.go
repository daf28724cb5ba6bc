package csvimport_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheDocumentedExample runs the example of docs/import.md.
func TestTheDocumentedExample(t *testing.T) {
	text, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(text)
		if m == nil {
			t.Fatalf("docs/import.md has no block of %s", language)
		}
		return string(m[1])
	}
	got, report, err := importFiles(t, block("yaml"), map[string]string{"bus-7.csv": block("csv")})
	if err != nil {
		t.Fatal(err)
	}
	want := `bus-7 1/0 arrived 2024-07-03T06:15:02.000Z
  2024-07-03T06:15:00.000Z Speed 20.1168
  2024-07-03T06:15:00.000Z Latitude 48.137
  2024-07-03T06:15:00.000Z Longitude 11.575
  2024-07-03T06:15:00.000Z IsOpen 0
  2024-07-03T06:15:01.000Z Speed 20.92147
  2024-07-03T06:15:01.000Z Latitude 48.137
  2024-07-03T06:15:01.000Z Longitude 11.576
  2024-07-03T06:15:02.000Z IsOpen 1
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	wantDrops := `bus-7.csv:4 Lat: position at 0,0, 1 value, "0"
bus-7.csv:4 mph: marked as not available, 1 value, "255"
bus-7.csv:5 Fix: left out by the mapping: drop_where, 1 row, "V"
`
	if diff := cmp.Diff(wantDrops, drops(report)); diff != "" {
		t.Errorf("drops (-want +got):\n%s", diff)
	}
}
