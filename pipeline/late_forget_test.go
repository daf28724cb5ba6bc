package pipeline_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// stint is a frame of driving at 10 m/s with a fix a second; times are seconds after t0.
type stint struct {
	from, to float64
	comes    float64 // when it arrives; 0: with its last sample
	late     bool
	missed   bool      // frames before it were given up
	parked   bool      // it stands: a sample of each track is all there is
	brakes   []float64 // harshly from then on, for two seconds
	noFixes  float64   // from then on there are none; 0: all are there
	shares   float64   // the vehicle says that it shares its location; 0: it does not say so
	hides    float64   // it says that it does not, likewise
}

// frame lays the stint into a frame of a sequence.
func (s stint) frame(sequence int) coming {
	at := func(seconds float64) int64 { return t0 + int64(seconds*1e6) }
	var ps []point
	if s.shares != 0 {
		ps = append(ps, changeAt(at(s.shares), telemetry.LocationShared, 1))
	}
	if s.hides != 0 {
		ps = append(ps, changeAt(at(s.hides), telemetry.LocationShared, 0))
	}
	if s.parked {
		ps = append(ps, speedAt(at(s.from), 0), motionAt(at(s.from), 0, 0), fixAt(at(s.from), wayAt(at(s.from))))
	} else {
		ps = cruise(ps, s.from, s.to, 5, 10)
	}
	for x := at(s.from) + 100_007; !s.parked && x < at(s.to) && (s.noFixes == 0 || x < at(s.noFixes)); x += sec {
		ps = append(ps, fixAt(x, wayAt(x)))
	}
	for x := at(s.from) + 3; !s.parked && x < at(s.to); x += 50_000 {
		forward := 0.0
		if slices.ContainsFunc(s.brakes, func(b float64) bool { return x >= at(b) && x < at(b)+2*sec }) {
			forward = -7
		}
		ps = append(ps, motionAt(x, forward, 0))
	}
	f := lay(ps, nil, 0)[0]
	f.Sequence = uint64(sequence)
	c := coming{f: f, at: f.Arrived, late: s.late, missed: s.missed}
	if s.comes != 0 {
		c.at = at(s.comes)
	}
	return c
}

// A vehicle says nothing of its location, and then it comes late that it had hidden it: what
// was let through is taken back. Whether a manoeuvre has a place does not depend on which
// trip is the last, nor on whether that is still remembered.
func TestPlacesTakenBackAcrossRestarts(t *testing.T) {
	for _, c := range []struct {
		name   string
		stints []stint
		places map[float64]bool // by when the braking began: its place is told
	}{
		{"late frames before anything else, of which one shares again", []stint{
			{from: 200, parked: true},
			{from: 0, to: 20, comes: 1000, late: true, brakes: []float64{12}, hides: 16},
			{from: 20, to: 30, comes: 1010, late: true, brakes: []float64{25}},
			{from: 30, to: 60, comes: 1020, late: true, brakes: []float64{31, 45}, shares: 35},
		}, map[float64]bool{12: false, 45: true}},
		{"the same after a trip that is over for good", []stint{
			{from: 2000, to: 2060, brakes: []float64{2030}},
			{from: 4000, parked: true},
			{from: 0, to: 20, comes: 5000, late: true, brakes: []float64{12}, hides: 16},
			{from: 20, to: 30, comes: 5010, late: true, brakes: []float64{25}},
			{from: 30, to: 60, comes: 5020, late: true, brakes: []float64{31, 45}, shares: 35},
		}, map[float64]bool{12: false, 45: true, 2030: true}},
		{"a trip under way", []stint{
			{from: 0, to: 29, brakes: []float64{20}},
			{from: 31, to: 60, brakes: []float64{40, 59}},
			{from: 29, to: 31, comes: 60, late: true, hides: 30},
			{from: 60, to: 90, brakes: []float64{59, 70}},
			{from: 90, to: 120, brakes: []float64{110}, shares: 100},
			{from: 3000, parked: true},
		}, map[float64]bool{20: true, 40: false, 110: true}},
		{"a trip that shares again before it is known that it hid", []stint{
			{from: 0, to: 29, brakes: []float64{20}},
			{from: 31, to: 90, noFixes: 88.5, shares: 89.9},
			// The last place known is one of before it shared again.
			{from: 90, to: 120, brakes: []float64{91, 110}, noFixes: 90},
			{from: 120, to: 150, brakes: []float64{130}},
			{from: 29, to: 31, comes: 160, late: true, hides: 30},
			{from: 3000, parked: true},
		}, map[float64]bool{20: true, 91: false, 110: false, 130: true}},
		{"what was added to a trip late", []stint{
			{from: 0, to: 100, brakes: []float64{20}},
			{from: 110, to: 300, missed: true},
			{from: 1500, parked: true},
			{from: 312, to: 400, comes: 1600, late: true, brakes: []float64{350}},
			{from: 310, to: 312, comes: 2000, late: true, hides: 311},
			{from: 100, to: 110, comes: 2100, late: true},
			{from: 6000, parked: true},
		}, map[float64]bool{20: true, 350: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := framesOf(c.stints)
			undisturbed, places := tellPlaces(t, all, func(int) bool { return false })
			if !maps.Equal(places, c.places) {
				t.Errorf("events, and whether they have places: %v, want %v", places, c.places)
			}
			check := func(where string, again func(int) bool) {
				t.Helper()
				told, _ := tellPlaces(t, all, again)
				if diff := gocmp.Diff(undisturbed, told); diff != "" {
					t.Errorf("restarted %s (-undisturbed +restarted):\n%s", where, diff)
				}
			}
			check("everywhere", func(int) bool { return true })
			for at := range len(all) + 1 {
				check(fmt.Sprint("before frame ", at), func(i int) bool { return i == at })
			}
		})
	}
}

// framesOf gives stints as frames, with sequences in the order of time.
func framesOf(stints []stint) (all []coming) {
	inTime := slices.Clone(stints)
	slices.SortFunc(inTime, func(a, b stint) int { return cmp.Compare(a.from, b.from) })
	for _, s := range stints {
		all = append(all, s.frame(slices.IndexFunc(inTime, func(o stint) bool { return o.from == s.from })))
	}
	return all
}

// tellPlaces plays what comes. It gives the outcomes, and by the second in which a
// manoeuvre began whether its place was ever told.
func tellPlaces(t *testing.T, all []coming, again func(int) bool) (told []string, places map[float64]bool) {
	t.Helper()
	places = map[float64]bool{}
	receive(t, fleet.Always(fleet.Profile{VehicleID: "car"}), all, again, func(_ int, out []outcome.Outcome) {
		told = append(told, lines(t, out)...)
		for _, e := range of[*outcome.Event](out) {
			began := float64((int64(e.StartedAt) - t0 + sec/2) / sec)
			places[began] = places[began] || e.Lat != nil
		}
	})
	return told, places
}
