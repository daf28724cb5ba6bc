package pipeline_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/telemetry"
)

// standingTrip is a trip that stands in the end, to the second.
type standingTrip struct {
	From, To  int64
	DistanceM float64
}

// standingTrips is what stands in the end, and how many trips are withheld.
func standingTrips(trips []*outcome.Trip, months []*outcome.Month) (got []standingTrip, withheld int) {
	for _, o := range trips {
		if o.State != outcome.Withdrawn {
			got = append(got, standingTrip{int64(o.StartedAt) / sec % 100_000, int64(o.EndedAt) / sec % 100_000, o.DistanceM})
		}
	}
	for _, m := range months {
		withheld += m.WithheldTrips
	}
	return got, withheld
}

// thinM is how far, m, a trip's way by summaries is from that by samples.
const thinM = 5

// What was not shared is no more told of when it comes late.
func TestLateUnsharedDrives(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ls := []leg{{5, 0, "share"}, {20, 0, "off"}}
		shared := true
		for range rapid.IntRange(1, 4).Draw(rt, "trips") {
			ls = append(ls, leg{20, 12, "on"})
			for range rapid.IntRange(0, 3).Draw(rt, "switches") {
				name := "hide"
				if !shared {
					name = "share"
				}
				shared = !shared
				ls = append(ls, leg{rapid.IntRange(15, 120).Draw(rt, "s"), 12, name})
			}
			ls = append(ls, leg{130 + rapid.IntRange(0, 300).Draw(rt, "parked"), 0, "off"})
			if !shared && rapid.Bool().Draw(rt, "share parked") {
				shared = true
				ls = append(ls, leg{10, 0, "share"})
			}
		}
		frames := legs(ls...)
		d := newDelivery(rt)
		trips, _, months := d.live(frames).end()
		want, wantWithheld := standingTrips(trips, months)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "late"), 1))
		var live, late []*telemetry.Frame
		until, hidden := 0, false
		changes := func(f *telemetry.Frame, signal telemetry.BodySignal, to int64) bool {
			return len(f.Body.At) > 0 && f.Body.Signal[0] == signal && f.Body.Value[0] == to
		}
		switches := func(f *telemetry.Frame, to int64) bool { return changes(f, telemetry.LocationShared, to) }
		for i, f := range frames {
			hidden = !switches(f, 1) && (hidden || switches(f, 0))
			// What is lost before a switch counts as hidden by it: not that.
			loses := hidden || !slices.ContainsFunc(frames[i:], func(f *telemetry.Frame) bool { return switches(f, 0) })
			// An unshared trip of which too little came leaves nothing that says when it ended.
			loses = loses && !(hidden && i+1 < len(frames) && changes(frames[i+1], telemetry.SystemState, telemetry.StateOff))
			if i >= until && r.IntN(80) == 0 {
				until = i + 1 + r.IntN(60)
			}
			if loses && i < until && len(f.Body.At) == 0 && i > 0 && i < len(frames)-1 {
				late = append(late, f)
			} else {
				live = append(live, f)
			}
		}
		d = newDelivery(rt)
		trips, _, months = d.live(live).late(late, frames[len(frames)-1].Arrived+60_000_000).end()
		got, gotWithheld := standingTrips(trips, months)
		diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, thinM))
		if diff != "" || gotWithheld > wantWithheld {
			rt.Fatalf("%d late of %d: %d withheld, want %d; (-want +got)\n%s\nlegs %v", len(late), len(frames), gotWithheld, wantWithheld, diff, ls)
		}
	})
}

// A trip that was wholly unshared and comes late as a whole is counted, and nothing else.
func TestAWhollyUnsharedTripThatComesLate(t *testing.T) {
	for _, from := range []int{30, 50} {
		frames := legs(leg{5, 0, "share"}, leg{20, 0, "off"}, leg{30, 0, "hide"}, leg{300, 14, "on"}, leg{400, 0, "off"}, leg{30, 0, "share"})
		live, late := split(frames, from, 700)
		trips, events, months := newDelivery(t).live(live).late(late, frames[len(frames)-1].Arrived+60_000_000).end()
		if len(trips)+len(events) > 0 || len(months) != 1 || months[0].WithheldTrips != 1 || months[0].Trips != 0 {
			t.Errorf("late from %d on: %d trips, %d events, months %+v", from, len(trips), len(events), months)
		}
	}
}
