package clickhouse

import "milepost/outcome"

// monthDays appends the JSON of a month's days.
func (e *encoder) monthDays(days []outcome.Day) error {
	e.err = nil
	if days == nil {
		e.raw("null")
		return nil
	}
	for i := range days {
		d := &days[i]
		e.raw(opening(i))
		e.raw(`{"date":`)
		e.text(d.Date)
		e.raw(`,"trips":`)
		e.whole(d.Trips)
		e.raw(`,"distance_m":`)
		e.number(d.DistanceM)
		e.raw(`,"duration_s":`)
		e.number(d.DurationS)
		e.given(`,"score":`, d.Score)
		e.totals(&d.Totals)
		e.given(`,"acceleration":`, d.Acceleration)
		e.given(`,"braking":`, d.Braking)
		e.given(`,"constant_speed":`, d.ConstantSpeed)
		if d.Advice != "" {
			e.raw(`,"advice":`)
			e.text(string(d.Advice))
		}
		e.raw("}")
	}
	e.closing(len(days))
	return e.err
}

// totals appends the members of a day's totals.
func (e *encoder) totals(t *outcome.Totals) {
	e.raw(`,"driving_s":`)
	e.number(t.DrivingS)
	e.raw(`,"idle_s":`)
	e.number(t.IdleS)
	e.raw(`,"night_s":`)
	e.number(t.NightS)
	e.given(`,"highway_m":`, t.HighwayM)
	e.given(`,"highway_s":`, t.HighwayS)
	e.given(`,"overspeed_m":`, t.OverspeedM)
	e.given(`,"overspeed_s":`, t.OverspeedS)
	e.given(`,"limit_known_m":`, t.LimitKnownM)
	e.given(`,"fuel_l":`, t.FuelL)
	e.given(`,"energy_kwh":`, t.EnergyKwh)
	e.given(`,"regenerated_kwh":`, t.RegeneratedKwh)
	e.given(`,"ev_distance_m":`, t.EVDistanceM)
	e.given(`,"ev_s":`, t.EVS)
	e.modes(t.Modes)
	if len(t.Countries) > 0 {
		e.raw(`,"countries":`)
		for i, country := range t.Countries {
			e.raw(opening(i))
			e.text(country)
		}
		e.raw("]")
	}
}

// modes appends a member of a hybrid's modes, where there are any.
func (e *encoder) modes(m *outcome.Modes) {
	if m == nil {
		return
	}
	e.raw(`,"modes":{"source":`)
	e.text(string(m.Source))
	for _, part := range [...]struct {
		name  string
		value float64
	}{{`,"charge_m":`, m.ChargeM}, {`,"charge_s":`, m.ChargeS}, {`,"eco_m":`, m.EcoM}, {`,"eco_s":`, m.EcoS},
		{`,"power_m":`, m.PowerM}, {`,"power_s":`, m.PowerS}} {
		e.raw(part.name)
		e.number(part.value)
	}
	e.raw("}")
}

// given appends a member whose value may be absent.
func (e *encoder) given(name string, v *float64) {
	if v != nil {
		e.raw(name)
		e.number(*v)
	}
}

func (e *encoder) truth(v bool) {
	if v {
		e.raw("true")
	} else {
		e.raw("false")
	}
}

// onlyNumbers appends a map of numbers by itself.
func (e *encoder) onlyNumbers(m map[string]float64) error {
	e.err = nil
	e.numbers(m)
	return e.err
}

// ofState appends a map of numbers by itself, but of what is withdrawn nothing.
func (e *encoder) ofState(state outcome.State, m map[string]float64) error {
	if state == outcome.Withdrawn {
		return nil
	}
	return e.onlyNumbers(m)
}
