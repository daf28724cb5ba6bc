package coaching

import (
	"math"

	"milepost/fleet"
)

// ride is a trip of one step a second, level, with nothing known but speeds.
type ride struct {
	steps []Step
	v     float64
}

const start = 1_700_000_000_000_000

// to changes speed evenly, m/s, within so many seconds.
func (r *ride) to(v float64, seconds int) *ride {
	a := (v - r.v) / float64(seconds)
	for range seconds {
		r.step(a)
	}
	return r
}

// hold keeps the speed.
func (r *ride) hold(seconds int) *ride { return r.to(r.v, seconds) }

func (r *ride) step(a float64) {
	mean := r.v + a/2
	r.v += a
	r.steps = append(r.steps, Step{At: start + int64(len(r.steps)+1)*1_000_000, Span: 1, V: mean, A: a, Metres: mean, Slope: nan,
		FuelL: nan, DrawnJ: nan, RegenJ: nan, Limit: nan, Lat: nan, Lon: nan})
}

// each changes the steps from..to, to exclusive; to 0 means all from there on.
func (r *ride) each(from, to int, change func(*Step)) *ride {
	if to == 0 {
		to = len(r.steps)
	}
	for i := from; i < to; i++ {
		change(&r.steps[i])
	}
	return r
}

// trip is the ride of a powertrain.
func (r *ride) trip(p fleet.Powertrain) *Trip {
	t := &Trip{Powertrain: p, FuelL: nan, NetKwh: nan, AmbientC: nan, Steps: r.steps}
	for i := range r.steps {
		t.DistanceM += r.steps[i].Metres
	}
	return t
}

func coach(t *Trip) *Result {
	r := &Result{}
	Coach(t, r)
	return r
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }
