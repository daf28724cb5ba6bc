package clickhouse

import "milepost/outcome"

type month = outcome.Month

var months = mapping[month]{
	table:   "months",
	kind:    outcome.TypeMonth,
	head:    func(m *month) *outcome.Header { return &m.Header },
	state:   func(m *month) outcome.State { return m.State },
	method:  func(m *month) string { return m.Method },
	columns: monthColumns,
	blank: func(m *month) *month {
		return &month{Header: m.Header, State: m.State, Method: m.Method}
	},
	block: 1024,
}

func monthColumns(Dialect) []column[month] {
	return append([]column[month]{
		text("month", func(m *month) string { return m.Month }),
		text("driver_id", func(m *month) string { return m.DriverID }),
		count("trips", func(m *month) int { return m.Trips }),
		count("withheld_trips", func(m *month) int { return m.WithheldTrips }),
		number("distance_m", func(m *month) float64 { return m.DistanceM }),
		number("duration_s", func(m *month) float64 { return m.DurationS }),
		optional("score", func(m *month) *float64 { return m.Score }),
		optional("acceleration", func(m *month) *float64 { return m.Acceleration }),
		optional("braking", func(m *month) *float64 { return m.Braking }),
		jsonText("days", func(e *encoder, m *month) error {
			if m.State == outcome.Withdrawn {
				return nil
			}
			return e.monthDays(m.Days)
		}),
		text("method", func(m *month) string {
			if m.State == outcome.Withdrawn {
				return ""
			}
			return m.Method
		}),
		number("driving_s", func(m *month) float64 { return m.DrivingS }),
		number("idle_s", func(m *month) float64 { return m.IdleS }),
		number("night_s", func(m *month) float64 { return m.NightS }),
		optional("highway_m", func(m *month) *float64 { return m.HighwayM }),
		optional("highway_s", func(m *month) *float64 { return m.HighwayS }),
		optional("overspeed_m", func(m *month) *float64 { return m.OverspeedM }),
		optional("overspeed_s", func(m *month) *float64 { return m.OverspeedS }),
		optional("limit_known_m", func(m *month) *float64 { return m.LimitKnownM }),
		optional("fuel_l", func(m *month) *float64 { return m.FuelL }),
		optional("energy_kwh", func(m *month) *float64 { return m.EnergyKwh }),
		optional("regenerated_kwh", func(m *month) *float64 { return m.RegeneratedKwh }),
		optional("ev_distance_m", func(m *month) *float64 { return m.EVDistanceM }),
		optional("ev_s", func(m *month) *float64 { return m.EVS }),
		words("countries", func(m *month) []string { return m.Countries }),
		optional("constant_speed", func(m *month) *float64 { return m.ConstantSpeed }),
		enum("advice", 0, causes, func(m *month) outcome.Cause { return m.Advice }),
		jsonText("inputs", func(e *encoder, m *month) error {
			if m.State == outcome.Withdrawn {
				return nil
			}
			return e.onlyNumbers(m.Inputs)
		}),
	}, modes(func(m *month) *outcome.Modes { return m.Modes })...)
}
