package outcome

// EventKind names what happened.
type EventKind string

// The kinds of event.
const (
	HarshBraking      EventKind = "harsh_braking"
	HarshAcceleration EventKind = "harsh_acceleration"
	HarshCornering    EventKind = "harsh_cornering"
	KindSpeeding      EventKind = "speeding"
)

// Event is one manoeuvre of a trip that passed a threshold. Peak values of
// different estimators and rates are not comparable: a threshold belongs to the pair.
type Event struct {
	Header
	State     State     `json:"state"`
	Kind      EventKind `json:"kind"`
	Level     int       `json:"level"` // 1 to 3
	StartedAt Time      `json:"started_at"`
	DurationS float64   `json:"duration_s"`
	PeakMS2   float64   `json:"peak_ms2,omitempty"` // of a manoeuvre
	Estimator string    `json:"estimator"`          // "limit" of speeding
	RateHz    float64   `json:"rate_hz"`
	SpeedKmh  *float64  `json:"speed_kmh,omitempty"` // at the start
	Lat       *float64  `json:"lat,omitempty"`
	Lon       *float64  `json:"lon,omitempty"`
	// Of speeding alone: the limit at the highest excess, the speed there, and how
	// far was driven from the start to the end.
	LimitKmh    *float64    `json:"limit_kmh,omitempty"`
	LimitSource LimitSource `json:"limit_source,omitempty"`
	PeakKmh     *float64    `json:"peak_kmh,omitempty"`
	DistanceM   *float64    `json:"distance_m,omitempty"`
	TripID      string      `json:"trip_id"`
	Method      string      `json:"method"` // name/version, as its trip's receipt has it
}
