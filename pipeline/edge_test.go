package pipeline_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/telemetry"
)

// drawEdges draws short stretches with pauses about as long as those that decide about
// trips, and whatever may come first after them.
func drawEdges(t *rapid.T) (ps []point) {
	at, boot := t0, uint32(1)
	ignition := rapid.Bool().Draw(t, "ignition")
	add := func(p point) {
		p.boot = boot
		ps = append(ps, p)
	}
	for range rapid.IntRange(3, 40).Draw(t, "events") {
		switch rapid.IntRange(0, 8).Draw(t, "event") {
		case 0, 1:
			v := []float64{0, 1, 1.5, 3, 14}[rapid.IntRange(0, 4).Draw(t, "speed")]
			for range rapid.IntRange(1, 150).Draw(t, "samples") {
				add(speedAt(at, v))
				at += sec / 10
			}
		case 2:
			add(motionAt(at, 0.1, 0.1))
		case 3:
			add(odometerAt(at, 1e6))
		case 4, 5:
			if ignition {
				add(ignitionAt(at, rapid.Bool().Draw(t, "on")))
			}
		case 6:
			add(changeAt(at, telemetry.DriverID, int64(rapid.IntRange(0, 2).Draw(t, "driver"))))
		case 7:
			boot++
		case 8:
			rule := []int64{10, 120, 300, 900}[rapid.IntRange(0, 3).Draw(t, "rule")]
			at += rule*sec - int64(rapid.IntRange(0, 20).Draw(t, "less"))*sec/10
		}
		at += int64(rapid.IntRange(0, 6).Draw(t, "then")) * sec / 10
	}
	return ps
}

// Cut at a third of all samples, so that most seconds that decide come in several frames.
func TestAnyEdgeInAnyCut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawEdges(rt)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		var cuts []int64
		for _, p := range ps {
			if r.IntN(3) == 0 {
				cuts = append(cuts, p.at)
			}
		}
		const arrived = t0 + 500_000*sec
		whole, cut := lines(rt, live(rt, lay(ps, nil, arrived))), lines(rt, live(rt, lay(ps, cuts, arrived)))
		if diff := cmp.Diff(whole, cut); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.2000s", diff)
		}
	})
}
