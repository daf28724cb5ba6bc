package pipeline_test

import (
	"slices"
	"testing"

	"milepost/outcome"
	"milepost/telemetry"
)

// rolls makes the car of a frame and the six after it start and stop harshly, at 5 Hz.
func rolls(frames []*telemetry.Frame) {
	for i, v := range []float32{0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} {
		frames[i/5].Speed.Speed[i%5] = v
	}
}

// A trip went on after a stop, for all that was known: the car rolled. That the ignition
// went off before is told late, so the roll is no drive, and its events are none.
func TestEventsThatATripLosesAreWithdrawn(t *testing.T) {
	frames := legs(leg{30, 0, "off"}, leg{300, 14, "on"}, leg{10, 0, ""}, leg{1, 0, "off"}, leg{10, 0, ""}, leg{7, 1, ""}, leg{300, 0, ""})
	rolls(frames[351:])
	live, late := split(frames, 340, 341)
	d := newDelivery(t).live(live)
	before, _, _ := d.end()
	if n := theTrip(t, before).Counts; n.HarshAcceleration != 1 || n.HarshBraking != 1 {
		t.Fatalf("the roll counts as %+v, want one of each", n)
	}
	from := len(d.out)
	trips, events, _ := d.late(late, live[len(live)-1].Arrived+1200_000_000).end()
	trip := theTrip(t, trips)
	if trip.State != outcome.Amended || trip.Counts != (outcome.Counts{}) || len(events) != 2 {
		t.Fatalf("%s with %+v, %d events", trip.State, trip.Counts, len(events))
	}
	for _, e := range events {
		if e.State != outcome.Withdrawn || e.Revision != 2 || e.TripID != trip.ID || e.Lat != nil || e.Lon != nil {
			t.Errorf("%s of %s: %s in revision %d, place %v", e.Kind, e.StartedAt, e.State, e.Revision, e.Lat)
		}
	}
	if events[0].At >= events[1].At || slices.Index(d.out[from:], outcome.Outcome(events[1])) > slices.Index(d.out[from:], outcome.Outcome(trip)) {
		t.Error("want the events in order of time, then the trip")
	}
}

// What comes late makes one trip of two: the events of the one that is withdrawn come out
// again as the other's, and are not withdrawn.
func TestEventsOfATripThatIsPartOfAnotherGoWithIt(t *testing.T) {
	frames := legs(leg{30, 0, "off"}, leg{2500, 14, "on"}, leg{20, 0, ""}, leg{7, 1, ""}, leg{20, 0, ""}, leg{500, 14, ""}, leg{200, 0, "off"})
	rolls(frames[2550:])
	live, late := split(frames, 700, 2000)
	trips, events, _ := newDelivery(t).live(live).late(late, live[len(live)-1].Arrived+60_000_000).end()
	if len(trips) != 2 || trips[1].State != outcome.Withdrawn || len(events) != 2 {
		t.Fatalf("%d trips, %d events, want one of two withdrawn, and 2", len(trips), len(events))
	}
	for _, e := range events {
		if e.State != outcome.Amended || e.Revision != 2 || e.TripID != trips[0].ID {
			t.Errorf("%s of %s: %s in revision %d of trip %s, want %s", e.Kind, e.StartedAt, e.State, e.Revision, e.TripID, trips[0].ID)
		}
	}
}

// A trip had its events from what came late, and it comes out still later that it ended
// unshared: they are taken back with it.
func TestLateEventsOfATripThatIsWithheldGoWithIt(t *testing.T) {
	frames := legs(leg{5, 0, "share"}, leg{20, 0, "off"}, leg{100, 14, "on"}, leg{20, 0, ""}, leg{7, 1, ""}, leg{20, 0, ""}, leg{100, 14, ""}, leg{30, 12, "hide"}, leg{200, 0, "off"})
	rolls(frames[145:])
	live, roll := split(slices.Delete(slices.Clone(frames), 272, 273), 140, 160)
	d := newDelivery(t).live(live)
	trips, events, _ := d.late(roll, live[len(live)-1].Arrived+60*sec).end()
	if trip := theTrip(t, trips); trip.State != outcome.Amended || len(events) != 2 || events[0].TripID != trip.ID {
		t.Fatalf("%s with %d events, want 2 that came late", trip.State, len(events))
	}
	trips, events, months := d.late(frames[272:273], live[len(live)-1].Arrived+600*sec).end()
	if trip := theTrip(t, trips); trip.State != outcome.Withdrawn || len(months) != 1 || months[0].WithheldTrips != 1 {
		t.Fatalf("%s, months %+v, want it withheld", trip.State, months)
	}
	for _, e := range events {
		if e.State != outcome.Withdrawn || e.Revision != 2 || e.Lat != nil {
			t.Errorf("%s of %s: %s in revision %d", e.Kind, e.StartedAt, e.State, e.Revision)
		}
	}
}
