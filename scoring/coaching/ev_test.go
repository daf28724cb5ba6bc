package coaching

import (
	"testing"

	"milepost/fleet"
)

func TestElectricDriving(t *testing.T) {
	off := func(q *Step) { q.Engine = EngineOff }
	on := func(q *Step) { q.Engine = EngineOn }
	flow := func(every int, l float64) func(*Step) { // a counter that rises every so many seconds
		n := 0
		return func(q *Step) {
			q.Engine = EngineOn
			if q.FuelL = 0; n%every == 0 {
				q.FuelL = l
			}
			n++
		}
	}
	still := func(q *Step) { q.Engine, q.FuelL = EngineOn, 0 }
	for _, c := range []struct {
		name  string
		p     fleet.Powertrain
		r     *ride
		want  float64 // m
		known bool
	}{
		{"no engine known", fleet.Hybrid, (&ride{v: 10}).hold(100), 0, false},
		{"an electric car", fleet.Electric, (&ride{v: 10}).hold(100), 1000, true},
		{"half of the way", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 50, on).each(50, 0, off), 500, true},
		{"a second", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 51, off), 0, true},
		{"two seconds", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 52, off), 20, true},
		{"two seconds, nothing known between", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 52, off).each(51, 52, func(q *Step) { q.Cut = true }), 0, true},
		{"a second of rolling after a long stop", fleet.Hybrid, new(ride).hold(60).to(2, 1).to(2, 9).each(0, 61, off).each(61, 0, on), 0, true},
		{"two seconds of it", fleet.Hybrid, new(ride).hold(60).to(2, 1).to(2, 9).each(0, 62, off).each(62, 0, on), 3, true},
		{"a second before a stop and one after it", fleet.Hybrid, new(ride).hold(1).to(2, 1).to(0, 1).hold(20).to(2, 1).to(2, 9).each(0, 0, on).each(2, 24, off), 0, true},
		{"turning without fuel", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 60, still).each(60, 0, flow(1, 0.001)), 200, true},
		{"a counter of 1 ml that stands 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 43, still).each(43, 0, flow(1, 0.001)), 0, true},
		{"and 2 s at speed", fleet.Hybrid, (&ride{v: 25}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 42, still).each(42, 0, flow(1, 0.001)), 50, true},
		{"and 2 s in overrun", fleet.Hybrid, (&ride{v: 15}).hold(50).to(13, 2).hold(50).each(0, 50, flow(1, 0.001)).each(50, 52, still).each(52, 0, flow(1, 0.001)), 28, true},
		{"an engine that burns 1 ml every 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, flow(3, 0.001)), 0, true},
		{"a finer counter that stands 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.0001)).each(40, 43, still).each(43, 0, flow(1, 0.0001)), 30, true},
		{"a counter of decilitres", fleet.Hybrid, (&ride{v: 10}).hold(300).each(0, 0, still).each(100, 101, func(q *Step) { q.FuelL = 0.1 }), 0, true},
		{"overrun without a motor", fleet.Combustion, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 60, still).each(60, 0, flow(1, 0.001)), 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := coach(c.r.trip(c.p))
			if r.EVKnown != c.known || !near(r.EVMetres, c.want, 1e-9) || (r.EVTime > 0) != (c.want > 0) {
				t.Errorf("known %v, %.1f m in %.1f s; want %v, %.1f m", r.EVKnown, r.EVMetres, r.EVTime, c.known, c.want)
			}
		})
	}
}
