package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/telemetry"
)

// A wall at 54 km/h is one collision: open, confirmed by what the wheels say, final.
func TestACrashIsOneCollision(t *testing.T) {
	all := of[*outcome.Collision](live(t, lay(plainCrash().points(), nil, t0+80*sec)))
	if len(all) < 3 {
		t.Fatalf("%d revisions", len(all))
	}
	for i, c := range all {
		if c.ID != all[0].ID || c.Revision != uint32(i+1) || (c.State == outcome.Final) != (i == len(all)-1) {
			t.Errorf("revision %d of %s is %s", c.Revision, c.ID, c.State)
		}
	}
	last := all[len(all)-1]
	if last.Confidence != outcome.Confirmed || last.Clock != 12 || *last.DeltaVKmh < 38 || *last.DeltaVKmh > 42 || *last.SpeedAtImpactKmh != 54 || last.Pulse == nil {
		t.Errorf("it says %s", lines(t, []outcome.Outcome{last})[0])
	}
	if last.Position == nil || !last.PositionTrusted || len(last.RecentPositions) != 2 || last.DirectionDeg == nil || *last.DirectionDeg != 0 {
		t.Errorf("it is at %+v, before at %+v", last.Position, last.RecentPositions)
	}
}

// every gives cuts of a drive every so many seconds.
func every(s, until float64) (cuts []int64) {
	for x := s; x < until; x += s {
		cuts = append(cuts, t0+int64(math.Round(x*1e6)))
	}
	return cuts
}

// drawCrash draws a crash of any kind, with all that may be switched and hidden in it.
func drawCrash(t *rapid.T) []point {
	c := crash{
		hz: []float64{8, 25, 50, 100, 200}[rapid.IntRange(0, 4).Draw(t, "rate")], at: rapid.Float64Range(0.5, 35).Draw(t, "at"),
		kmh: rapid.Float64Range(0, 120).Draw(t, "speed"), deltaV: rapid.Float64Range(-80, 60).Draw(t, "forward"),
		lateral: rapid.Float64Range(-40, 40).Draw(t, "leftward"), long: rapid.Float64Range(0.05, 0.15).Draw(t, "length"),
		until: rapid.Float64Range(36, 80).Draw(t, "until"), goesOn: rapid.Bool().Draw(t, "goes on"), silent: rapid.Bool().Draw(t, "no ignition"),
	}
	ps := c.points()
	for range rapid.IntRange(0, 2).Draw(t, "more impacts") {
		other := c
		other.at = c.at + rapid.Float64Range(0.3, 9).Draw(t, "apart")
		for _, p := range other.points() {
			if in := float64(p.at-t0)/1e6 - other.at; in > 0 && in < other.long {
				i := slices.IndexFunc(ps, func(q point) bool { return q.at == p.at })
				if i >= 0 {
					ps[i] = p
				}
			}
		}
	}
	for _, s := range []telemetry.BodySignal{telemetry.HazardSignaling, telemetry.DoorOpenR1Driver, telemetry.AirbagDeployedR1Driver, telemetry.DriverID,
		telemetry.BeltedR1Driver, telemetry.OccupiedR1Passenger, telemetry.LocationShared, telemetry.SystemState} {
		for range rapid.IntRange(0, 2).Draw(t, fmt.Sprint("changes of ", s)) {
			ps = append(ps, changeAt(t0+int64(rapid.Float64Range(0, 70).Draw(t, "at")*1e6), s, int64(rapid.IntRange(0, 4).Draw(t, "value"))))
		}
	}
	return ps
}

// The same samples in any frames give the same revisions, byte for byte.
func TestAnyCrashInAnyCut(t *testing.T) {
	found := 0
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawCrash(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		const arrived = t0 + 500_000*sec
		whole := lines(rt, live(rt, lay(ps, nil, arrived)))
		found += len(whole)
		var random []int64
		for range 60 {
			random = append(random, t0+r.Int64N(80*sec))
		}
		slices.Sort(random)
		for name, cuts := range map[string][]int64{
			"0.1 s": every(0.1, 80), "0.35 s": every(0.35, 80), "1 s": every(1, 80), "7 s": every(7, 80), "60 s": every(60, 80), "random": random,
		} {
			if diff := cmp.Diff(whole, lines(rt, live(rt, lay(ps, cuts, arrived)))); diff != "" {
				rt.Fatalf("frames of %s (-whole +cut):\n%.3000s", name, diff)
			}
		}
	})
	least := 100
	if testing.Short() { // draws a fifth as many
		least = 10
	}
	if found < least {
		t.Errorf("%d outcomes of all crashes", found)
	}
}
