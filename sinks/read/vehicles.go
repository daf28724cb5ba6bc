package read

import (
	"context"
	"database/sql"
	"fmt"

	"milepost/outcome"
)

// Vehicles lists up to limit vehicles that have trips, by id: those that follow the
// vehicle after, or from the beginning where it is empty.
func (m *Model) Vehicles(ctx context.Context, after string, limit int) ([]VehicleRow, error) {
	var page []VehicleRow
	for len(page) < limit {
		asked := limit - len(page)
		ids, err := m.vehicleIDs(ctx, outcome.TypeTrip, Range{}, after, asked)
		if err != nil || len(ids) == 0 {
			return page, wrapVehicles(err)
		}
		last := ids[len(ids)-1]
		rows, err := m.vehiclesBetween(ctx, after, last)
		if err != nil {
			return nil, wrapVehicles(err)
		}
		page = append(page, rows...)
		if len(ids) < asked {
			break
		}
		after = last
	}
	return page, nil
}

func wrapVehicles(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("list vehicles: %w", err)
}

// vehicleIDs lists up to limit vehicles of which a table has any row in the range,
// withdrawn ones too.
func (m *Model) vehicleIDs(ctx context.Context, of outcome.Type, r Range, after string, limit int) ([]string, error) {
	q := m.ask("DISTINCT vehicle_id", of).when("vehicle_id > ?", after).between(r.From, r.To)
	if r.Account != "" {
		q.when("account_id = ?", r.Account)
	}
	return all(ctx, m, q.add(" ORDER BY vehicle_id").atMost(limit), scanText)
}

// vehiclesBetween sums up the vehicles after < id <= last.
func (m *Model) vehiclesBetween(ctx context.Context, after, last string) ([]VehicleRow, error) {
	q := m.ask("vehicle_id, at, distance_m, state", outcome.TypeTrip).when("vehicle_id > ?", after).
		when("vehicle_id <= ?", last).latest("vehicle_id, at, id")
	var out []VehicleRow
	err := m.each(ctx, q, func(rows *sql.Rows) error {
		var trip VehicleRow
		var state outcome.State
		if err := rows.Scan(&trip.VehicleID, instant{&trip.LatestAt}, &trip.DistanceM, &state); err != nil {
			return err
		}
		if state == outcome.Withdrawn {
			return nil
		}
		if len(out) == 0 || out[len(out)-1].VehicleID != trip.VehicleID {
			out = append(out, VehicleRow{VehicleID: trip.VehicleID})
		}
		v := &out[len(out)-1]
		v.Trips++
		v.DistanceM += trip.DistanceM
		v.LatestAt = trip.LatestAt
		return nil
	})
	return out, err
}

func scanText(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}
