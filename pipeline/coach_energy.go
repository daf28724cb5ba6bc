package pipeline

import (
	"math"

	"milepost/outcome"
	"milepost/scoring/coaching"
	"milepost/telemetry"
)

// lately is what the powertrain has told last, in a drive that is laid.
type lately struct {
	engine   coaching.Engine
	engineAt int64 // µs
	fuel     int64 // 0.1 ml; -1 for none
	fuelAt   int64 // µs
	burned   int64 // 0.1 ml since the last step
	power    int64 // second of the newest energy sample with power; 0 for none
}

// nothing is what is known before the first energy sample.
var nothing = lately{fuel: -1}

// draw is what went from the battery and into it in a time, J.
type draw struct {
	from, to     int64 // µs
	drawn, regen float64
}

// energySteadyUs is how long, µs, what the powertrain told is taken to hold.
const energySteadyUs = energySteady * 1_000_000

// thirst is the most that an engine burns, 0.1 ml/s: 180 l/h; fuelSlack is a reading's fault.
const (
	thirst    = 500
	fuelSlack = 1000
)

// energy takes a second's energy sample.
func (l *laying) energy(s *summary, at int64) {
	t := &l.told
	if s.engine != unknownEngine {
		t.engine, t.engineAt = coaching.EngineOff, at
		if s.engine == engineOn {
			t.engine = coaching.EngineOn
		}
	}
	if s.fuel >= 0 {
		most := thirst*(at-t.fuelAt)/1_000_000 + fuelSlack
		if step := s.fuel - t.fuel; t.fuel >= 0 && step > 0 && step <= most {
			t.burned += step
		}
		t.fuel, t.fuelAt = s.fuel, at
	}
	if !s.power {
		return
	}
	span := s.second - t.power
	if span > energySteady || span < 1 {
		span = 1
	}
	t.power = s.second
	joules := 10 * float64(span)
	l.p.draws = append(l.p.draws, draw{at - span*1_000_000, at, float64(s.drawn) * joules, float64(s.regen) * joules})
}

// give writes what the powertrain told into the step that ends now.
func (t *lately) give(q *step) {
	q.engine, q.fuel = coaching.EngineUnknown, math.NaN()
	if t.engineAt != 0 && q.at-t.engineAt <= energySteadyUs {
		q.engine = t.engine
	}
	if t.fuelAt != 0 && q.at-t.fuelAt <= energySteadyUs {
		q.fuel, t.burned = float64(t.burned)/1e4, 0
	}
}

// indicated is the mode that a hybrid's indicator shows.
func indicated(value int64) outcome.Mode {
	switch value {
	case telemetry.IndicatorCharge:
		return outcome.ModeCharge
	case telemetry.IndicatorEco:
		return outcome.ModeEco
	case telemetry.IndicatorPower:
		return outcome.ModePower
	}
	return ""
}

// air is the mean temperature of a drive.
type air struct {
	celsius  float64
	known    bool
	sum, spn float64 // °C·s, s
}

// over counts the time of a step, µs.
func (a *air) over(span int64) {
	if a.known {
		a.sum += float64(a.celsius * seconds(span))
		a.spn += seconds(span)
	}
}

// mean is NaN where nothing told.
func (a *air) mean() float64 {
	if a.spn == 0 {
		return math.NaN()
	}
	return a.sum / a.spn
}

// deal gives the battery's energy to the steps in whose time it went.
func (p *paving) deal(steps []coaching.Step) {
	i := 0
	for _, d := range p.draws {
		for i < len(steps) && steps[i].At <= d.from {
			i++
		}
		for k := i; k < len(steps) && p.steps[k].from() < d.to; k++ {
			over := min(steps[k].At, d.to) - max(p.steps[k].from(), d.from)
			if over <= 0 {
				continue
			}
			share := float64(over) / float64(d.to-d.from)
			steps[k].DrawnJ = some(steps[k].DrawnJ) + float64(share*d.drawn)
			steps[k].RegenJ = some(steps[k].RegenJ) + float64(share*d.regen)
		}
	}
}

// from is the time at which a step begins, µs.
func (q *step) from() int64 { return q.at - q.span }

// some is a number, or 0 for none.
func some(x float64) float64 {
	if x != x {
		return 0
	}
	return x
}
