package clickhouse

import "milepost/outcome"

// coaching appends the JSON of c, as encoding/json has it.
func (e *encoder) coaching(c *outcome.Coaching) error {
	e.err = nil
	e.raw(`{"kind":`)
	e.text(string(c.Kind))
	e.raw(`,"method":`)
	e.text(c.Method)
	e.modes(c.Modes)
	e.given(`,"l_per_100km":`, c.LPer100Km)
	e.given(`,"kwh_per_100km":`, c.KwhPer100Km)
	e.given(`,"braking_kwh":`, c.BrakingKwh)
	e.given(`,"recovered_share":`, c.RecoveredShare)
	e.usual(c.Usual)
	if len(c.Observations) > 0 {
		e.raw(`,"observations":`)
		for i := range c.Observations {
			e.raw(opening(i))
			e.observation(&c.Observations[i])
		}
		e.raw("]")
	}
	e.advice(c.Advice)
	e.raw(`,"inputs":`)
	e.numbers(c.Inputs)
	e.raw(`,"thresholds":`)
	e.constants(c.Thresholds)
	e.raw("}")
	return e.err
}

func (e *encoder) usual(u *outcome.Usual) {
	if u == nil {
		return
	}
	e.raw(`,"usual":{"trips":`)
	e.whole(u.Trips)
	e.raw(`,"same_way":`)
	e.truth(u.SameWay)
	e.given(`,"l_per_100km":`, u.LPer100Km)
	e.given(`,"kwh_per_100km":`, u.KwhPer100Km)
	e.given(`,"recovered_share":`, u.RecoveredShare)
	e.given(`,"ev_share":`, u.EVShare)
	e.raw("}")
}

func (e *encoder) observation(o *outcome.Observation) {
	e.raw(`{"at":`)
	e.time(o.At)
	e.raw(`,"about":`)
	e.text(string(o.About))
	e.raw(`,"message":`)
	e.text(o.Message)
	e.params(o.Params)
	e.raw(`,"good":`)
	e.truth(o.Good)
	e.raw(`,"severity":`)
	e.number(o.Severity)
	e.raw(`,"duration_s":`)
	e.number(o.DurationS)
	e.raw(`,"distance_m":`)
	e.number(o.DistanceM)
	e.given(`,"slope":`, o.Slope)
	e.given(`,"lat":`, o.Lat)
	e.given(`,"lon":`, o.Lon)
	e.raw("}")
}

func (e *encoder) advice(a *outcome.Advice) {
	if a == nil {
		return
	}
	e.raw(`,"advice":{"cause":`)
	e.text(string(a.Cause))
	e.raw(`,"message":`)
	e.text(a.Message)
	e.params(a.Params)
	e.given(`,"saves_l":`, a.SavesL)
	e.given(`,"saves_kwh":`, a.SavesKwh)
	e.raw(`,"from":`)
	e.time(a.From)
	e.raw(`,"to":`)
	e.time(a.To)
	e.raw("}")
}

// params appends what a message's text takes, where it takes anything.
func (e *encoder) params(m map[string]float64) {
	if len(m) > 0 {
		e.raw(`,"params":`)
		e.numbers(m)
	}
}
