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
	AvgSpeedKmh    float64 `json:"avg_speed_kmh"` // over the whole duration, or what of it was shared
	NightS         float64 `json:"night_s"`       // driving between 23:00 and 04:00 local time

	HighwayM   *float64  `json:"highway_m,omitempty"`   // on motorways; absent without a map, and where nothing was matched to it
	HighwayS   *float64  `json:"highway_s,omitempty"`   // time of that
	OverspeedM *float64  `json:"overspeed_m,omitempty"` // over the limit, by any excess; absent where no limit is known
	OverspeedS *float64  `json:"overspeed_s,omitempty"` // time of that
	Speeding   *Speeding `json:"speeding,omitempty"`    // what both are measured on; absent with them
	Countries  []string  `json:"countries,omitempty"`   // ISO 3166-1 alpha-2, in the order driven; absent without a map

	FuelL          *float64 `json:"fuel_l,omitempty"`
	EnergyKwh      *float64 `json:"energy_kwh,omitempty"`      // net, drawn from the traction battery
	RegeneratedKwh *float64 `json:"regenerated_kwh,omitempty"` // put back while driving
	EVDistanceM    *float64 `json:"ev_distance_m,omitempty"`   // driven with the engine off
	EVS            *float64 `json:"ev_s,omitempty"`            // time of that

	AccountID string    `json:"account_id,omitempty"` // who held the vehicle when the trip began
	DriverID  string    `json:"driver_id,omitempty"`  // a pseudonym: who was identified, or else is linked with the vehicle
	Route     *Route    `json:"route,omitempty"`
	Scores    Scores    `json:"scores"`
	Coaching  *Coaching `json:"coaching,omitempty"`
	Counts    Counts    `json:"counts"`
	Partial   bool      `json:"partial"` // part of the trip was not observed or not shared
	Receipt   Receipt   `json:"receipt"`
}

// Speeding is what a trip's speeds are against the limits that are known. Distance
// whose limit is unknown, or stands on a weak match, is in neither side of a share
// (docs/method/speeding.md).
type Speeding struct {
	LimitKnownM float64            `json:"limit_known_m"` // the denominator of every share
	LimitKnownS float64            `json:"limit_known_s"`
	BySourceM   map[string]float64 `json:"by_source_m"` // limit_known_m by LimitSource
	Over0M      float64            `json:"over_0_m"`    // driven above the limit by up to 10 %
	Over10M     float64            `json:"over_10_m"`   // by 10 to 20 %
	Over20M     float64            `json:"over_20_m"`   // by more
}

// LimitSource says where a speed limit comes from, the strongest first.
type LimitSource string

// The sources of a limit.
const (
	LimitSign        LimitSource = "sign"        // the vehicle's own sign recognition
	LimitConditional LimitSource = "conditional" // the map's, by time or weather
	LimitDirectional LimitSource = "directional" // the map's, for this direction
	LimitPosted      LimitSource = "posted"      // the map's maxspeed
	LimitZone        LimitSource = "zone"        // the map's zone or source tag, by a national table
	LimitDefault     LimitSource = "default"     // the national default of the road's class
)

// Route is where a trip went.
type Route struct {
	Polyline string `json:"polyline"` // Google's encoded polyline, 5 decimals
	// Parts are runs that together cover all points. Two that share a point are one
	// line. Between two that do not, nothing is known of the line: a straight stroke
	// there would be a lie.
	Parts []RoutePart `json:"parts"`
}

// RoutePart says where the points From..To (inclusive, counted from 0) come from.
type RoutePart struct {
	From      int        `json:"from"`
	To        int        `json:"to"`
	Source    PartSource `json:"source"`
	IsEV      *bool      `json:"is_ev,omitempty"`     // driven with the engine off; absent where that is not known
	Mode      Mode       `json:"mode,omitempty"`      // of a hybrid
	Overspeed bool       `json:"overspeed,omitempty"` // driven above the limit
	Highway   bool       `json:"highway,omitempty"`   // on a motorway
}

// PartSource says where a part of a route comes from.
type PartSource string

// The sources of a part.
const (
	PartRaw       PartSource = "raw"       // fixes as they came, thinned
	PartMatched   PartSource = "matched"   // the line of the roads that fixes were matched to
	PartEstimated PartSource = "estimated" // a plausible way through a stretch that was not shared
	PartHidden    PartSource = "hidden"    // not shared and left blank: its two points are disclosed ends
)

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
	Speeding          int `json:"speeding"`
}
