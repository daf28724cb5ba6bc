package replay_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
)

// played is what came out for one simulated vehicle, newest revisions only.
type played struct {
	truth  fixtures.Truth
	uplink fixtures.Uplink
	power  fleet.Powertrain
	trips  []*outcome.Trip
	events []*outcome.Event
	sum    replay.Summary
}

// playAll simulates a fleet and plays each vehicle by itself.
func playAll(t testing.TB, cfg fixtures.Config) []played {
	f, err := fixtures.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]played, f.Vehicles())
	for i := range all {
		all[i] = playOne(t, f.Vehicle(i))
	}
	return all
}

func playOne(t testing.TB, v *fixtures.Vehicle) played {
	p, err := replay.NewPlayer([]fleet.Profile{v.Profile()})
	if err != nil {
		t.Fatal(err)
	}
	newest := map[string]outcome.Outcome{}
	emit := func(o outcome.Outcome) error {
		if old := newest[o.Head().ID]; old == nil || old.Head().Revision < o.Head().Revision {
			newest[o.Head().ID] = o
		}
		return nil
	}
	for fr := range v.Frames() {
		if err := p.Record(fr, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(emit); err != nil {
		t.Fatal(err)
	}
	out := played{truth: v.Truth(), uplink: v.Uplink(), power: v.Profile().Powertrain, sum: p.Summary()}
	for _, o := range newest {
		switch o := o.(type) {
		case *outcome.Trip:
			out.trips = append(out.trips, o)
		case *outcome.Event:
			out.events = append(out.events, o)
		}
	}
	slices.SortFunc(out.trips, func(a, b *outcome.Trip) int { return int(a.StartedAt - b.StartedAt) })
	slices.SortFunc(out.events, func(a, b *outcome.Event) int { return int(a.StartedAt - b.StartedAt) })
	return out
}

// bounds counts the true trips that a produced trip meets within 5 s at both ends.
func bounds(p played) (met, total, made int, misses []string) {
	const tolerance = 5_000_000
	total, made = len(p.truth.Trips), len(p.trips)
	for _, tr := range p.truth.Trips {
		i, _ := slices.BinarySearchFunc(p.trips, tr.Start-tolerance, func(o *outcome.Trip, at int64) int { return int(int64(o.StartedAt) - at) })
		if i < len(p.trips) && math.Abs(float64(int64(p.trips[i].StartedAt)-tr.Start)) <= tolerance &&
			math.Abs(float64(int64(p.trips[i].EndedAt)-tr.End)) <= tolerance {
			met++
			continue
		}
		miss := fmt.Sprintf("%s truth %s +%ds", p.uplink, outcome.Time(tr.Start), (tr.End-tr.Start)/1e6)
		for _, o := range p.trips {
			if int64(o.EndedAt) > tr.Start-600e6 && int64(o.StartedAt) < tr.End+600e6 {
				miss += fmt.Sprintf(" | got %s +%.0fs rev %d", o.StartedAt, o.DurationS, o.Revision)
			}
		}
		misses = append(misses, miss)
	}
	return met, total, made, misses
}

func TestTripBoundariesMeetTheTruth(t *testing.T) {
	met, total, made := 0, 0, 0
	revisions := map[fixtures.Uplink]uint32{}
	for _, p := range playAll(t, fixtures.Config{Seed: 11, Vehicles: 16, Days: 14, MotionHz: 10, SpeedHz: 10}) {
		m, n, k, misses := bounds(p)
		met, total, made = met+m, total+n, made+k
		for _, miss := range misses {
			t.Log(miss)
		}
		for _, o := range p.trips {
			if o.Revision > 1 && p.uplink != fixtures.StoreUntilCoverage {
				t.Errorf("%s: trip at %s came out %d times", p.uplink, o.StartedAt, o.Revision)
			}
			revisions[p.uplink] = max(revisions[p.uplink], o.Revision)
		}
	}
	t.Logf("%d of %d true trips met within 5 s (%.2f %%); %d trips made", met, total, 100*float64(met)/float64(total), made)
	t.Logf("highest revision by uplink: %v", revisions)
	if float64(met) < 0.99*float64(total) {
		t.Errorf("%d of %d trips met within 5 s, want 99 %%", met, total)
	}
	if made > total+total/100 {
		t.Errorf("%d trips made of %d", made, total)
	}
}

// tally counts events of one kind: found and true, found in vain, missed.
type tally struct{ hit, vain, missed int }

func (t tally) f1() float64 { return 2 * float64(t.hit) / float64(2*t.hit+t.vain+t.missed) }

func (t *tally) add(o tally) { t.hit, t.vain, t.missed = t.hit+o.hit, t.vain+o.vain, t.missed+o.missed }

// match pairs events with true manoeuvres of the same kind that overlap within a slack.
func match(p played, kind string, slack int64) tally {
	var n tally
	used := make([]bool, len(p.events))
	for _, m := range p.truth.Manoeuvres {
		if m.Kind != kind {
			continue
		}
		i := slices.IndexFunc(p.events, func(e *outcome.Event) bool {
			end := int64(e.StartedAt) + int64(e.DurationS*1e6)
			return string(e.Kind) == kind && int64(e.StartedAt) <= m.End+slack && end >= m.Start-slack
		})
		if i < 0 || used[i] {
			n.missed++
			continue
		}
		used[i] = true
		n.hit++
	}
	for i, e := range p.events {
		if string(e.Kind) == kind && !used[i] {
			n.vain++
		}
	}
	return n
}

func TestHarshEventsMeetTheTruth(t *testing.T) {
	for _, c := range []struct {
		name            string
		motionHz, speed int
		want            float64
	}{
		{"motion and speed at 10 Hz", 10, 10, 0.95},
		{"speed at 10 Hz", 0, 10, 0},
		{"speed at 5 Hz", 0, 5, 0},
		{"speed at 1 Hz", 0, 1, 0.85},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all tally
			by := map[string]*tally{}
			kinds := []string{fixtures.HarshBraking, fixtures.HarshAcceleration, fixtures.HarshCornering}
			for _, p := range playAll(t, fixtures.Config{Seed: 12, Vehicles: 24, Days: 14, MotionHz: c.motionHz, SpeedHz: c.speed}) {
				for _, kind := range kinds {
					n := match(p, kind, 2_000_000)
					if by[kind] == nil {
						by[kind] = &tally{}
					}
					by[kind].add(n)
					all.add(n)
				}
			}
			for _, kind := range kinds {
				n := by[kind]
				t.Logf("%-18s F1 %.3f: %d found, %d in vain, %d missed", kind, n.f1(), n.hit, n.vain, n.missed)
			}
			t.Logf("%-18s F1 %.3f", "all", all.f1())
			if all.f1() < c.want {
				t.Errorf("F1 %.3f, want %.2f", all.f1(), c.want)
			}
		})
	}
}

// relative is how far a sum of produced values is from the truth's.
type relative struct {
	got, want, worst float64
	n                int
}

func (r *relative) add(got, want, floor float64) {
	r.got, r.want, r.n = r.got+got, r.want+want, r.n+1
	if want >= floor {
		r.worst = max(r.worst, math.Abs(got-want)/want)
	}
}

func (r *relative) share() float64 { return math.Abs(r.got-r.want) / r.want }

func TestQuantitiesMeetTheTruth(t *testing.T) {
	for _, hz := range [][2]int{{10, 10}, {0, 1}} {
		var way, ev, evS, fuel, energy, regen relative
		within, n := 0, 0
		for _, p := range playAll(t, fixtures.Config{Seed: 13, Vehicles: 32, Days: 7, MotionHz: hz[0], SpeedHz: hz[1]}) {
			if p.uplink == fixtures.Lose {
				continue
			}
			for _, tr := range p.truth.Trips {
				i := slices.IndexFunc(p.trips, func(o *outcome.Trip) bool {
					return math.Abs(float64(int64(o.StartedAt)-tr.Start)) < 5e6 && math.Abs(float64(int64(o.EndedAt)-tr.End)) < 5e6
				})
				if i < 0 || tr.DistanceM < 500 {
					continue
				}
				o := p.trips[i]
				way.add(o.DistanceM, tr.DistanceM, 1000)
				n++
				if math.Abs(o.DistanceM-tr.DistanceM) <= 0.01*tr.DistanceM {
					within++
				}
				if o.EVDistanceM != nil {
					ev.add(*o.EVDistanceM, tr.EVDistanceM, 1000)
					evS.add(*o.EVS, tr.EVS, 60)
				}
				if o.FuelL != nil {
					fuel.add(*o.FuelL, tr.FuelL, 0.1)
				}
				if o.EnergyKwh != nil {
					energy.add(*o.EnergyKwh, tr.EnergyKwh, 0.1)
					regen.add(*o.RegeneratedKwh, tr.RegeneratedKwh, 0.1)
				}
			}
		}
		t.Logf("motion %d Hz, speed %d Hz: %d of %d trips within 1 %% of the distance", hz[0], hz[1], within, n)
		for _, q := range []struct {
			name  string
			r     relative
			limit float64
		}{{"distance", way, 0.01}, {"EV distance", ev, 0.01}, {"EV time", evS, 0.02}, {"fuel", fuel, 0.02}, {"energy", energy, 0.03}, {"regenerated", regen, 0.03}} {
			t.Logf("  %-12s %10.2f of %10.2f, off by %.3f %% in all, %.2f %% on the worst of %d trips", q.name, q.r.got, q.r.want, 100*q.r.share(), 100*q.r.worst, q.r.n)
			if !(q.r.share() <= q.limit) {
				t.Errorf("%s off by %.2f %%, want at most %.0f %%", q.name, 100*q.r.share(), 100*q.limit)
			}
		}
		if float64(within) < 0.99*float64(n) {
			t.Errorf("%d of %d trips within 1 %% of their distance, want 99 %%", within, n)
		}
	}
}
