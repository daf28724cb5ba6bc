package outcome

// Month is one driver's calendar month in one vehicle: totals, the
// distance-weighted average of its trips' scores, and one entry a day that had a
// trip. Its At is the local start of the month taken as UTC.
type Month struct {
	Header
	State         State   `json:"state"`
	Month         string  `json:"month"` // YYYY-MM, local
	DriverID      string  `json:"driver_id,omitempty"`
	Trips         int     `json:"trips"`
	WithheldTrips int     `json:"withheld_trips"`
	DistanceM     float64 `json:"distance_m"`
	DurationS     float64 `json:"duration_s"`
	Totals
	Score         *float64 `json:"score,omitempty"`
	Acceleration  *float64 `json:"acceleration,omitempty"`
	Braking       *float64 `json:"braking,omitempty"`
	ConstantSpeed *float64 `json:"constant_speed,omitempty"` // by the distance of the trips that have one
	Advice        Cause    `json:"advice,omitempty"`         // the cause whose tips would have saved most
	Days          []Day    `json:"days"`                     // by date
	Method        string   `json:"method"`
	// Inputs are the sums that the averages are made of, exact: the month is recomputed from them.
	Inputs map[string]float64 `json:"inputs"`
}

// Totals sum trips. A total of which no trip tells anything is absent.
type Totals struct {
	DrivingS       float64  `json:"driving_s"`
	IdleS          float64  `json:"idle_s"`
	NightS         float64  `json:"night_s"`
	HighwayM       *float64 `json:"highway_m,omitempty"`
	HighwayS       *float64 `json:"highway_s,omitempty"`
	OverspeedM     *float64 `json:"overspeed_m,omitempty"`
	OverspeedS     *float64 `json:"overspeed_s,omitempty"`
	LimitKnownM    *float64 `json:"limit_known_m,omitempty"`
	FuelL          *float64 `json:"fuel_l,omitempty"`
	EnergyKwh      *float64 `json:"energy_kwh,omitempty"`
	RegeneratedKwh *float64 `json:"regenerated_kwh,omitempty"`
	EVDistanceM    *float64 `json:"ev_distance_m,omitempty"`
	EVS            *float64 `json:"ev_s,omitempty"`
	Modes          *Modes   `json:"modes,omitempty"`
	Countries      []string `json:"countries,omitempty"` // ISO 3166-1 alpha-2, by name
}

// Day is one entry of a month's daily graph.
type Day struct {
	Date      string   `json:"date"` // YYYY-MM-DD, local
	Trips     int      `json:"trips"`
	DistanceM float64  `json:"distance_m"`
	DurationS float64  `json:"duration_s"`
	Score     *float64 `json:"score,omitempty"`
	Totals
	Acceleration  *float64 `json:"acceleration,omitempty"`
	Braking       *float64 `json:"braking,omitempty"`
	ConstantSpeed *float64 `json:"constant_speed,omitempty"`
	Advice        Cause    `json:"advice,omitempty"`
}
