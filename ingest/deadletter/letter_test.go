package deadletter

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func refusedRecord(value string) Refused {
	return Refused{Origin: Origin{"vehicle.telemetry", 3, 4711}, Key: []byte("car-7"), Value: []byte(value), ArrivedAt: noon, Format: "milepost"}
}

func TestALetterSaysWhereAndWhy(t *testing.T) {
	l := New(refusedRecord("abc"), Malformed, "decode frame: field 12: varint is cut off", noon.Add(time.Second))
	got, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"topic":"vehicle.telemetry","partition":3,"offset":4711,"key":"car-7","arrived_at":"2026-09-01T12:00:00Z",` +
		`"class":"malformed","reason":"decode frame: field 12: varint is cut off","format":"milepost",` +
		`"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":3,"at":"2026-09-01T12:00:01Z"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("letter (-want +got):\n%s", diff)
	}
}

func TestReasonsAreScrubbed(t *testing.T) {
	const record = `{"vin":"WVWZZZ1KZAW000001","latitude":48.137154,"note":"Kreuzberg"}`
	for _, c := range []struct{ reason, want string }{
		{"decode frame: field 3: wire type is wrong", "decode frame: field 3: wire type is wrong"},
		{`parse "48.137154" as a number`, "parse … as a number"},
		{"value 48.137154 out of range", "value ….… out of range"},
		{"at 48", "at …"},
		{"vin WVWZZZ1KZAW000001 has no account", "vin … has no account"},
		{"near Kreuzberg", "near …"},
		{"xKreuzbergx", "…"},
		{"field latitude: not a number", "field …: not a number"},
		{"byte 4813715 of the record", "byte … of the record"},
		{"größe\nund\tmehr", "gr e und mehr"},
		{strings.Repeat("long ", 100), strings.Repeat("long ", 39) + "long…"},
		{"", ""},
	} {
		if got := scrub(c.reason, []byte(record)); got != c.want {
			t.Errorf("scrub(%q) = %q, want %q", c.reason, got, c.want)
		}
	}
}

// No error, however careless, brings what it stumbled over into a letter.
func TestNothingOfTheRecordIsInItsLetter(t *testing.T) {
	places := rapid.SampledFrom([]string{"48.137154", "11.575382", "Oranienstrasse", "kreuzberg", "WVWZZZ1KZAW000001", "wvwzzzakzawabcdef"})
	rapid.Check(t, func(r *rapid.T) {
		marker := places.Draw(r, "marker")
		value := append(rapid.SliceOf(rapid.Byte()).Draw(r, "before"), marker...)
		value = append(value, rapid.SliceOf(rapid.Byte()).Draw(r, "after")...)
		reason := rapid.SampledFrom([]string{"parse %q: no", "bad %s", "x%sy is wrong", "field %s", "at byte %s of it", "%[1]s%[1]s", "(%s)"}).Draw(r, "reason")
		record := refusedRecord(string(value))
		record.Format = rapid.SampledFrom([]string{"milepost", marker, "json/" + marker}).Draw(r, "format")
		record.ReplayOf = fmt.Appendf(nil, "%s/1/2", marker)
		if len(marker) == 17 {
			record.Key = rapid.SampledFrom([][]byte{[]byte(marker), []byte("vin:" + marker)}).Draw(r, "key")
		}
		text, err := json.Marshal(New(record, rapid.SampledFrom(Classes).Draw(r, "class"), fmt.Sprintf(reason, marker), noon))
		if err != nil {
			r.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(text)), strings.ToLower(marker)) {
			r.Fatalf("%s holds %s", text, marker)
		}
	})
}

func TestKeysThatStay(t *testing.T) {
	for key, want := range map[string]string{
		"car-7":                                "car-7",
		"0f8fad5b-d9cb-469f-a165-70867728950e": "0f8fad5b-d9cb-469f-a165-70867728950e",
		"9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de": "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
		"WVWZZZ1KZAW000001":      "",
		"vin/wvwzzz1kzaw000001":  "",
		"\x00\x01":               "",
		strings.Repeat("x", 201): "",
	} {
		if got := vehicleKey([]byte(key)); got != want {
			t.Errorf("key %q became %q, want %q", key, got, want)
		}
	}
}

func TestOriginsAreReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := Origin{rapid.StringMatching(`[a-zA-Z0-9._-]{1,20}`).Draw(r, "topic"), int(rapid.Int32Min(0).Draw(r, "partition")), rapid.Int64Min(0).Draw(r, "offset")}
		if got, err := parseOrigin(o.String()); err != nil || got != o {
			r.Fatalf("%s read as %v, %v", o, got, err)
		}
	})
	for _, bad := range []string{"", "a", "a/1", "/1/2", "a/-1/2", "a/1/-2", "a/1/x", "a/01/2", "a b/1/2", "a/1/99999999999999999999", "a/3000000000/1"} {
		if o, err := parseOrigin(bad); err == nil {
			t.Errorf("%q read as %v", bad, o)
		}
	}
}

func FuzzDecodeLetter(f *testing.F) {
	good, err := json.Marshal(New(refusedRecord("abc"), Malformed, "cut off", noon))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"topic":"t","partition":-1}`))
	f.Add([]byte(`{"topic":"t","class":"late","sha256":"zz","replay_of":{"topic":"t","partition":1,"offset":2}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, value []byte) {
		l, err := decodeLetter(value)
		if err != nil {
			return
		}
		r, err := l.record()
		if err != nil {
			t.Fatalf("a letter that was read cannot be written: %v", err)
		}
		again, err := decodeLetter(r.Value)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(l, again); diff != "" {
			t.Errorf("letter (-read +read again):\n%s", diff)
		}
	})
}
