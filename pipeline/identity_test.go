package pipeline_test

import (
	"math"
	"testing"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/insurance"
)

// identified checks that each outcome's id is made of its own time, which is the same in
// every revision, and that each names its method.
func identified(t tester, out []outcome.Outcome) {
	t.Helper()
	at := map[string]outcome.Time{}
	for _, o := range out {
		h, kind, method, want := o.Head(), "", "", scoring.Method
		switch o := o.(type) {
		case *outcome.Trip:
			kind, method = string(outcome.TypeTrip), o.Receipt.Method
		case *outcome.Event:
			kind, method = string(o.Kind), o.Method
		case *outcome.Month:
			kind, method = "month/"+o.DriverID, o.Method
		case *outcome.Collision:
			kind, method, want = string(outcome.TypeCollision), o.Method, detectors.CollisionMethod
		case *outcome.Charge:
			kind, method, want = string(outcome.TypeCharge), o.Method, detectors.ChargeMethod
		case *outcome.Factor:
			kind, method, want = "factor/"+string(o.Product)+"/"+o.PolicyID, o.Method, insurance.Method
		}
		if h.ID != outcome.ID(h.VehicleID, kind, h.At) {
			t.Errorf("%s %s, revision %d: its id is not made of its at, %s", h.Type, h.ID, h.Revision, h.At)
		}
		if first, ok := at[h.ID]; ok && first != h.At {
			t.Errorf("%s %s: at is %s in revision %d, %s before", h.Type, h.ID, h.At, h.Revision, first)
		}
		if at[h.ID] = h.At; method != want {
			t.Errorf("%s %s, revision %d: method %q, want %q", h.Type, h.ID, h.Revision, method, want)
		}
	}
}

// A trip whose beginning comes late begins earlier, under the time that it was first
// known by; one that is withdrawn goes under the time that it had.
func TestATripThatMovesKeepsItsTime(t *testing.T) {
	frames := commute()
	live, late := split(frames, 20, 400)
	d := newDelivery(t).live(live)
	d.advance(live[len(live)-1].Arrived + 20*60_000_000)
	before := *theTrip(t, tripsOf(d.out))
	trips, _, _ := d.late(late, live[len(live)-1].Arrived+30*60_000_000).end()
	after := theTrip(t, trips)
	if after.ID != before.ID || after.At != before.At || after.At != before.StartedAt || after.StartedAt >= before.StartedAt {
		t.Errorf("first %s of %s from %s, then %s of %s from %s", before.ID, before.At, before.StartedAt, after.ID, after.At, after.StartedAt)
	}

	frames = legs(leg{30, 0, "off"}, leg{3000, 14, "on"}, leg{200, 0, "off"})
	live, late = split(frames, 700, 2000)
	d = newDelivery(t).live(live)
	d.advance(math.MaxInt64 - 1)
	var second outcome.Trip
	for _, o := range tripsOf(d.out) {
		second = *o
	}
	trips, _, _ = d.late(late, live[len(live)-1].Arrived+60_000_000).end()
	if gone := trips[len(trips)-1]; gone.State != outcome.Withdrawn || gone.ID != second.ID || gone.At != second.At {
		t.Errorf("%s %s of %s, want %s of %s withdrawn", gone.State, gone.ID, gone.At, second.ID, second.At)
	}
}

func tripsOf(out []outcome.Outcome) (trips []*outcome.Trip) {
	for _, o := range out {
		if trip, ok := o.(*outcome.Trip); ok {
			trips = append(trips, trip)
		}
	}
	return trips
}
