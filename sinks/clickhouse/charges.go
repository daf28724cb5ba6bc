package clickhouse

import "milepost/outcome"

type charge = outcome.Charge

var charges = mapping[charge]{
	table:   "charges",
	kind:    outcome.TypeCharge,
	head:    func(c *charge) *outcome.Header { return &c.Header },
	state:   func(c *charge) outcome.State { return c.State },
	method:  func(c *charge) string { return c.Method },
	columns: chargeColumns,
	blank: func(c *charge) *charge {
		return &charge{Header: c.Header, State: c.State, Method: c.Method}
	},
	block: 1024,
}

var energySources = []outcome.EnergySource{"", outcome.EnergyByCounter, outcome.EnergyByPower, outcome.EnergyByCurrentVoltage}

func chargeColumns(d Dialect) []column[charge] {
	return []column[charge]{
		instant("started_at", d, func(c *charge) outcome.Time { return c.StartedAt }),
		instant("ended_at", d, func(c *charge) outcome.Time { return c.EndedAt }),
		text("zone", func(c *charge) string { return c.Zone }),
		date("local_date", func(c *charge) string { return unlessWithdrawn(c.State, c.LocalDate, zeroDate) }),
		number("duration_s", func(c *charge) float64 { return c.DurationS }),
		number("charging_s", func(c *charge) float64 { return c.ChargingS }),
		optional("energy_kwh", func(c *charge) *float64 { return c.EnergyKwh }),
		enum("energy_source", 0, energySources, func(c *charge) outcome.EnergySource { return c.EnergySource }),
		optional("soc_from_pct", func(c *charge) *float64 { return c.SoCFromPct }),
		optional("soc_to_pct", func(c *charge) *float64 { return c.SoCToPct }),
		optional("peak_kw", func(c *charge) *float64 { return c.PeakKw }),
		truth("partial", func(c *charge) bool { return c.Partial }),
		text("account_id", func(c *charge) string { return c.AccountID }),
		text("method", func(c *charge) string { return unlessWithdrawn(c.State, c.Method, "") }),
		jsonText("inputs", func(e *encoder, c *charge) error { return e.ofState(c.State, c.Inputs) }),
		jsonText("thresholds", func(e *encoder, c *charge) error { return e.ofState(c.State, c.Thresholds) }),
	}
}

// unlessWithdrawn gives a text, and another of what is withdrawn.
func unlessWithdrawn(state outcome.State, text, gone string) string {
	if state == outcome.Withdrawn {
		return gone
	}
	return text
}
