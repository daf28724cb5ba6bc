package fleet

import (
	"math"
	"strings"
	"testing"
)

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
