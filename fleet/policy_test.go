package fleet

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestPolicyInForce(t *testing.T) {
	p := Policy{From: "2026-01-15", To: "2027-01-15"}
	for date, want := range map[string]bool{"2026-01-14": false, "2026-01-15": true, "2027-01-14": true, "2027-01-15": false} {
		if p.InForce(date) != want {
			t.Errorf("in force on %s: %t", date, !want)
		}
	}
	if p.To = ""; !p.InForce("2099-12-31") || p.InForce("2026-01-14") {
		t.Error("a policy without an end")
	}
}

func TestPolicyInsures(t *testing.T) {
	anyone, one := Policy{}, Policy{Drivers: []string{"4d", "a"}}
	for _, c := range []struct {
		p      Policy
		driver int64
		want   bool
	}{{anyone, 0, true}, {anyone, 5, true}, {one, 77, true}, {one, 10, true}, {one, 5, false}, {one, 0, false}} {
		if c.p.Insures(c.driver) != c.want {
			t.Errorf("driver %x insured by %v: %t", c.driver, c.p.Drivers, !c.want)
		}
	}
}

func TestWithoutPeople(t *testing.T) {
	p := Profile{VehicleID: "v", Zone: "Europe/Madrid", Account: "a", Driver: "4d", Services: []string{"trips"},
		Consents: []string{"insurance"}, LocationSharing: Off, Policies: []Policy{{ID: "p", Product: "ubi", From: "2026-01-01"}}}
	if got, want := p.WithoutPeople(), (Profile{VehicleID: "v", Zone: "Europe/Madrid", LocationSharing: Off}); !got.Equal(want) {
		t.Errorf("what is left is %+v", got)
	}
}

// The page tells of every key of a policy.
func TestThePageShowsAPolicy(t *testing.T) {
	page, err := os.ReadFile("../docs/uplink.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(page), "```json\n")
	shown, _, _ = strings.Cut(shown, "```")
	_, table, found := strings.Cut(string(page), "### Policies\n")
	if !found {
		t.Fatal("docs/uplink.md has no table of policies")
	}
	for f := range reflect.TypeFor[Policy]().Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !strings.Contains(shown, `"`+key+`"`) || !strings.Contains(table, "`"+key+"`") {
			t.Errorf("docs/uplink.md does not tell of %s", key)
		}
	}
}
