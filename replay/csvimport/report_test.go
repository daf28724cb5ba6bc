package csvimport

import (
	"fmt"
	"testing"
)

func TestReasonsOfAFileAreBounded(t *testing.T) {
	var all tally
	for i := range 100 {
		for range i + 1 {
			all.add(Drop{File: "a.csv", Column: fmt.Sprintf("c%02d", i), Reason: "not a number", FirstLine: i + 1, WholeRow: i%2 == 0}, "x")
		}
	}
	all.add(Drop{File: "b.csv", Column: "v", Reason: "not a number", FirstLine: 1}, "y")
	got := all.report()
	if len(got) != maxReasons+2+1 {
		t.Fatalf("%d drops", len(got))
	}
	rows, values := got[maxReasons], got[maxReasons+1]
	if rows.Reason != "and 30 others" || !rows.WholeRow || values.Reason != "and 30 others" || values.WholeRow {
		t.Errorf("%+v\n%+v", rows, values)
	}
	sum := int64(0)
	for _, d := range got {
		sum += d.Count
	}
	if sum != 100*101/2+1 {
		t.Errorf("%d counted", sum)
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain größe": "plain größe", "\x1b[31m": `\x1b[31m`, "a\x00\ab": `a\x00\ab`, "\u202eb": `\u202eb`, "\n": `\n`, "\xff": "\ufffd",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
