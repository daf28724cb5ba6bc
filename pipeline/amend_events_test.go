package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
)

// Of a trip that is withdrawn, the events that are out and that no other trip has are
// withdrawn: each once, in order of time.
func TestEventsOfWithdrawnTripsAreTakenBack(t *testing.T) {
	v, err := NewVehicle(fleet.Profile{VehicleID: "car"})
	if err != nil {
		t.Fatal(err)
	}
	made := func(start int64, kind outcome.EventKind, revision uint32, trip string) finding {
		return finding{Finding: detectors.Finding{Start: start, Kind: kind}, revision: revision, trip: trip}
	}
	sources := []source{{story: story{found: []finding{
		made(900, outcome.HarshCornering, 1, "gone"),
		made(500, outcome.HarshBraking, 3, "gone"),
		made(500, outcome.HarshAcceleration, 1, "gone"),
		made(600, outcome.HarshBraking, 0, ""),        // never out
		made(700, outcome.HarshBraking, 2, ""),        // withdrawn before
		made(800, outcome.HarshBraking, 1, "another"), // of a trip that is not computed again
	}}}, {late: true, story: story{found: []finding{
		made(100, outcome.HarshBraking, 1, "gone"), // in a trip that comes out
		made(200, outcome.HarshBraking, 1, "gone"), // in one that is too short to
	}}}}
	part := func(k int) []found { return []found{{&sources[1].story.found[k], &sources[1]}} }
	r := &rerun{vehicle: v, formers: []*kept{{standing: standing{id: "gone"}}}, sources: sources, segments: []segment{
		{findings: part(0), outcome: &outcome.Trip{DistanceM: 900, DurationS: 90}},
		{findings: part(1), outcome: &outcome.Trip{DistanceM: 9, DurationS: 9}},
	}}
	var s Scratch
	v.takeBack(r, &s)
	v.takeBack(r, &s)
	var got strings.Builder
	for _, o := range s.Out {
		e := o.(*outcome.Event)
		fmt.Fprintln(&got, int64(e.At), e.Kind, e.State, e.Revision, e.TripID)
	}
	want := `200 harsh_braking withdrawn 2 gone
500 harsh_acceleration withdrawn 2 gone
500 harsh_braking withdrawn 4 gone
900 harsh_cornering withdrawn 2 gone
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
	// One that is found again comes out with the next revision.
	v.give(&sources[0].story.found[0], "new", &s)
	if e := s.Out[len(s.Out)-1].(*outcome.Event); e.Revision != 3 || e.State != outcome.Amended || e.TripID != "new" {
		t.Errorf("again: %s, revision %d, trip %s", e.State, e.Revision, e.TripID)
	}
}
