package pipeline_test

import (
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
)

// Of a vehicle that two accounts held in turn, and with it two drivers, one goes: the
// other's month has all its trips, and its revisions go on.
func TestForgetLeavesAnotherDriversMonth(t *testing.T) {
	for name, test := range map[string]struct{ underWay bool }{"between trips": {}, "a trip under way": {true}} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, "UTC", "2026-09-10T06:00:00Z")
			trip := func() { s.ignition(true).drive(120, 10, 12).ignition(false).silent(3600) }
			turns := fleet.History{VehicleID: "car"}
			for i, who := range []struct{ account, driver string }{{"stays", "b"}, {"gone", "16"}, {"stays", "b"}} {
				p := fleet.Profile{VehicleID: "car", Account: who.account, Driver: who.driver}
				if i > 0 {
					p.From = fleet.Instant(s.now)
				}
				turns.Profiles = append(turns.Profiles, p)
				if err := s.vehicle.Know(turns); err != nil {
					t.Fatal(err)
				}
				if i < 2 {
					trip()
					trip()
				}
			}
			if test.underWay {
				s.ignition(true).drive(60, 10, 12)
			}
			s.vehicle.Advance(s.now, &s.scratch)
			s.take()
			before := len(s.out)
			left := s.vehicle.Forget("gone", func(month, driver string) bool { return month == "2026-09" && driver == "16" })
			again, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
			if err == nil {
				err = again.LoadState(s.vehicle.AppendState(nil))
			}
			if err == nil {
				err = again.Know(turns)
			}
			if err != nil || !left || !again.Parked() {
				t.Fatalf("left %t, parked %t, error %v", left, again.Parked(), err)
			}
			s.vehicle = again
			trip()
			trip()
			s.end()
			months := map[string]*outcome.Month{}
			for _, m := range of[*outcome.Month](s.out[before:]) {
				months[m.DriverID] = m
			}
			if m := months["b"]; m == nil || m.Trips != 4 || m.Revision != 4 || len(months) != 1 {
				t.Errorf("months are %+v", months)
			}
			ids := map[string]bool{}
			for _, trip := range of[*outcome.Trip](s.out) {
				ids[trip.ID] = true
			}
			if len(ids) != 6 {
				t.Errorf("%d trips", len(ids))
			}
		})
	}
}

// What comes late of a trip that is forgotten makes no other of it.
func TestForgetRefusesWhatComesLate(t *testing.T) {
	d := newDelivery(t)
	live, late := split(commute(), 2, 4)
	d.live(live)
	if !d.vehicle.Forget("nobody", func(string, string) bool { return false }) {
		t.Fatal("no month is left")
	}
	for _, f := range late {
		if f = copied(f); d.vehicle.Late(f, &d.scratch) {
			t.Error("a late frame is used")
		}
	}
}
