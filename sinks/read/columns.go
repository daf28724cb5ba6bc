package read

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"milepost/outcome"
)

// headColumns begin every whole fact.
const headColumns = `lower(hex(id)), vehicle_id, at, revision, state, `

const tripColumns = headColumns + `started_at, ended_at, zone, toString(local_date), distance_m, distance_source, duration_s,
	driving_s, idle_s, max_speed_kmh, avg_speed_kmh, night_s, fuel_l, energy_kwh, regenerated_kwh, ev_distance_m, ev_s,
	account_id, driver_id, score, acceleration, braking, constant_speed, low_confidence,
	harsh_braking, harsh_acceleration, harsh_cornering, partial, polyline, route_parts, receipt,
	highway_m, overspeed_m, overspeed_s, limit_known_m, limit_known_s, over_0_m, over_10_m, over_20_m, limit_by_source, countries,
	speeding, highway_s, coaching`

// scanTrip puts a trip together from its columns.
func scanTrip(scan scanner) (outcome.Outcome, error) {
	t := &outcome.Trip{Header: outcome.Header{Type: outcome.TypeTrip}}
	var p outcome.Performance
	var s outcome.Speeding
	var score, known *float64
	var polyline, parts, receipt, sources, coaching string
	err := scan(&t.ID, &t.VehicleID, instant{&t.At}, &t.Revision, &t.State,
		instant{&t.StartedAt}, instant{&t.EndedAt}, &t.Zone, &t.LocalDate, &t.DistanceM, &t.DistanceSource, &t.DurationS,
		&t.DrivingS, &t.IdleS, &t.MaxSpeedKmh, &t.AvgSpeedKmh, &t.NightS, optional{&t.FuelL}, optional{&t.EnergyKwh},
		optional{&t.RegeneratedKwh}, optional{&t.EVDistanceM}, optional{&t.EVS}, &t.AccountID, &t.DriverID,
		optional{&score}, &p.Acceleration, &p.Braking, optional{&p.ConstantSpeed}, &p.LowConfidence,
		&t.Counts.HarshBraking, &t.Counts.HarshAcceleration, &t.Counts.HarshCornering, &t.Partial, &polyline, &parts, &receipt,
		optional{&t.HighwayM}, optional{&t.OverspeedM}, optional{&t.OverspeedS}, optional{&known}, &s.LimitKnownS, &s.Over0M, &s.Over10M,
		&s.Over20M, &sources, words[string]{&t.Countries}, &t.Counts.Speeding, optional{&t.HighwayS}, &coaching)
	if err != nil {
		return nil, err
	}
	if score != nil {
		p.Score = *score
		t.Scores.Performance = &p
	}
	if parts != "" {
		t.Route = &outcome.Route{Polyline: polyline}
		if err := decode(parts, &t.Route.Parts, t.ID, "route_parts"); err != nil {
			return nil, err
		}
	}
	if known != nil {
		s.LimitKnownM, t.Speeding = *known, &s
	}
	if coaching != "" {
		t.Coaching = &outcome.Coaching{}
	}
	return t, errors.Join(decode(coaching, t.Coaching, t.ID, "coaching"), decode(sources, &s.BySourceM, t.ID, "limit_by_source"), decode(receipt, &t.Receipt, t.ID, "receipt"))
}

const eventColumns = headColumns + `lower(hex(trip_id)), kind, level, started_at, duration_s, peak_ms2, estimator, rate_hz,
	speed_kmh, lat, lon, method, limit_kmh, limit_source, peak_kmh, distance_m`

// noID is an id that was left empty.
var noID = strings.Repeat("0", 32)

// scanEvent puts an event together from its columns.
func scanEvent(scan scanner) (outcome.Outcome, error) {
	e := &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent}}
	var peak *float64
	err := scan(&e.ID, &e.VehicleID, instant{&e.At}, &e.Revision, &e.State,
		&e.TripID, &e.Kind, &e.Level, instant{&e.StartedAt}, &e.DurationS, optional{&peak}, &e.Estimator, &e.RateHz,
		optional{&e.SpeedKmh}, optional{&e.Lat}, optional{&e.Lon}, &e.Method, optional{&e.LimitKmh}, &e.LimitSource,
		optional{&e.PeakKmh}, optional{&e.DistanceM})
	if peak != nil {
		e.PeakMS2 = *peak
	}
	if e.TripID == noID {
		e.TripID = ""
	}
	return e, err
}

// decode reads a column that holds JSON; one that is empty leaves the value as it is.
func decode(text string, to any, id, column string) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return fmt.Errorf("decode %s of %s: %w", column, id, err)
	}
	return nil
}
