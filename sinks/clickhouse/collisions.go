package clickhouse

import "milepost/outcome"

type collision = outcome.Collision

var collisions = mapping[collision]{
	table:   "collisions",
	kind:    outcome.TypeCollision,
	head:    func(c *collision) *outcome.Header { return &c.Header },
	state:   func(c *collision) outcome.State { return c.State },
	states:  append(states, outcome.Open),
	method:  func(c *collision) string { return c.Method },
	columns: collisionColumns,
	blank: func(c *collision) *collision {
		return &collision{Header: c.Header, State: c.State, Method: c.Method}
	},
	block: 128,
}

var (
	confidences = []outcome.Confidence{"", outcome.Possible, outcome.Probable, outcome.Confirmed}
	severities  = []outcome.Severity{"", outcome.SeverityUnknown, outcome.SeverityMinor, outcome.SeverityModerate, outcome.SeveritySerious, outcome.SeverityCritical}
	sides       = []outcome.Side{"", outcome.SideUnknown, outcome.SideFront, outcome.SideRight, outcome.SideRear, outcome.SideLeft}
	belts       = []string{"", "no", "yes"}
)

func collisionColumns(d Dialect) []column[collision] {
	return append([]column[collision]{
		text("method", func(c *collision) string {
			if c.State == outcome.Withdrawn {
				return ""
			}
			return c.Method
		}),
		enum("confidence", 0, confidences, func(c *collision) outcome.Confidence { return c.Confidence }),
		enum("highest_confidence", 0, confidences, func(c *collision) outcome.Confidence { return c.HighestConfidence }),
		words("changed", func(c *collision) []outcome.Part { return c.Changed }),
		truth("late", func(c *collision) bool { return c.Late }),
		instant("reported_at", d, func(c *collision) outcome.Time { return c.ReportedAt }),
		enum("severity", 0, severities, func(c *collision) outcome.Severity { return c.Severity }),
		words("severity_raised_by", func(c *collision) []string { return c.SeverityRaisedBy }),
		optional("delta_v_kmh", func(c *collision) *float64 { return c.DeltaVKmh }),
		optional("delta_v_x_kmh", func(c *collision) *float64 { return c.DeltaVXKmh }),
		optional("delta_v_y_kmh", func(c *collision) *float64 { return c.DeltaVYKmh }),
		optional("pdof_deg", func(c *collision) *float64 { return c.PDOFDeg }),
		small("clock", func(c *collision) int { return c.Clock }),
		enum("side", 0, sides, func(c *collision) outcome.Side { return c.Side }),
		optional("speed_at_impact_kmh", func(c *collision) *float64 { return c.SpeedAtImpactKmh }),
		count("event_count", func(c *collision) int { return c.EventCount }),
		truth("rollover", func(c *collision) bool { return c.Rollover }),
		truth("sensor_saturated", func(c *collision) bool { return c.SensorSaturated }),
		number("rate_hz", func(c *collision) float64 { return c.RateHz }),
		words("flags", func(c *collision) []string { return c.Flags }),
		value("evidence", func(c *collision) any { return list(c.Evidence) }),
		value("impacts", func(c *collision) any { return list(c.Impacts) }),
		text("propulsion", func(c *collision) string { return c.PropulsionType }),
		optional("passengers", passengers),
		enum("driver_belted", 0, belts, func(c *collision) string { return belted(c.DriverBelted) }),
		enum("passenger_belted", 0, belts, func(c *collision) string { return belted(c.PassengerBelted) }),
		value("speed_before", func(c *collision) any { return list(c.SpeedBefore) }),
		value("pulse", pulse),
		words("consents", func(c *collision) []string { return c.Consents }),
		text("account_id", func(c *collision) string { return c.AccountID }),
		text("driver_id", func(c *collision) string { return c.DriverID }),
		value("thresholds", thresholds),
	}, places(d)...)
}

// places are the columns that say where.
func places(d Dialect) []column[collision] {
	return []column[collision]{
		instant("position_at", d, func(c *collision) outcome.Time { return place(c).At }),
		optional("lat", func(c *collision) *float64 { return ifPlaced(c, place(c).Lat) }),
		optional("lon", func(c *collision) *float64 { return ifPlaced(c, place(c).Lon) }),
		optional("accuracy_m", func(c *collision) *float64 { return place(c).AccuracyM }),
		value("recent_positions", func(c *collision) any { return list(c.RecentPositions) }),
		truth("position_trusted", func(c *collision) bool { return c.PositionTrusted }),
		optional("direction_deg", func(c *collision) *float64 { return c.DirectionDeg }),
	}
}

func place(c *collision) outcome.Fix {
	if c.Position == nil {
		return outcome.Fix{}
	}
	return *c.Position
}

// ifPlaced is nil where there is no position.
func ifPlaced(c *collision, degrees float64) *float64 {
	if c.Position == nil {
		return nil
	}
	return &degrees
}

func passengers(c *collision) *float64 {
	if c.Passengers == nil {
		return nil
	}
	n := float64(*c.Passengers)
	return &n
}

func belted(on *bool) string {
	switch {
	case on == nil:
		return ""
	case *on:
		return "yes"
	}
	return "no"
}

func pulse(c *collision) any {
	if c.Pulse == nil {
		return nil
	}
	return c.Pulse
}

// thresholds are always there; only a withdrawn collision has none.
func thresholds(c *collision) any {
	if c.State == outcome.Withdrawn {
		return nil
	}
	return c.Thresholds
}

// list is nothing where it is empty.
func list[V any](of []V) any {
	if len(of) == 0 {
		return nil
	}
	return of
}
