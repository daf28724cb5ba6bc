package pipeline_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/telemetry"
)

// daysOf repeats a drive so many days; each starts where the first did.
func daysOf(n int, drive func() []*telemetry.Frame) (all []*telemetry.Frame) {
	for i := range n {
		frames := drive()
		for _, f := range frames {
			f.Start += int64(i) * day
			f.Arrived += int64(i) * day
			f.Sequence += uint64(i * len(frames))
			for k := range f.Energy.Odometer {
				f.Energy.Odometer[k] += float64(i) * 20_000
			}
			for k := range f.Energy.FuelConsumed {
				f.Energy.FuelConsumed[k] += float32(i) * 2
			}
		}
		all = append(all, frames...)
	}
	return all
}

// usually gives the trips that each of a vehicle's trips is compared with, 0 for none.
func usually(trips []*outcome.Trip) (n []int) {
	for _, o := range trips {
		if o.Coaching == nil || o.Coaching.Usual == nil {
			n = append(n, 0)
			continue
		}
		n = append(n, o.Coaching.Usual.Trips)
	}
	return n
}

func TestTripsAreComparedWithTheOnesBefore(t *testing.T) {
	for _, cuts := range []bool{false, true} {
		d := newDelivery(t)
		if cuts {
			d.store = &shelf{}
		}
		trips, _, _ := d.live(daysOf(7, commute)).end()
		if diff := cmp.Diff([]int{0, 0, 0, 0, 0, 5, 6}, usually(trips)); diff != "" {
			t.Errorf("cut %v: compared with (-want +got):\n%s", cuts, diff)
		}
		u := trips[6].Coaching.Usual
		if u == nil || !u.SameWay || u.LPer100Km == nil || math.Abs(*u.LPer100Km-*trips[0].Coaching.LPer100Km) > 0.1**u.LPer100Km {
			t.Errorf("cut %v: usual %+v after trips of %v l/100 km", cuts, u, *trips[0].Coaching.LPer100Km)
		}
		if n := d.vehicle.Remembered(); n != 7 {
			t.Errorf("cut %v: %d trips remembered", cuts, n)
		}
	}
}

// What is amended keeps what it was compared with, and is compared with once.
func TestAmendedTripsKeepTheirComparison(t *testing.T) {
	frames := daysOf(8, commute)
	each := len(frames) / 8
	live, late := split(frames, 6*each+300, 6*each+900) // of the seventh day
	d := newDelivery(t)
	d.store = &shelf{}
	trips, _, _ := d.live(live).late(late, live[len(live)-1].Arrived+60_000_000).end()
	// The seventh was first seen with a hole, which has no way: it is not among those of the
	// eighth's.
	if diff := cmp.Diff([]int{0, 0, 0, 0, 0, 5, 6, 6}, usually(trips)); diff != "" {
		t.Errorf("compared with (-want +got):\n%s", diff)
	}
	if trips[6].State != outcome.Amended {
		t.Errorf("the seventh trip is %s", trips[6].State)
	}
	if n := d.vehicle.Remembered(); n != 8 {
		t.Errorf("%d trips remembered", n)
	}
}

// A trip that comes as a whole after later ones is compared with none, for those are among
// what is remembered, and they do not change.
func TestLateTripsAreNotComparedWithLaterOnes(t *testing.T) {
	frames := daysOf(8, commute)
	each := len(frames) / 8
	live, late := split(frames, 6*each, 7*each)
	d := newDelivery(t)
	trips, _, _ := d.live(live).late(late, live[len(live)-1].Arrived+60_000_000).end()
	if diff := cmp.Diff([]int{0, 0, 0, 0, 0, 5, 0, 6}, usually(trips)); diff != "" {
		t.Errorf("compared with (-want +got):\n%s", diff)
	}
	if n := d.vehicle.Remembered(); n != 8 {
		t.Errorf("%d trips remembered", n)
	}
}

// A trip that ends unshared leaves nothing to compare with, also where that comes out late.
func TestWithheldTripsAreNotRemembered(t *testing.T) {
	secret := func() []*telemetry.Frame {
		return legs(leg{30, 0, "off"}, leg{600, 14, "on"}, leg{590, 14, "hide"}, leg{30, 0, "off"}, leg{1, 0, "share"}, leg{179, 0, ""})
	}
	frames := secret()
	d := newDelivery(t).live(frames)
	if trips, _, _ := d.end(); len(trips) != 0 || d.vehicle.Remembered() != 0 {
		t.Errorf("%d trips, %d remembered of one that ended unshared", len(trips), d.vehicle.Remembered())
	}
	live, late := split(frames, 600, 700) // what says that it is not shared
	d = newDelivery(t).live(live)
	if d.advance(live[len(live)-1].Arrived + 1000*sec); d.vehicle.Remembered() != 1 {
		t.Fatalf("%d trips remembered before it is known", d.vehicle.Remembered())
	}
	trips, _, _ := d.late(late, live[len(live)-1].Arrived+2000*sec).end()
	if n := d.vehicle.Remembered(); n != 0 {
		t.Errorf("%d trips remembered after, %d trips", n, len(trips))
	}
}
