package pipeline_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// play gives all outcomes of a vehicle's frames.
func play(v *pipeline.Vehicle, frames []*telemetry.Frame) []outcome.Outcome {
	var s pipeline.Scratch
	for _, f := range frames {
		v.Advance(f.Arrived, &s)
		v.Apply(f, &s)
	}
	v.Advance(math.MaxInt64, &s)
	return s.Out
}

// moved is a vehicle that changed hands and zone between its second and third hour.
func moved() fleet.History {
	return fleet.History{VehicleID: "car", Profiles: []fleet.Profile{
		{VehicleID: "car", Zone: "Europe/Madrid", Powertrain: fleet.Combustion, Account: "old", Driver: "4d"},
		{VehicleID: "car", From: fleet.Instant(t0 + 5400*sec), Zone: "Asia/Tokyo", Powertrain: fleet.Electric, Account: "new"},
	}}
}

// hourly is one drive an hour, of ten minutes; the second lasts beyond the change.
func hourly() (ps []point) {
	for hour := range int64(3) {
		at, length := t0+hour*3600*sec, int64(600)
		if hour == 1 {
			length = 2400
		}
		ps = append(ps, ignitionAt(at, true), ignitionAt(at+length*sec, false))
		for i := range length {
			ps = append(ps, speedAt(at+i*sec+7, 10))
		}
	}
	return ps
}

func TestTheProfileAtATripsStartGoesWithIt(t *testing.T) {
	type of3 struct {
		Zone, Date, Account, Driver string
		Electric                    bool
	}
	want := []of3{
		{"Europe/Madrid", "2023-11-14", "old", "4d", false},
		{"Europe/Madrid", "2023-11-15", "old", "4d", false},
		{"Asia/Tokyo", "2023-11-15", "new", "", true},
	}
	for _, cuts := range [][]int64{nil, {t0 + 4000*sec, t0 + 5401*sec, t0 + 7000*sec}} {
		v := newVehicle(t, "car")
		if err := v.Know(moved()); err != nil {
			t.Fatal(err)
		}
		var got []of3
		for _, trip := range of[*outcome.Trip](play(v, lay(hourly(), cuts, t0+20_000*sec))) {
			got = append(got, of3{trip.Zone, trip.LocalDate, trip.AccountID, trip.DriverID, trip.EVDistanceM != nil})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestAnIdentifiedDriverIsNotTheLinkedOne(t *testing.T) {
	v := newVehicle(t, "car")
	if err := v.Know(moved()); err != nil {
		t.Fatal(err)
	}
	ps := append(hourly(), changeAt(t0+sec, telemetry.DriverID, 0xabc), changeAt(t0+3500*sec, telemetry.DriverID, 0))
	out := play(v, lay(ps, nil, t0+20_000*sec))
	var drivers []string
	for _, o := range out {
		switch o := o.(type) {
		case *outcome.Trip:
			drivers = append(drivers, "trip "+o.DriverID)
		case *outcome.Month:
			drivers = append(drivers, "month "+o.DriverID)
		}
	}
	if want := []string{"trip abc", "month abc", "trip 4d", "month 4d", "trip ", "month "}; !slices.Equal(drivers, want) {
		t.Errorf("drivers %q, want %q", drivers, want)
	}
}

// What becomes known in the middle of a drive holds for what is still to come, whatever
// its dates; what is only said again changes nothing.
func TestKnowing(t *testing.T) {
	off := fleet.Profile{VehicleID: "car", From: fleet.Instant(t0 - 3600*sec), LocationSharing: fleet.Off, Account: "a"}
	on := fleet.Profile{VehicleID: "car", From: fleet.Instant(t0 + 300*sec)}
	for _, c := range []struct {
		name     string
		first    fleet.History
		then     fleet.History // known after 200 s of 600
		hidden   int64
		account  string
		withheld int
	}{
		{"off from before, known late", fleet.Always(fleet.Profile{VehicleID: "car"}), fleet.Always(off), 400, "", 1},
		{"off, and on again later", fleet.Always(fleet.Profile{VehicleID: "car"}), fleet.History{VehicleID: "car", Profiles: []fleet.Profile{off, on}}, 100, "", 0},
		{"off, said again", fleet.Always(off), fleet.Always(off), 600, "", 1},
		{"off, taken back", fleet.Always(off), fleet.Always(fleet.Profile{VehicleID: "car"}), 200, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			ps := []point{ignitionAt(t0, true), ignitionAt(t0+600*sec, false)}
			for i := range int64(600) {
				ps = append(ps, speedAt(t0+i*sec+7, 10), fixAt(t0+i*sec+7, float64(i)*10))
			}
			frames := lay(ps, []int64{t0 + 200*sec}, t0+20_000*sec)
			v := newVehicle(t, "car")
			if err := v.Know(c.first); err != nil {
				t.Fatal(err)
			}
			var s pipeline.Scratch
			v.Apply(frames[0], &s)
			if err := v.Know(c.then); err != nil {
				t.Fatal(err)
			}
			v.Apply(frames[1], &s)
			v.Advance(math.MaxInt64, &s)
			months := of[*outcome.Month](s.Out)
			if n := len(months); n != 1 || months[0].WithheldTrips != c.withheld || months[0].Trips != 1-c.withheld || s.Hidden != c.hidden {
				t.Fatalf("%d positions hidden, want %d; months %+v", s.Hidden, c.hidden, months)
			}
			trips := of[*outcome.Trip](s.Out)
			if len(trips) != 1-c.withheld {
				t.Fatalf("%d trips", len(trips))
			}
			if c.withheld > 0 {
				return
			}
			trip := trips[0]
			fixes := int64(0)
			for _, track := range trip.Receipt.Tracks {
				if track.Track == "position" {
					fixes = int64(track.Samples)
				}
			}
			if 600-fixes != c.hidden || !slices.Contains(trip.Receipt.Flags, "location_hidden") || trip.AccountID != c.account {
				t.Errorf("%d of 600 hidden, want %d; flags %v, account %q", 600-fixes, c.hidden, trip.Receipt.Flags, trip.AccountID)
			}
		})
	}
}

func TestKnowRefuses(t *testing.T) {
	v := newVehicle(t, "car")
	for _, h := range []fleet.History{
		{}, fleet.Always(fleet.Profile{VehicleID: "other"}), fleet.Always(fleet.Profile{VehicleID: "car", Zone: "Nowhere/Land"}),
	} {
		if err := v.Know(h); err == nil {
			t.Errorf("%+v is taken", h)
		}
	}
	out := play(v, lay(hourly(), nil, t0+20_000*sec))
	if zone := of[*outcome.Trip](out)[0].Zone; zone != time.UTC.String() {
		t.Errorf("zone %s behind a refused history", zone)
	}
}
