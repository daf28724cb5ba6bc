package pipeline_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/telemetry"
)

// ride is a drawn stretch of driving with all tracks at their own rates: spikes of
// speed, wild and poor fixes, odometer resets, and switches of location sharing.
type ride struct {
	r         *rand.Rand
	at        int64
	boot      uint32
	odo, way  float64
	points    []point
	withFixes bool
	withSpeed bool
}

func (d *ride) add(p point) {
	p.boot = d.boot
	d.points = append(d.points, p)
}

// drive adds a stretch of a length, with speed and motion every so many µs (0: none).
func (d *ride) drive(length, speedStep, motionStep int64, v float64) {
	const tick = 20_000
	acc, change := 0.0, int64(0)
	for o := int64(0); o < length; o += tick {
		if o >= change {
			acc, change = []float64{0, 0, -6, 4, 8}[d.r.IntN(5)], o+2*sec
		}
		v = max(0, v+acc*0.02*float64(d.r.IntN(2)))
		d.way, d.odo = d.way+v*0.02, d.odo+v*0.02
		d.sample(d.at+o, o, speedStep, motionStep, v, acc)
	}
	d.at += length
}

func (d *ride) sample(at, o, speedStep, motionStep int64, v, acc float64) {
	if d.withSpeed && o%speedStep == 0 {
		if d.r.IntN(300) == 0 {
			v += 40
		}
		d.add(speedAt(at+int64(d.r.IntN(3))*1000, v))
	}
	if motionStep != 0 && o%motionStep == 0 {
		d.add(motionAt(at+int64(d.r.IntN(3))*3000, acc+d.r.NormFloat64(), d.r.NormFloat64()*3))
	}
	if d.withFixes && o%sec == 200_000 {
		way := d.way
		if d.r.IntN(15) == 0 {
			way += 5000 * d.r.NormFloat64()
		}
		d.add(fixAt(at, way))
	}
	if o%sec == 500_000 {
		if d.r.IntN(100) == 0 {
			d.odo = float64(d.r.IntN(1_000_000))
		}
		d.add(odometerAt(at, d.odo))
	}
	if d.r.IntN(700) == 0 {
		d.add(changeAt(at+int64(d.r.IntN(20_000)), telemetry.LocationShared, int64(d.r.IntN(2))))
	}
}

func drawRide(t *rapid.T) []point {
	d := &ride{r: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "noise"), 1)), at: t0, boot: 1, odo: 1e6}
	ignition := rapid.Bool().Draw(t, "ignition")
	for range rapid.IntRange(3, 20).Draw(t, "events") {
		switch rapid.IntRange(0, 9).Draw(t, "event") {
		case 0, 1, 2, 3, 4:
			d.withFixes, d.withSpeed = d.r.IntN(6) > 0, d.r.IntN(6) > 0
			d.drive(int64(rapid.IntRange(1, 60).Draw(t, "seconds"))*sec,
				[]int64{sec / 10, sec / 5, sec}[rapid.IntRange(0, 2).Draw(t, "speed rate")],
				[]int64{0, sec / 50, sec / 10, sec}[rapid.IntRange(0, 3).Draw(t, "motion rate")],
				[]float64{0, 0.3, 1.2, 3, 14, 30}[rapid.IntRange(0, 5).Draw(t, "speed")])
		case 5:
			d.at += int64(rapid.IntRange(0, 130_000_000).Draw(t, "gap"))
		case 6:
			d.at += int64(rapid.IntRange(0, 1_000_000_000).Draw(t, "long gap"))
		case 7:
			if ignition {
				d.add(ignitionAt(d.at, rapid.Bool().Draw(t, "on")))
			}
		case 8:
			d.add(changeAt(d.at, telemetry.DriverID, int64(rapid.IntRange(0, 3).Draw(t, "driver"))))
		case 9:
			d.boot++
		}
	}
	slices.SortStableFunc(d.points, func(a, b point) int { return int(a.at - b.at) })
	return d.points
}

// Every track at once, with all that goes wrong on them, in any cut: the same bytes.
func TestAnyRideInAnyCut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawRide(rt)
		if len(ps) == 0 || ps[len(ps)-1].at <= t0 {
			return
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		var cuts []int64
		for range 40 {
			cuts = append(cuts, t0+r.Int64N(ps[len(ps)-1].at-t0+1))
		}
		slices.Sort(cuts)
		const arrived = t0 + 500_000*sec
		whole, cut := lines(rt, live(rt, lay(ps, nil, arrived))), lines(rt, live(rt, lay(ps, cuts, arrived)))
		if diff := cmp.Diff(whole, cut); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.2000s", diff)
		}
	})
}
