package alerts

import "milepost/outcome"

// CareMessage is what a care centre is told: the record, by the names of the eCall minimum
// set of data (EN 15722) where they fit. It leaves out the pulse, the speed before, the
// thresholds and the driver.
type CareMessage struct {
	outcome.Header
	State      State        `json:"state"`
	Final      bool         `json:"final"`
	Late       bool         `json:"late"`
	ReportedAt outcome.Time `json:"reported_at"`
	AccountID  string       `json:"account_id,omitempty"`
	Collision  *CareFacts   `json:"collision,omitempty"` // nil where the message withdraws
}

// CareFacts is what a care centre is told of a collision that stands.
type CareFacts struct {
	Confidence       outcome.Confidence `json:"confidence"`
	Severity         outcome.Severity   `json:"severity"`
	SeverityRaisedBy []string           `json:"severity_raised_by,omitempty"`
	DeltaVKmh        *float64           `json:"delta_v_kmh,omitempty"`
	DeltaVXKmh       *float64           `json:"delta_v_x_kmh,omitempty"`
	DeltaVYKmh       *float64           `json:"delta_v_y_kmh,omitempty"`
	PDOFDeg          *float64           `json:"pdof_deg,omitempty"`
	Clock            int                `json:"clock,omitempty"`
	Side             outcome.Side       `json:"side"`
	SpeedAtImpactKmh *float64           `json:"speed_at_impact_kmh,omitempty"`
	EventCount       int                `json:"event_count"`
	Rollover         bool               `json:"rollover"`
	SensorSaturated  bool               `json:"sensor_saturated"`
	RateHz           float64            `json:"rate_hz"`
	Flags            []string           `json:"flags,omitempty"`
	Evidence         []outcome.Evidence `json:"evidence,omitempty"`
	Impacts          []outcome.Impact   `json:"impacts,omitempty"`
	Position         *outcome.Fix       `json:"position,omitempty"`
	RecentPositions  []outcome.Fix      `json:"recent_positions,omitempty"`
	PositionTrusted  bool               `json:"position_can_be_trusted"`
	DirectionDeg     *float64           `json:"vehicle_direction_deg,omitempty"`
	PropulsionType   string             `json:"vehicle_propulsion,omitempty"`
	Passengers       *int               `json:"number_of_passengers,omitempty"`
	DriverBelted     *bool              `json:"driver_belted,omitempty"`
	PassengerBelted  *bool              `json:"passenger_belted,omitempty"`
	Method           string             `json:"method"`
}

func careMessage(c *outcome.Collision, state State) *CareMessage {
	m := &CareMessage{Header: head(c, TypeCareMessage), State: state, Final: c.State != outcome.Open, Late: c.Late,
		ReportedAt: c.ReportedAt, AccountID: c.AccountID}
	if state == Active {
		m.Collision = careFacts(c)
	}
	return m
}

func careFacts(c *outcome.Collision) *CareFacts {
	return &CareFacts{
		Confidence: c.Confidence, Severity: c.Severity, SeverityRaisedBy: c.SeverityRaisedBy,
		DeltaVKmh: c.DeltaVKmh, DeltaVXKmh: c.DeltaVXKmh, DeltaVYKmh: c.DeltaVYKmh,
		PDOFDeg: c.PDOFDeg, Clock: c.Clock, Side: c.Side, SpeedAtImpactKmh: c.SpeedAtImpactKmh,
		EventCount: c.EventCount, Rollover: c.Rollover, SensorSaturated: c.SensorSaturated, RateHz: c.RateHz, Flags: c.Flags,
		Evidence: c.Evidence, Impacts: c.Impacts,
		Position: c.Position, RecentPositions: c.RecentPositions, PositionTrusted: c.PositionTrusted, DirectionDeg: c.DirectionDeg,
		PropulsionType: c.PropulsionType, Passengers: c.Passengers, DriverBelted: c.DriverBelted, PassengerBelted: c.PassengerBelted,
		Method: c.Method,
	}
}
