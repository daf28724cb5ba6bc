package replay_test

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
	"milepost/telemetry"
)

const minute = 60_000_000

// framesOf copies a vehicle's frames, in the order of arrival.
func framesOf(v *fixtures.Vehicle) (frames []*telemetry.Frame) {
	for f := range v.Frames() {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		frames = append(frames, c)
	}
	return frames
}

// delayed gives the frames with those of a span of event time arriving at a later
// time, in an order of chance, 20 ms apart.
func delayed(frames []*telemetry.Frame, from, to, arrive int64, r *rand.Rand) []*telemetry.Frame {
	var out, late []*telemetry.Frame
	for _, f := range frames {
		c := &telemetry.Frame{}
		c.CopyFrom(f)
		if c.Start >= from && c.Start < to {
			late = append(late, c)
			continue
		}
		out = append(out, c)
	}
	r.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
	for i, f := range late {
		f.Arrived = arrive + int64(i)*20_000
	}
	out = append(out, late...)
	slices.SortStableFunc(out, func(a, b *telemetry.Frame) int { return cmp.Compare(a.Arrived, b.Arrived) })
	return out
}

// final plays frames and gives the newest revisions; withdrawn ones are gone.
func final(t testing.TB, profile fleet.Profile, frames []*telemetry.Frame) (trips []*outcome.Trip, events map[string][]*outcome.Event, months []*outcome.Month, sum replay.Summary) {
	p, err := replay.NewPlayer([]fleet.Profile{profile})
	if err != nil {
		t.Fatal(err)
	}
	newest := map[string]outcome.Outcome{}
	emit := func(o outcome.Outcome) error {
		h := o.Head()
		if old := newest[h.ID]; old != nil && old.Head().Revision >= h.Revision {
			t.Errorf("%s %s revision %d after %d", h.Type, h.ID, h.Revision, old.Head().Revision)
		}
		newest[h.ID] = o
		return nil
	}
	for _, f := range frames {
		var c telemetry.Frame
		c.CopyFrom(f) // a player cleans what it is given
		if err := p.Record(&c, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	events = map[string][]*outcome.Event{}
	for _, o := range newest {
		switch o := o.(type) {
		case *outcome.Trip:
			if o.State != outcome.Withdrawn {
				trips = append(trips, o)
			}
		case *outcome.Event:
			if o.State != outcome.Withdrawn {
				events[o.TripID] = append(events[o.TripID], o)
			}
		case *outcome.Month:
			months = append(months, o)
		}
	}
	slices.SortFunc(trips, func(a, b *outcome.Trip) int { return cmp.Compare(a.StartedAt, b.StartedAt) })
	slices.SortFunc(months, func(a, b *outcome.Month) int { return cmp.Compare(a.ID, b.ID) })
	return trips, events, months, p.Summary()
}

// misses are how far amended trips are from those of an undisturbed run.
type misses struct {
	trips, sameCounts              int
	metres, share, seconds, points float64            // worst
	by                             map[string]float64 // share by which another quantity is off at worst
	failures                       []string
}

// quantities that are compared as shares, with what is small enough to be off by.
func quantities(o *outcome.Trip) map[string][2]float64 {
	q := map[string][2]float64{
		"way by speed": {o.Receipt.Distances["speed"] + o.Receipt.Distances["bridged"], 20}, "driving time": {o.DrivingS, 2}, "idle time": {o.IdleS, 2},
		"highest speed": {o.MaxSpeedKmh, 0.5}, "judged way": {o.Receipt.Inputs["judged_distance_m"], 50}, "night": {o.NightS, 2},
	}
	for name, v := range map[string]struct {
		p     *float64
		floor float64
	}{"fuel": {o.FuelL, 0.002}, "energy": {o.EnergyKwh, 0.01}, "regenerated": {o.RegeneratedKwh, 0.01}, "EV way": {o.EVDistanceM, 30}, "EV time": {o.EVS, 3}} {
		if v.p != nil {
			q[name] = [2]float64{*v.p, v.floor}
		}
	}
	return q
}

// compare notes how far all quantities of a trip are off.
func (e *misses) compare(got, want *outcome.Trip) {
	if e.by == nil {
		e.by = map[string]float64{}
	}
	have := quantities(got)
	for name, q := range quantities(want) {
		g, ok := have[name]
		off := math.Abs(g[0] - q[0])
		if !ok {
			off, e.by[name+" lost"] = q[0], 1
		}
		if off > q[1] {
			e.by[name] = max(e.by[name], off/max(q[0], q[1]))
		}
	}
}

func (e *misses) add(got, want *outcome.Trip) {
	e.trips++
	if got.Counts == want.Counts {
		e.sameCounts++
	}
	metres := math.Abs(got.DistanceM - want.DistanceM)
	share := metres / want.DistanceM
	if metres > 20 {
		e.share = max(e.share, share)
	}
	e.metres = max(e.metres, metres)
	e.seconds = max(e.seconds, math.Abs(got.DurationS-want.DurationS))
	score := math.Abs(got.Scores.Performance.Score - want.Scores.Performance.Score)
	e.points = max(e.points, score)
	e.compare(got, want)
	if metres > 20 && share > 0.005 || math.Abs(got.DurationS-want.DurationS) > 1 || score > 2 {
		e.failures = append(e.failures, got.StartedAt.String())
	}
}

func (e *misses) log(t *testing.T, name string) {
	t.Helper()
	t.Logf("%-34s %4d trips: distance off by at most %.1f m (%.2f %% where over 20 m), duration %.2f s, score %.1f; same counts of events in %d",
		name, e.trips, e.metres, 100*e.share, e.seconds, e.points, e.sameCounts)
	for _, q := range slices.Sorted(maps.Keys(e.by)) {
		t.Logf("    %s is off by at most %.2f %%", q, 100*e.by[q])
	}
	for _, f := range e.failures {
		t.Errorf("%s: the trip of %s is further off than it should be", name, f)
	}
	if 10*e.sameCounts < 9*e.trips {
		t.Errorf("%s: the same counts of events in %d of %d trips, want 9 of 10", name, e.sameCounts, e.trips)
	}
}

// A run of frames that comes late, in any order, amends its trip to nearly what it
// would have been.
func TestLateFramesAmendTheirTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, rates := range [][2]int{{10, 10}, {0, 1}} {
		var inside, tail, head misses
		for _, where := range []struct {
			name string
			e    *misses
		}{{"inside a trip", &inside}, {"the end of a trip", &tail}, {"the beginning of a trip", &head}} {
			f, err := fixtures.New(fixtures.Config{Seed: 31, Vehicles: 4, Days: 4, MotionHz: rates[0], SpeedHz: rates[1], Uplinks: []fixtures.Uplink{fixtures.Stream}})
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.Vehicles() {
				v := f.Vehicle(i)
				frames := framesOf(v)
				want, _, _, _ := final(t, v.Profile(), frames)
				cut := frames
				spans := map[string]string{}
				for k, trip := range want {
					if k == 0 || trip.DurationS < 240 {
						continue
					}
					start, end := int64(trip.StartedAt), int64(trip.EndedAt)
					length := min(10*minute, (end-start)/2)
					length = length/4 + r.Int64N(3*length/4)
					from := start + minute/2 + r.Int64N(end-start-length-minute)
					arrive := end + 20*minute
					switch where.e {
					case &tail:
						from = end - length
						length += minute
					case &head:
						from, length = start-minute/2, length+minute/2
						arrive = end - minute/4
					}
					spans[trip.ID] = outcome.Time(from).String()
					cut = delayed(cut, from, from+length, arrive, r)
				}
				got, events, _, sum := final(t, v.Profile(), cut)
				byID := map[string]*outcome.Trip{}
				for _, g := range got {
					byID[g.ID] = g
					n := g.Counts.HarshAcceleration + g.Counts.HarshBraking + g.Counts.HarshCornering + g.Counts.Speeding
					if n != len(events[g.ID]) {
						t.Errorf("trip %s counts %d events, %d are out", g.StartedAt, n, len(events[g.ID]))
					}
				}
				for _, w := range want {
					if spans[w.ID] == "" {
						continue
					}
					g := byID[w.ID]
					if g == nil {
						t.Errorf("%s: no trip %s of %s, %.0f s, late from %s", where.name, w.ID, w.StartedAt, w.DurationS, spans[w.ID])
						continue
					}
					where.e.add(g, w)
				}
				if len(got) != len(want) {
					t.Errorf("%s: %d trips, want %d (late %d of which unused %d)", where.name, len(got), len(want), sum.Amending+sum.TooLate, sum.TooLate)
				}
			}
			where.e.log(t, where.name)
		}
	}
}
