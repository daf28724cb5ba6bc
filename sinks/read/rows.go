package read

import "milepost/outcome"

// TripRow is a trip as lists show it. Absent quantities are nil.
type TripRow struct {
	ID            string        `json:"id"`
	VehicleID     string        `json:"vehicle_id"`
	At            outcome.Time  `json:"at"`
	DriverID      string        `json:"driver_id,omitempty"`
	Revision      uint32        `json:"revision"`
	State         outcome.State `json:"state"`
	StartedAt     outcome.Time  `json:"started_at"`
	EndedAt       outcome.Time  `json:"ended_at"`
	Zone          string        `json:"zone"`
	LocalDate     string        `json:"local_date"`
	DistanceM     float64       `json:"distance_m"`
	DurationS     float64       `json:"duration_s"`
	EVDistanceM   *float64      `json:"ev_distance_m,omitempty"`
	Score         *float64      `json:"score,omitempty"` // performance, 0 to 100
	OverspeedM    *float64      `json:"overspeed_m,omitempty"`
	LimitKnownM   *float64      `json:"limit_known_m,omitempty"` // of which OverspeedM is a part
	LPer100Km     *float64      `json:"l_per_100km,omitempty"`
	KwhPer100Km   *float64      `json:"kwh_per_100km,omitempty"` // net, from the traction battery
	Advice        outcome.Cause `json:"advice,omitempty"`        // what its tip is about
	LowConfidence bool          `json:"low_confidence"`
	Partial       bool          `json:"partial"`
	outcome.Counts
}

// Key is the row's place in the list: the next page follows the last row's key.
func (r *TripRow) Key() Key { return Key{At: r.At, ID: r.ID} }

// Ref refers to the row's trip.
func (r *TripRow) Ref() Ref {
	return Ref{VehicleID: r.VehicleID, ID: r.ID, At: r.At, From: r.StartedAt, To: r.EndedAt}
}

// CollisionRow is a collision as lists show it: without places, pulse and persons.
// Absent quantities are nil.
type CollisionRow struct {
	ID               string             `json:"id"`
	VehicleID        string             `json:"vehicle_id"`
	At               outcome.Time       `json:"at"` // time zero
	Revision         uint32             `json:"revision"`
	State            outcome.State      `json:"state"`
	Confidence       outcome.Confidence `json:"confidence"`
	Late             bool               `json:"late"`
	ReportedAt       outcome.Time       `json:"reported_at"`
	Severity         outcome.Severity   `json:"severity"`
	DeltaVKmh        *float64           `json:"delta_v_kmh,omitempty"`
	Clock            int                `json:"clock,omitempty"`
	Side             outcome.Side       `json:"side"`
	SpeedAtImpactKmh *float64           `json:"speed_at_impact_kmh,omitempty"`
	EventCount       int                `json:"event_count"`
	Rollover         bool               `json:"rollover"`
	SensorSaturated  bool               `json:"sensor_saturated"`
	RateHz           float64            `json:"rate_hz"`
	Method           string             `json:"method"`
}

// Key is the row's place in the list: the next page follows the last row's key.
func (r *CollisionRow) Key() Key { return Key{At: r.At, ID: r.ID} }

// VehicleRow is what a store holds of one vehicle.
type VehicleRow struct {
	VehicleID string       `json:"vehicle_id"`
	Trips     int64        `json:"trips"`
	DistanceM float64      `json:"distance_m"`
	LatestAt  outcome.Time `json:"latest_at"` // of the latest trip
}
