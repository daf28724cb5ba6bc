package fleet

import (
	"math"
	"strings"
	"testing"
)

// insured is a profile with one policy, in which something is changed.
func insured(change func(*Policy)) Profile {
	p := Policy{ID: "p", Product: "ubi", From: "2026-01-01"}
	change(&p)
	return Profile{VehicleID: "v", Policies: []Policy{p}}
}

func TestProfileValidate(t *testing.T) {
	for _, c := range []struct {
		p    Profile
		want string // error, empty for none
	}{
		{Profile{VehicleID: "v"}, ""},
		{Profile{VehicleID: "v", Zone: "Europe/Madrid", Powertrain: PlugIn}, ""},
		{Profile{}, "profile: vehicle_id is empty"},
		{Profile{VehicleID: "v", Zone: "Local"}, `profile of vehicle v: zone "Local" is not a zone`},
		{Profile{VehicleID: "v", Zone: "Atlantis/Main"}, `profile of vehicle v: zone "Atlantis/Main": unknown time zone Atlantis/Main`},
		{Profile{VehicleID: "v", MassKg: 1450, Account: "a-1", Driver: "1fffffffffffff", Services: []string{"trips", "sos_call"}, Consents: []string{"insurance"}, LocationSharing: Off}, ""},
		{Profile{VehicleID: "v", MassKg: 3}, "profile of vehicle v: mass_kg 3 is not from 50 to 100000"},
		{Profile{VehicleID: "v", MassKg: math.NaN()}, "profile of vehicle v: mass_kg NaN is not from 50 to 100000"},
		{Profile{VehicleID: "v", Account: "a\nb"}, "profile of vehicle v: account_id is not at most 128 bytes of printable text"},
		{Profile{VehicleID: "v", Account: strings.Repeat("a", 129)}, "profile of vehicle v: account_id is not at most 128 bytes of printable text"},
		{Profile{VehicleID: "v", Driver: "anna"}, "profile of vehicle v: driver_id is not a hexadecimal number from 1 to 1fffffffffffff"},
		{Profile{VehicleID: "v", Driver: "0"}, "profile of vehicle v: driver_id is not a hexadecimal number from 1 to 1fffffffffffff"},
		{Profile{VehicleID: "v", Driver: "20000000000000"}, "profile of vehicle v: driver_id is not a hexadecimal number from 1 to 1fffffffffffff"},
		{Profile{VehicleID: "v", Driver: "4D"}, "profile of vehicle v: driver_id is not a hexadecimal number from 1 to 1fffffffffffff"},
		{Profile{VehicleID: "v", Services: []string{"trips", "trips"}}, `profile of vehicle v: services: "trips" stands twice`},
		{Profile{VehicleID: "v", Consents: []string{"All!"}}, `profile of vehicle v: consents: "All!" is not a word of a-z, 0-9 and _`},
		{Profile{VehicleID: "v", Consents: make([]string, 65)}, "profile of vehicle v: consents: 65 words, at most 64 are allowed"},
		{Profile{VehicleID: "v", LocationSharing: "no"}, `profile of vehicle v: unknown location_sharing "no": it is off, or absent`},
		{Profile{VehicleID: "v", Powertrain: "steam"}, `profile of vehicle v: unknown powertrain "steam"`},
		{Profile{VehicleID: "v", Policies: []Policy{{ID: "p", Product: "fhi", From: "2026-01-01"}, {ID: "p", Product: "ubi", From: "2026-01-01", To: "2027-01-01", Drivers: []string{"4d"}, Period: PeriodMonth}}}, ""},
		{insured(func(p *Policy) { p.ID = "" }), "profile of vehicle v: policies: number 1: policy_id is not 1 to 128 bytes of printable text"},
		{insured(func(p *Policy) { p.Product = "life" }), `profile of vehicle v: policies: number 1: unknown product "life": it is ubi, fhi or phi`},
		{insured(func(p *Policy) { p.Table = "a\nb" }), "profile of vehicle v: policies: number 1: table is not at most 128 bytes of printable text"},
		{insured(func(p *Policy) { p.Period = "week" }), `profile of vehicle v: policies: number 1: unknown period "week": it is year, quarter or month, or absent`},
		{insured(func(p *Policy) { p.ElectricRangeKm = math.NaN() }), "profile of vehicle v: policies: number 1: electric_range_km NaN is not from 1 to 1000"},
		{insured(func(p *Policy) { p.From = "2026-02-30" }), `profile of vehicle v: policies: number 1: from "2026-02-30" is not a date of the years 1970 to 2100, YYYY-MM-DD`},
		{insured(func(p *Policy) { p.From = "" }), `profile of vehicle v: policies: number 1: from "" is not a date of the years 1970 to 2100, YYYY-MM-DD`},
		{insured(func(p *Policy) { p.To = "2226-01-01" }), `profile of vehicle v: policies: number 1: to "2226-01-01" is not a date of the years 1970 to 2100, YYYY-MM-DD`},
		{insured(func(p *Policy) { p.To = p.From }), "profile of vehicle v: policies: number 1: to 2026-01-01 is not after from 2026-01-01"},
		{insured(func(p *Policy) { p.Drivers = []string{"4d", "anna"} }), "profile of vehicle v: policies: number 1: drivers: number 2 is not a hexadecimal number from 1 to 1fffffffffffff"},
		{insured(func(p *Policy) { p.Drivers = []string{"4d", "4d"} }), "profile of vehicle v: policies: number 1: drivers: number 2 stands twice"},
		{insured(func(p *Policy) { p.Drivers = make([]string, 17) }), "profile of vehicle v: policies: number 1: drivers: 17 of them, at most 16 are allowed"},
		{Profile{VehicleID: "v", Policies: make([]Policy, 9)}, "profile of vehicle v: policies: 9 of them, at most 8 are allowed"},
		{Profile{VehicleID: "v", Policies: []Policy{{ID: "p", Product: "ubi", From: "2026-01-01"}, {ID: "p", Product: "ubi", From: "2027-01-01"}}}, "profile of vehicle v: policies: number 2: its policy_id and product stand twice"},
	} {
		got := ""
		if err := c.p.Validate(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: error %q, want %q", c.p, got, c.want)
		}
	}
}
