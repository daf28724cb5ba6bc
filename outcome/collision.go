package outcome

// Confidence says how sure it is that a collision was one.
type Confidence string

// The confidences, from the least.
const (
	Possible  Confidence = "possible"
	Probable  Confidence = "probable"
	Confirmed Confidence = "confirmed"
)

// Severity is a band of delta-V (docs/method/collision.md), not a statement on injuries.
type Severity string

// The severities. Unknown is that of a collision that only an airbag or the wheels tell of.
const (
	SeverityUnknown  Severity = "unknown"
	SeverityMinor    Severity = "minor"
	SeverityModerate Severity = "moderate"
	SeveritySerious  Severity = "serious"
	SeverityCritical Severity = "critical"
)

// Side is the side of the vehicle that the principal force came from.
type Side string

// The sides, split at 45 and 135 degrees from the front.
const (
	SideUnknown Side = "unknown"
	SideFront   Side = "front"
	SideRight   Side = "right"
	SideRear    Side = "rear"
	SideLeft    Side = "left"
)

// Open is the state of a collision for which evidence is still awaited.
const Open State = "open"

// The consents that decide about a collision.
const (
	ConsentAssistance        = "connected_vehicle_assistance" // a care centre may be told
	ConsentCollisionPosition = "collision_position"           // its place may be told though the location is not shared
)

// Collision is one collision, of one impact or several at most 5 s apart. It never says
// that anybody was called. Header.At is time zero of the first impact that was found
// (49 CFR 563.5), or the airbag's time where nothing else tells of it. A later revision
// replaces the one before. It stands apart from trips.
type Collision struct {
	Header
	State      State      `json:"state"`
	Confidence Confidence `json:"confidence"`
	// HighestConfidence is the highest that this revision or one before it had: whoever
	// was told may have to be told that less is sure now.
	HighestConfidence Confidence `json:"highest_confidence"`
	Changed           []Part     `json:"changed,omitempty"` // what differs from the revision before
	// Late says that the vehicle was out of reach: the first record that told of the
	// collision arrived more than a minute after it.
	Late       bool   `json:"late"`
	ReportedAt Time   `json:"reported_at"` // arrival time of the record behind this revision
	Method     string `json:"method"`      // name/version

	Severity         Severity   `json:"severity"`
	SeverityRaisedBy []string   `json:"severity_raised_by,omitempty"` // side, rollover, multi_event, unbelted
	DeltaVKmh        *float64   `json:"delta_v_kmh,omitempty"`        // largest resultant of an impact; a lower bound where flags say so
	DeltaVXKmh       *float64   `json:"delta_v_x_kmh,omitempty"`      // its part forward: negative in a frontal impact
	DeltaVYKmh       *float64   `json:"delta_v_y_kmh,omitempty"`      // its part to the left
	PDOFDeg          *float64   `json:"pdof_deg,omitempty"`           // principal direction of force, 0 to below 360, clockwise from the front
	Clock            int        `json:"clock,omitempty"`              // 1..12, 0 where unknown
	Side             Side       `json:"side"`
	SpeedAtImpactKmh *float64   `json:"speed_at_impact_kmh,omitempty"`
	EventCount       int        `json:"event_count"` // impacts
	Rollover         bool       `json:"rollover"`
	SensorSaturated  bool       `json:"sensor_saturated"` // delta-V is a lower bound
	RateHz           float64    `json:"rate_hz"`          // of the samples that it rests on, median
	Flags            []string   `json:"flags,omitempty"`  // what weakens it: see the schema
	Evidence         []Evidence `json:"evidence,omitempty"`
	Impacts          []Impact   `json:"impacts,omitempty"`

	Position        *Fix       `json:"position,omitempty"`         // the last one known, where it may be told
	RecentPositions []Fix      `json:"recent_positions,omitempty"` // at most two before it, the newest first
	PositionTrusted bool       `json:"position_can_be_trusted"`
	DirectionDeg    *float64   `json:"vehicle_direction_deg,omitempty"` // clockwise from north
	PropulsionType  string     `json:"vehicle_propulsion,omitempty"`    // the profile's powertrain
	Passengers      *int       `json:"number_of_passengers,omitempty"`  // seats known to be taken, the driver's included
	DriverBelted    *bool      `json:"driver_belted,omitempty"`
	PassengerBelted *bool      `json:"passenger_belted,omitempty"`
	SpeedBefore     []SpeedAt  `json:"speed_before,omitempty"` // the half minute before
	Pulse           *Pulse     `json:"pulse,omitempty"`
	Consents        []string   `json:"consents,omitempty"` // of those that decide about it, in force at the time
	AccountID       string     `json:"account_id,omitempty"`
	DriverID        string     `json:"driver_id,omitempty"`
	Thresholds      Thresholds `json:"thresholds"` // that the method applied
}

// Thresholds are a method's, by name with unit.
type Thresholds map[string]float64

// Impact is one crash pulse of a collision.
type Impact struct {
	At             Time    `json:"at"`    // time zero
	EndAt          Time    `json:"ended"` // end of event (49 CFR 563.5)
	DeltaVKmh      float64 `json:"delta_v_kmh"`
	DeltaVXKmh     float64 `json:"delta_v_x_kmh"`
	DeltaVYKmh     float64 `json:"delta_v_y_kmh"`
	PDOFDeg        float64 `json:"pdof_deg"`
	Clock          int     `json:"clock"`
	Side           Side    `json:"side"`
	PeakMS2        float64 `json:"peak_ms2"` // horizontal resultant
	Saturated      bool    `json:"saturated"`
	SamplesMissing bool    `json:"samples_missing"`
}

// Evidence is one thing that speaks for or against a collision.
type Evidence struct {
	Kind  string   `json:"kind"` // see the schema
	At    Time     `json:"at"`
	For   bool     `json:"for"`             // false: speaks against
	Value *float64 `json:"value,omitempty"` // in the unit that the schema names for the kind
}

// Fix is a position that may be told.
type Fix struct {
	At        Time     `json:"at"`
	Lat       float64  `json:"lat"` // deg, WGS 84
	Lon       float64  `json:"lon"`
	AccuracyM *float64 `json:"accuracy_m,omitempty"`
}

// SpeedAt is the vehicle's speed at a time before time zero.
type SpeedAt struct {
	BeforeS  float64 `json:"before_s"` // seconds before time zero, positive
	SpeedKmh float64 `json:"speed_kmh"`
}

// Pulse is the acceleration around time zero, from 1 s before to 2 s after, at one step.
// An axis that was not reported is absent; NaN inside one is null on the outside.
type Pulse struct {
	From         Time       `json:"from"`
	StepMS       float64    `json:"step_ms"` // 10, or the sensor's own step where it is slower
	Longitudinal []*float64 `json:"longitudinal_ms2,omitempty"`
	Lateral      []*float64 `json:"lateral_ms2,omitempty"`
	Vertical     []*float64 `json:"vertical_ms2,omitempty"`
}
