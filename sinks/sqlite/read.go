package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"milepost/outcome"
	"milepost/sinks"
)

// Trips lists up to limit trips, the latest first: those that follow the key
// before, or from the list's beginning where it is zero. An empty vehicle means
// all of them.
func (s *Store) Trips(ctx context.Context, vehicle string, before sinks.TripKey, limit int) ([]sinks.TripRow, error) {
	if before == (sinks.TripKey{}) {
		before.StartedAt = math.MaxInt64
	}
	const selected = `SELECT id, vehicle_id, driver_id, revision, state, started_at, ended_at, zone, local_date, distance_m,
		duration_s, ev_distance_m, score, coalesce(low_confidence, 0), partial, harsh_braking, harsh_acceleration, harsh_cornering
		FROM trips WHERE vehicle_id IS NOT NULL AND (started_at, id) < (?, ?)`
	const ordered = ` ORDER BY started_at DESC, id DESC LIMIT ?`
	text, args := selected+ordered, []any{int64(before.StartedAt), before.ID, limit}
	if vehicle != "" {
		text, args = selected+` AND vehicle_id = ?`+ordered, []any{int64(before.StartedAt), before.ID, vehicle, limit}
	}
	rows, err := query(ctx, s.reader, scanTrip, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list trips of vehicle %q: %w", vehicle, err)
	}
	return rows, nil
}

func scanTrip(rows *sql.Rows) (r sinks.TripRow, err error) {
	err = rows.Scan(&r.ID, &r.VehicleID, &r.DriverID, &r.Revision, &r.State, &r.StartedAt, &r.EndedAt, &r.Zone,
		&r.LocalDate, &r.DistanceM, &r.DurationS, &r.EVDistanceM, &r.Score, &r.LowConfidence, &r.Partial,
		&r.HarshBraking, &r.HarshAcceleration, &r.HarshCornering)
	return r, err
}

// Trip gives one whole trip; sinks.ErrNotFound where there is none or it was
// withdrawn.
func (s *Store) Trip(ctx context.Context, id string) (*outcome.Trip, error) {
	trips, err := query(ctx, s.reader, scanBody[outcome.Trip], `SELECT body FROM trips WHERE id = ? AND body IS NOT NULL`, id)
	if err == nil && len(trips) == 0 {
		err = sinks.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read trip %s: %w", id, err)
	}
	return &trips[0], nil
}

// Events lists a trip's events in the order of their start.
func (s *Store) Events(ctx context.Context, trip string) ([]outcome.Event, error) {
	const text = `SELECT body FROM events WHERE trip_id = ? ORDER BY started_at, id`
	events, err := query(ctx, s.reader, scanBody[outcome.Event], text, trip)
	if err != nil {
		return nil, fmt.Errorf("list events of trip %s: %w", trip, err)
	}
	return events, nil
}

// Month gives a vehicle's month (YYYY-MM), one entry per driver in the order of
// their ids; none where the vehicle was not driven.
func (s *Store) Month(ctx context.Context, vehicle, month string) ([]outcome.Month, error) {
	const text = `SELECT body FROM months WHERE vehicle_id = ? AND month = ? ORDER BY driver_id, id`
	months, err := query(ctx, s.reader, scanBody[outcome.Month], text, vehicle, month)
	if err != nil {
		return nil, fmt.Errorf("read month %s of vehicle %s: %w", month, vehicle, err)
	}
	return months, nil
}

// Months lists the months (YYYY-MM) that a vehicle has, the latest first.
func (s *Store) Months(ctx context.Context, vehicle string) ([]string, error) {
	const text = `SELECT DISTINCT month FROM months WHERE vehicle_id = ? ORDER BY month DESC`
	months, err := query(ctx, s.reader, scanText, text, vehicle)
	if err != nil {
		return nil, fmt.Errorf("list months of vehicle %s: %w", vehicle, err)
	}
	return months, nil
}

// Vehicles lists the vehicles that have trips, by id.
func (s *Store) Vehicles(ctx context.Context) ([]sinks.VehicleRow, error) {
	const text = `SELECT vehicle_id, count(*), sum(distance_m), max(started_at) FROM trips
		WHERE vehicle_id IS NOT NULL GROUP BY vehicle_id ORDER BY vehicle_id`
	vehicles, err := query(ctx, s.reader, scanVehicle, text)
	if err != nil {
		return nil, fmt.Errorf("list vehicles: %w", err)
	}
	return vehicles, nil
}

func scanVehicle(rows *sql.Rows) (v sinks.VehicleRow, err error) {
	err = rows.Scan(&v.VehicleID, &v.Trips, &v.DistanceM, &v.LatestAt)
	return v, err
}

func scanText(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}

func scanBody[T any](rows *sql.Rows) (v T, err error) {
	var body sql.RawBytes
	if err := rows.Scan(&body); err != nil {
		return v, err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, fmt.Errorf("decode body: %w", err)
	}
	return v, nil
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// query reads all rows of a statement.
func query[T any](ctx context.Context, db querier, scan func(*sql.Rows) (T, error), text string, args ...any) (_ []T, err error) {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, classify(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, classify(rows.Err())
}
