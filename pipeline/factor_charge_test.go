package pipeline

import (
	"testing"
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
)

// insuredPlugIn is a plug-in with a policy by the month.
func insuredPlugIn(t *testing.T, from string, consents ...string) fleet.History {
	t.Helper()
	return fleet.Always(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Powertrain: fleet.PlugIn, Consents: consents, Policies: []fleet.Policy{
		{ID: "one", Product: outcome.ProductPHI, From: from, Period: fleet.PeriodMonth, ElectricRangeKm: 60}}})
}

// tellSession tells a vehicle's charging session of an hour.
func tellSession(v *Vehicle, start int64, s *Scratch) {
	v.charge = &charge{start: start, zone: "Europe/Madrid"}
	hour := int64(3600 * 1_000_000)
	v.tellCharge(&detectors.ChargeSession{Start: start, End: start + hour, Charged: hour, CounterKwh: 7, SoCFrom: 10, SoCTo: 70}, s)
}

// A session that is taken back leaves the period that it was put into, across a restart and
// whatever is known of policies and consent by then: no other loses its day, and none begins.
func TestSessionIsTakenBackFromWhereItWasPut(t *testing.T) {
	start := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC).UnixMicro()
	for _, c := range []struct {
		name           string
		before, after  fleet.History
		told, takenOff []int // charging days by period
	}{
		{"nothing changes", insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance), insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance), []int{1}, []int{0}},
		{"the consent is gone", insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance), insuredPlugIn(t, "2026-03-01"), []int{1}, []int{0}},
		{"the policy is gone", insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance), insuredPlugIn(t, "2027-01-01", outcome.ConsentInsurance), []int{1}, []int{0}},
		{"a policy came later", insuredPlugIn(t, "2027-01-01", outcome.ConsentInsurance), insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance), nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := NewVehicle(fleet.Profile{VehicleID: "car"})
			if err != nil {
				t.Fatal(err)
			}
			know := func(h fleet.History) {
				if err := v.Know(h); err != nil {
					t.Fatal(err)
				}
			}
			var s Scratch
			know(c.before)
			tellSession(v, start, &s)
			wantChargingDays(t, v, c.told)
			b := v.AppendState(nil)
			if err := v.LoadState(b); err != nil {
				t.Fatal(err)
			}
			know(c.after)
			v.withdrawCharge(&s)
			wantChargingDays(t, v, c.takenOff)
		})
	}
}

// A session that was told without consent takes nothing off a day that another made.
func TestSessionTakesNoOtherOff(t *testing.T) {
	v, err := NewVehicle(fleet.Profile{VehicleID: "car"})
	if err != nil {
		t.Fatal(err)
	}
	var s Scratch
	start := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC).UnixMicro()
	consenting := insuredPlugIn(t, "2026-03-01", outcome.ConsentInsurance)
	for i, h := range []fleet.History{consenting, insuredPlugIn(t, "2026-03-01"), consenting} {
		if err := v.Know(h); err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			tellSession(v, start+int64(i)*4*3600*1_000_000, &s)
		}
	}
	v.withdrawCharge(&s) // the second
	wantChargingDays(t, v, []int{1})
}

func wantChargingDays(t *testing.T, v *Vehicle, want []int) {
	t.Helper()
	var got []int
	if v.policies != nil {
		for _, p := range v.policies.periods {
			got = append(got, p.charged.number())
		}
	}
	if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
		t.Errorf("charging days by period %v, want %v", got, want)
	}
}
