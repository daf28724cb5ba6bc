package read

import (
	"database/sql"
	"fmt"

	"milepost/outcome"
)

const collisionColumns = headColumns + `confidence, highest_confidence, changed, late, reported_at, method, severity, severity_raised_by,
	delta_v_kmh, delta_v_x_kmh, delta_v_y_kmh, pdof_deg, clock, side, speed_at_impact_kmh, event_count, rollover, sensor_saturated,
	rate_hz, flags, evidence, impacts, position_at, lat, lon, accuracy_m, recent_positions, position_trusted, direction_deg,
	propulsion, passengers, driver_belted, passenger_belted, speed_before, pulse, consents, account_id, driver_id, thresholds`

// scanCollision puts a collision together from its columns.
func scanCollision(scan scanner) (outcome.Outcome, error) {
	c := &outcome.Collision{Header: outcome.Header{Type: outcome.TypeCollision}}
	var place outcome.Fix
	var lat, lon, passengers *float64
	var driver, passenger string
	var evidence, impacts, recent, before, pulse, thresholds string
	err := scan(&c.ID, &c.VehicleID, instant{&c.At}, &c.Revision, &c.State,
		&c.Confidence, &c.HighestConfidence, words[outcome.Part]{&c.Changed}, &c.Late, instant{&c.ReportedAt}, &c.Method, &c.Severity,
		words[string]{&c.SeverityRaisedBy},
		optional{&c.DeltaVKmh}, optional{&c.DeltaVXKmh}, optional{&c.DeltaVYKmh}, optional{&c.PDOFDeg}, &c.Clock, &c.Side,
		optional{&c.SpeedAtImpactKmh}, &c.EventCount, &c.Rollover, &c.SensorSaturated,
		&c.RateHz, words[string]{&c.Flags}, &evidence, &impacts, instant{&place.At}, optional{&lat}, optional{&lon}, optional{&place.AccuracyM},
		&recent, &c.PositionTrusted, optional{&c.DirectionDeg},
		&c.PropulsionType, optional{&passengers}, &driver, &passenger, &before, &pulse, words[string]{&c.Consents}, &c.AccountID, &c.DriverID,
		&thresholds)
	if err != nil {
		return nil, err
	}
	if lat != nil && lon != nil {
		place.Lat, place.Lon = *lat, *lon
		c.Position = &place
	}
	if passengers != nil {
		n := int(*passengers)
		c.Passengers = &n
	}
	c.DriverBelted, c.PassengerBelted = belted(driver), belted(passenger)
	for column, part := range map[string]struct {
		text string
		to   any
	}{"evidence": {evidence, &c.Evidence}, "impacts": {impacts, &c.Impacts}, "recent_positions": {recent, &c.RecentPositions},
		"speed_before": {before, &c.SpeedBefore}, "pulse": {pulse, &c.Pulse}, "thresholds": {thresholds, &c.Thresholds}} {
		if err := decode(part.text, part.to, c.ID, column); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// belted reads a column that says yes, no or nothing.
func belted(word string) *bool {
	if word == "" {
		return nil
	}
	yes := word == "yes"
	return &yes
}

const collisionRowColumns = headColumns + `confidence, late, reported_at, severity, delta_v_kmh, clock, side, speed_at_impact_kmh,
	event_count, rollover, sensor_saturated, rate_hz, method`

func scanCollisionRow(rows *sql.Rows) (r CollisionRow, err error) {
	err = rows.Scan(&r.ID, &r.VehicleID, instant{&r.At}, &r.Revision, &r.State, &r.Confidence, &r.Late, instant{&r.ReportedAt},
		&r.Severity, optional{&r.DeltaVKmh}, &r.Clock, &r.Side, optional{&r.SpeedAtImpactKmh},
		&r.EventCount, &r.Rollover, &r.SensorSaturated, &r.RateHz, &r.Method)
	return r, err
}

// scanCollisionBody makes a row of the whole collision.
func scanCollisionBody(rows *sql.Rows) (CollisionRow, error) {
	o, err := scanBody[outcome.Collision](rows.Scan)
	if err != nil {
		return CollisionRow{}, err
	}
	c := o.(*outcome.Collision)
	return CollisionRow{ID: c.ID, VehicleID: c.VehicleID, At: c.At, Revision: c.Revision, State: c.State, Confidence: c.Confidence,
		Late: c.Late, ReportedAt: c.ReportedAt, Severity: c.Severity, DeltaVKmh: c.DeltaVKmh, Clock: c.Clock, Side: c.Side,
		SpeedAtImpactKmh: c.SpeedAtImpactKmh, EventCount: c.EventCount, Rollover: c.Rollover, SensorSaturated: c.SensorSaturated,
		RateHz: c.RateHz, Method: c.Method}, nil
}

const additionColumns = headColumns + `lower(hex(collision_id)), kind, answer, text, media_type`

// scanAddition puts an addition together from its columns.
func scanAddition(scan scanner) (outcome.Outcome, error) {
	a := &outcome.Addition{Header: outcome.Header{Type: outcome.TypeAddition}}
	err := scan(&a.ID, &a.VehicleID, instant{&a.At}, &a.Revision, &a.State, &a.CollisionID, &a.Kind, &a.Answer, &a.Text, &a.MediaType, &a.Content)
	if len(a.Content) == 0 {
		a.Content = nil
	}
	return a, err
}

// scanPhoto reads an addition whose content stands beside its body; nil for a tombstone.
func scanPhoto(scan scanner) (outcome.Outcome, error) {
	var content []byte
	o, err := scanBody[outcome.Addition](func(to ...any) error { return scan(append(to, &content)...) })
	if o == nil || err != nil {
		return nil, err
	}
	o.(*outcome.Addition).Content = content
	return o, nil
}

// words scans a list of words; one that is empty is nil.
type words[S ~string] struct{ to *[]S }

// Scan implements sql.Scanner.
func (w words[S]) Scan(from any) error {
	list, ok := from.([]string)
	if !ok {
		return fmt.Errorf("a list of words is of type %T", from)
	}
	*w.to = nil
	for _, word := range list {
		*w.to = append(*w.to, S(word))
	}
	return nil
}
