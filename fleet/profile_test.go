package fleet

import "testing"

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
