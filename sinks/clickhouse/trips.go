package clickhouse

import "milepost/outcome"

type trip = outcome.Trip

var trips = mapping[trip]{
	table:   "trips",
	kind:    outcome.TypeTrip,
	head:    func(t *trip) *outcome.Header { return &t.Header },
	state:   func(t *trip) outcome.State { return t.State },
	method:  func(t *trip) string { return t.Receipt.Method },
	columns: tripColumns,
	blank: func(t *trip) *trip {
		return &trip{Header: t.Header, State: t.State, Receipt: outcome.Receipt{Method: t.Receipt.Method}}
	},
	block: 128,
}

var distanceSources = []string{"", "odometer", "speed", "gnss"}

func tripColumns(d Dialect) []column[trip] {
	return append([]column[trip]{
		instant("started_at", d, func(t *trip) outcome.Time { return t.StartedAt }),
		instant("ended_at", d, func(t *trip) outcome.Time { return t.EndedAt }),
		text("zone", func(t *trip) string { return t.Zone }),
		date("local_date", localDate),
		number("distance_m", func(t *trip) float64 { return t.DistanceM }),
		enum("distance_source", 0, distanceSources, func(t *trip) string { return t.DistanceSource }),
		number("duration_s", func(t *trip) float64 { return t.DurationS }),
		number("driving_s", func(t *trip) float64 { return t.DrivingS }),
		number("idle_s", func(t *trip) float64 { return t.IdleS }),
		number("max_speed_kmh", func(t *trip) float64 { return t.MaxSpeedKmh }),
		number("avg_speed_kmh", func(t *trip) float64 { return t.AvgSpeedKmh }),
		number("night_s", func(t *trip) float64 { return t.NightS }),
		optional("fuel_l", func(t *trip) *float64 { return t.FuelL }),
		optional("energy_kwh", func(t *trip) *float64 { return t.EnergyKwh }),
		optional("regenerated_kwh", func(t *trip) *float64 { return t.RegeneratedKwh }),
		optional("ev_distance_m", func(t *trip) *float64 { return t.EVDistanceM }),
		optional("ev_s", func(t *trip) *float64 { return t.EVS }),
		text("account_id", func(t *trip) string { return t.AccountID }),
		text("driver_id", func(t *trip) string { return t.DriverID }),
		performance("score", func(p *outcome.Performance) *float64 { return &p.Score }),
		performance("acceleration", func(p *outcome.Performance) *float64 { return &p.Acceleration }),
		performance("braking", func(p *outcome.Performance) *float64 { return &p.Braking }),
		performance("constant_speed", func(p *outcome.Performance) *float64 { return p.ConstantSpeed }),
		truth("low_confidence", func(t *trip) bool { return t.Scores.Performance != nil && t.Scores.Performance.LowConfidence }),
		count("harsh_braking", func(t *trip) int { return t.Counts.HarshBraking }),
		count("harsh_acceleration", func(t *trip) int { return t.Counts.HarshAcceleration }),
		count("harsh_cornering", func(t *trip) int { return t.Counts.HarshCornering }),
		truth("partial", func(t *trip) bool { return t.Partial }),
		text("polyline", polyline),
		jsonText("route_parts", routeParts),
		jsonText("receipt", tripReceipt),
		optional("highway_m", func(t *trip) *float64 { return t.HighwayM }),
		optional("overspeed_m", func(t *trip) *float64 { return t.OverspeedM }),
		optional("overspeed_s", func(t *trip) *float64 { return t.OverspeedS }),
		limits("limit_known_m", func(s *outcome.Speeding) *float64 { return &s.LimitKnownM }),
		limits("limit_known_s", func(s *outcome.Speeding) *float64 { return &s.LimitKnownS }),
		limits("over_0_m", func(s *outcome.Speeding) *float64 { return &s.Over0M }),
		limits("over_10_m", func(s *outcome.Speeding) *float64 { return &s.Over10M }),
		limits("over_20_m", func(s *outcome.Speeding) *float64 { return &s.Over20M }),
		jsonText("limit_by_source", limitBySource),
		words("countries", func(t *trip) []string { return t.Countries }),
		count("speeding", func(t *trip) int { return t.Counts.Speeding }),
		optional("highway_s", func(t *trip) *float64 { return t.HighwayS }),
	}, coachingColumns()...)
}

// limits is a quantity of a trip's speeds against limits, absent where none is known.
func limits(name string, get func(*outcome.Speeding) *float64) column[trip] {
	return optional(name, func(t *trip) *float64 {
		if t.Speeding == nil {
			return nil
		}
		return get(t.Speeding)
	})
}

func limitBySource(e *encoder, t *trip) error {
	if t.Speeding == nil {
		return nil
	}
	e.err = nil
	e.numbers(t.Speeding.BySourceM)
	return e.err
}

func performance(name string, get func(*outcome.Performance) *float64) column[trip] {
	return optional(name, func(t *trip) *float64 {
		if t.Scores.Performance == nil {
			return nil
		}
		return get(t.Scores.Performance)
	})
}

func localDate(t *trip) string {
	if t.State == outcome.Withdrawn {
		return zeroDate
	}
	return t.LocalDate
}

func polyline(t *trip) string {
	if t.Route == nil {
		return ""
	}
	return t.Route.Polyline
}

func routeParts(e *encoder, t *trip) error {
	if t.Route == nil {
		return nil
	}
	return e.parts(t.Route.Parts)
}

func tripReceipt(e *encoder, t *trip) error {
	if t.State == outcome.Withdrawn {
		return nil
	}
	return e.receipt(&t.Receipt)
}
