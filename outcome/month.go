package outcome

// Month is one driver's calendar month in one vehicle: totals, the
// distance-weighted average of its trips' scores, and one entry a day that had a
// trip. Its At is the local start of the month taken as UTC.
type Month struct {
	Header
	State         State    `json:"state"`
	Month         string   `json:"month"` // YYYY-MM, local
	DriverID      string   `json:"driver_id,omitempty"`
	Trips         int      `json:"trips"`
	WithheldTrips int      `json:"withheld_trips"`
	DistanceM     float64  `json:"distance_m"`
	DurationS     float64  `json:"duration_s"`
	Score         *float64 `json:"score,omitempty"`
	Acceleration  *float64 `json:"acceleration,omitempty"`
	Braking       *float64 `json:"braking,omitempty"`
	Days          []Day    `json:"days"` // by date
	Method        string   `json:"method"`
}

// Day is one entry of a month's daily graph.
type Day struct {
	Date      string   `json:"date"` // YYYY-MM-DD, local
	Trips     int      `json:"trips"`
	DistanceM float64  `json:"distance_m"`
	DurationS float64  `json:"duration_s"`
	Score     *float64 `json:"score,omitempty"`
}
