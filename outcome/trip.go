package outcome

// Trip is one drive, from its start to its end. Quantities that the vehicle did
// not report are absent, not zero. Its At is its start as it was first known, or the
// next µs that no other trip of the vehicle has: StartedAt may move, At never does.
type Trip struct {
	Header
	State     State  `json:"state"`
	StartedAt Time   `json:"started_at"`
	EndedAt   Time   `json:"ended_at"`
	Zone      string `json:"zone"`       // IANA zone of the start
	LocalDate string `json:"local_date"` // of the start, YYYY-MM-DD: the whole trip belongs to it

	DistanceM      float64 `json:"distance_m"`
	DistanceSource string  `json:"distance_source"` // odometer, speed or gnss
	DurationS      float64 `json:"duration_s"`
	DrivingS       float64 `json:"driving_s"` // speed above standstill
	IdleS          float64 `json:"idle_s"`    // standing within the trip, as far as it was observed
	MaxSpeedKmh    float64 `json:"max_speed_kmh"`
	AvgSpeedKmh    float64 `json:"avg_speed_kmh"` // over the whole duration
	NightS         float64 `json:"night_s"`       // driving between 23:00 and 04:00 local time

	FuelL          *float64 `json:"fuel_l,omitempty"`
	EnergyKwh      *float64 `json:"energy_kwh,omitempty"`      // net, drawn from the traction battery
	RegeneratedKwh *float64 `json:"regenerated_kwh,omitempty"` // put back while driving
	EVDistanceM    *float64 `json:"ev_distance_m,omitempty"`   // driven with the engine off
	EVS            *float64 `json:"ev_s,omitempty"`            // time of that

	AccountID string  `json:"account_id,omitempty"` // who held the vehicle when the trip began
	DriverID  string  `json:"driver_id,omitempty"`  // a pseudonym: who was identified, or else is linked with the vehicle
	Route     *Route  `json:"route,omitempty"`
	Scores    Scores  `json:"scores"`
	Counts    Counts  `json:"counts"`
	Partial   bool    `json:"partial"` // part of the trip was not observed or not shared
	Receipt   Receipt `json:"receipt"`
}

// Route is where a trip went.
type Route struct {
	Polyline string `json:"polyline"` // Google's encoded polyline, 5 decimals
	// Parts are runs that together cover all points. Between two of them nothing is
	// known of the line: a tunnel, an outage. A straight stroke there would be a lie.
	Parts []RoutePart `json:"parts"`
}

// RoutePart says where the points From..To (inclusive, counted from 0) come from.
type RoutePart struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Source string `json:"source"` // raw
}

// Scores holds a trip's scores.
type Scores struct {
	Performance *Performance `json:"performance,omitempty"`
}

// Performance is the driving score, 0 to 100, higher is smoother. Score is made
// of Acceleration and Braking alone; ConstantSpeed is shown beside it and absent
// where too little of the distance was fast enough (docs/method/performance.md).
type Performance struct {
	Score         float64  `json:"score"`
	Acceleration  float64  `json:"acceleration"`
	Braking       float64  `json:"braking"`
	ConstantSpeed *float64 `json:"constant_speed,omitempty"`
	LowConfidence bool     `json:"low_confidence"` // under 1 km
}

// Counts are a trip's events by kind.
type Counts struct {
	HarshBraking      int `json:"harsh_braking"`
	HarshAcceleration int `json:"harsh_acceleration"`
	HarshCornering    int `json:"harsh_cornering"`
}
