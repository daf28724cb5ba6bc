package fleet

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const moved = `{"vehicle_id":"v","history":[` +
	`{"zone":"Europe/Madrid","powertrain":"plug_in","mass_kg":1710.5,"account_id":"a-1","driver_id":"4d","services":["trips"],"consents":["insurance"],` +
	`"policies":[{"policy_id":"p-1","product":"phi","table":"phi-default/1","from":"2026-01-01","to":"2027-01-01","drivers":["4d"],"electric_range_km":60.5,"period":"quarter"}]},` +
	`{"from":"2026-03-01T00:00:00Z","zone":"Europe/Madrid","location_sharing":"off"},` +
	`{"from":"2026-03-02T12:00:00.000001Z","zone":"Europe/Lisbon"}]}`

func TestHistory(t *testing.T) {
	h, err := DecodeHistory([]byte(moved))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at       string
		zone     string
		unshared bool
	}{
		{"1970-01-01T00:00:00Z", "Europe/Madrid", false},
		{"2026-02-28T23:59:59.999999Z", "Europe/Madrid", false},
		{"2026-03-01T00:00:00Z", "Europe/Madrid", true},
		{"2026-03-02T12:00:00Z", "Europe/Madrid", true},
		{"2026-03-02T12:00:00.000001Z", "Europe/Lisbon", false},
		{"2100-01-01T00:00:00Z", "Europe/Lisbon", false},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		us := at.UnixMicro()
		if p := h.At(us); p.Zone != c.zone || p.VehicleID != "v" || h.Unshared(us) != c.unshared {
			t.Errorf("at %s: zone %s, unshared %t; want %s, %t", c.at, p.Zone, h.Unshared(us), c.zone, c.unshared)
		}
	}
	if first := h.Profiles[0]; first.DriverNumber() != 77 || first.MassKg != 1710.5 || first.Account != "a-1" {
		t.Errorf("the first profile is %+v", first)
	}
	again, err := json.Marshal(h)
	if err != nil || string(again) != moved {
		t.Errorf("written again: %s, %v", again, err)
	}
}

func TestHistoryBeforeItsFirstProfileSaysNothing(t *testing.T) {
	h := Always(Profile{VehicleID: "v", From: 100, Zone: "Europe/Madrid", LocationSharing: Off})
	if p := h.At(99); p.Zone != "" || p.VehicleID != "v" || h.Unshared(99) || !h.Unshared(100) {
		t.Errorf("before its first profile: %+v", p)
	}
}

func TestConsentsHoldFromADateToAnother(t *testing.T) {
	h := History{VehicleID: "v", Profiles: []Profile{
		{VehicleID: "v", From: 100, Consents: []string{"b"}},
		{VehicleID: "v", From: 200, Consents: []string{"a", "b"}},
		{VehicleID: "v", From: 300, Consents: []string{"a"}},
		{VehicleID: "v", From: 400},
		{VehicleID: "v", From: 500, Consents: []string{"a"}},
	}}
	for _, c := range []struct {
		at    int64
		given bool
		until int64
	}{
		{99, false, 100}, {100, false, 100}, {199, false, 100}, {200, true, 400}, {300, true, 400}, {399, true, 400}, {400, false, 400}, {500, true, math.MaxInt64},
	} {
		given, until := h.Consents(c.at, "a")
		if given != c.given || given && until != c.until {
			t.Errorf("at %d: given %t until %d, want %t until %d", c.at, given, until, c.given, c.until)
		}
	}
	if given, _ := (*History)(nil).Consents(200, "a"); given || !h.EverConsents("a") || h.EverConsents("c") {
		t.Error("a consent that nobody gave, or one that is not found")
	}
}

func TestDecodeHistoryIsStrictOnValuesOnly(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"vehicle_id":"v","history":[{"zone":"Europe/Madrid","colour":"red"}],"made_by":"x"}`, ""},
		{`{"vehicle_id":"v","history":[]}`, ""},
		{`{"vehicle_id":"v","history":[{"vehicle_id":"v"}]}`, ""},
		{`{"vehicle_id":"v","history":[{"vehicle_id":"w"}]}`, "profile 0 is of vehicle w"},
		{`{"history":[]}`, "vehicle_id is empty"},
		{`null`, "vehicle_id is empty"},
		{``, "unexpected end of JSON input"},
		{`{"vehicle_id":"v","history":[{"zone":"Atlantis/Main"}]}`, "unknown time zone"},
		{`{"vehicle_id":"v","history":[{"location_sharing":"OFF"}]}`, "unknown location_sharing"},
		{`{"vehicle_id":"v","history":[{"from":"2026-03-01"}]}`, "parse time of profile"},
		{`{"vehicle_id":"v","history":[{"from":"2201-03-01T00:00:00Z"}]}`, "the year is not from 1970 to 2100"},
		{`{"vehicle_id":"v","history":[{"from":"2026-03-01T00:00:00Z"},{"from":"2026-03-01T01:00:00+01:00"}]}`, "profile 1 is not from later"},
		{`{"vehicle_id":"v","history":[{"mass_kg":"heavy"}]}`, "mass_kg"},
		{`{"vehicle_id":"v","history":[{"policies":[{"policy_id":"p","product":"life","from":"2026-01-01"}]}]}`, "unknown product"},
	} {
		got := ""
		if _, err := DecodeHistory([]byte(c.text)); err != nil {
			got = err.Error()
		}
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: error %q, want %q", c.text, got, c.want)
		}
	}
}

// What decodes is valid, and written and read again the same.
func FuzzDecodeHistory(f *testing.F) {
	f.Add([]byte(moved))
	f.Add([]byte(`{"vehicle_id":"v","history":[{"from":"2026-03-01T00:00:00+01:00","services":["a"]}]}`))
	f.Add([]byte(`{"vehicle_id":"v","history":null}`))
	f.Add([]byte(`{"vehicle_id":"v","history":[{"policies":[{"policy_id":"p","product":"ubi","from":"2026-01-01"},{"policy_id":"p","product":"fhi","from":"2026-01-01"}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := DecodeHistory(b)
		if err != nil {
			return
		}
		if err := h.Validate(); err != nil {
			t.Fatalf("decoded and not valid: %v", err)
		}
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeHistory(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !h.Equal(again) {
			t.Fatalf("written and read again:\n%s", cmp.Diff(h, again))
		}
		for _, p := range h.Profiles {
			if h.Unshared(int64(p.From)) != (p.LocationSharing == Off) || h.At(int64(p.From)).From != p.From {
				t.Fatalf("the profile from %d is not in force then", p.From)
			}
		}
	})
}

// Vehicles of one zone share its rules: they are kilobytes.
func TestZonesAreKeptOnce(t *testing.T) {
	a, errA := Profile{VehicleID: "a", Zone: "Europe/Madrid"}.Location()
	b, errB := Profile{VehicleID: "b", Zone: "Europe/Madrid"}.Location()
	if a != b || errA != nil || errB != nil {
		t.Errorf("two copies of a zone: %p, %p; %v, %v", a, b, errA, errB)
	}
}

// The record that docs/uplink.md shows is one, and it shows every key.
func TestThePageShowsAProfile(t *testing.T) {
	page, err := os.ReadFile("../docs/uplink.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(page), "```json\n")
	shown, table, found := strings.Cut(shown, "```")
	if !found {
		t.Fatal("docs/uplink.md shows no profile")
	}
	h, err := DecodeHistory([]byte(shown))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Profiles) != 2 || h.Profiles[0].DriverNumber() == 0 || !h.Unshared(int64(h.Profiles[1].From)) {
		t.Errorf("the page shows %+v", h)
	}
	for f := range reflect.TypeFor[Profile]().Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !strings.Contains(shown, `"`+key+`"`) || !strings.Contains(table, "`"+key+"`") {
			t.Errorf("docs/uplink.md does not tell of %s", key)
		}
	}
}
