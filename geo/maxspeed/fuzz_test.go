package maxspeed

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func fields(text string) func(func(string) bool) { return strings.FieldsSeq(text) }

// FuzzFromTags looks for tags that cannot be read, kept or asked.
func FuzzFromTags(f *testing.F) {
	for _, seed := range [][2]string{
		{"50", "30 @ (Mo-Fr 22:00-06:00; PH off); 80 @ wet"}, {"50;70", "none @ (20:00-06:00)"}, {"DE:zone:30", "120 @ (06:00-20:00)"},
		{"30 mph", "20 mph @ (Apr 15-Sep 15 Sa,Su 08:00-26:00 AND weight<7.5)"}, {"signals", "@"}, {"100|80", "1 @ ((("},
	} {
		f.Add(seed[0], seed[1], "DE", int64(1_774_000_000))
	}
	f.Fuzz(func(t *testing.T, maxspeed, conditional, country string, second int64) {
		when := time.Unix(second%(1<<40), 0).UTC()
		forward, backward := National().FromTags(tags{"maxspeed": maxspeed, "maxspeed:conditional": conditional,
			"maxspeed:forward": conditional, "zone:maxspeed": maxspeed, "highway": "primary"}, Road{Country: country})
		for _, l := range []Limits{forward, backward} {
			kmh, source, confidence, ok := l.At(when)
			if ok && (!(kmh > 0) || source == "" || !(confidence > 0 && confidence <= 1)) {
				t.Errorf("%v %q %v of %v", kmh, source, confidence, l)
			}
			again, err := Decode(l.AppendBinary(nil))
			if err != nil || !reflect.DeepEqual(again, l) {
				t.Errorf("kept %v, came back as %v (%v)", l, again, err)
			}
		}
	})
}

// FuzzDecode looks for bytes that break the reader of kept limits.
func FuzzDecode(f *testing.F) {
	l, _ := National().FromTags(tags{"maxspeed": "50", "maxspeed:conditional": "30 @ (Mo-Fr 22:00-06:00); 80 @ wet"}, Road{})
	f.Add(l.AppendBinary(nil))
	f.Add(Limits{}.AppendBinary(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := Decode(data); err == nil {
			l.At(noon)
		}
	})
}
