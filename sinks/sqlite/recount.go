package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"milepost/outcome"
	"milepost/scoring"
)

// Recount sums months up from the trips that the store has. A run over a part of a
// vehicle's data knows only that part's trips: its months say which to sum, under
// which identity and from which revision on, and how many trips were withheld,
// which the store itself cannot know. The neighbours of each month are summed too,
// since a corrected zone moves a trip across a month's border. A month is written
// only where the sum differs from what stands there, with a higher revision; one
// without any trip is withdrawn. All happens in one transaction.
func (s *Store) Recount(ctx context.Context, months []*outcome.Month) error {
	if len(months) == 0 {
		return nil
	}
	err := s.inTransaction(ctx, func(tx *transaction) error {
		for _, at := range touched(months) {
			if err := tx.recount(ctx, at, months); err != nil {
				return fmt.Errorf("month %s of vehicle %s: %w", at.month, at.vehicle, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recount %d months in store %s: %w", len(months), s.path, err)
	}
	return nil
}

// vehicleMonth is one vehicle's month, whoever drove.
type vehicleMonth struct{ vehicle, month string }

// touched lists the months and their neighbours, each once, in order.
func touched(months []*outcome.Month) []vehicleMonth {
	set := map[vehicleMonth]bool{}
	for _, m := range months {
		first, err := time.Parse(monthLayout, m.Month)
		if err != nil {
			set[vehicleMonth{m.VehicleID, m.Month}] = true // recount says what is wrong with it
			continue
		}
		for step := -1; step <= 1; step++ {
			set[vehicleMonth{m.VehicleID, first.AddDate(0, step, 0).Format(monthLayout)}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(set), func(a, b vehicleMonth) int {
		return cmp.Or(cmp.Compare(a.vehicle, b.vehicle), cmp.Compare(a.month, b.month))
	})
}

const monthLayout = "2006-01"

func (t *transaction) recount(ctx context.Context, at vehicleMonth, given []*outcome.Month) error {
	known, err := t.knownMonths(at, given)
	if err != nil || len(known) == 0 {
		return err
	}
	sums, err := t.sumTrips(at)
	if err != nil {
		return err
	}
	for _, driver := range slices.Sorted(maps.Keys(known)) {
		m := known[driver]
		sum := cmp.Or(sums[driver], &scoring.Month{Name: at.month})
		sum.Withheld = m.WithheldTrips
		sum.Fill(m)
		m.State = outcome.Final
		if m.Trips == 0 && m.WithheldTrips == 0 {
			m.State = outcome.Withdrawn
		}
		if err := t.settleMonth(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// settleMonth writes a sum; to withdraw what was never there would be noise.
func (t *transaction) settleMonth(ctx context.Context, m *outcome.Month) error {
	if m.State == outcome.Withdrawn {
		var there bool
		const asked = `SELECT EXISTS (SELECT 1 FROM months WHERE id = ? AND state <> 'withdrawn')`
		if err := t.QueryRowContext(t.steady, asked, m.ID).Scan(&there); err != nil || !there {
			return err
		}
	}
	_, err := t.settle(ctx, m, true)
	return err
}

// knownMonths gives the drivers' months of a vehicle's month, by driver: those
// stored, and over them those given.
func (t *transaction) knownMonths(at vehicleMonth, given []*outcome.Month) (map[string]*outcome.Month, error) {
	known := map[string]*outcome.Month{}
	const text = `SELECT body FROM months WHERE vehicle_id = ? AND month = ?`
	stored, err := query(t.steady, t.Tx, scanBody[outcome.Month], text, at.vehicle, at.month)
	if err != nil {
		return nil, err
	}
	for i := range stored {
		known[stored[i].DriverID] = &stored[i]
	}
	for _, m := range given {
		if m.VehicleID != at.vehicle || m.Month != at.month {
			continue
		}
		c := *m
		if before := known[m.DriverID]; before != nil {
			c.WithheldTrips = max(c.WithheldTrips, before.WithheldTrips)
		}
		known[m.DriverID] = &c
	}
	return known, nil
}

// sumTrips sums the vehicle's trips of a local month by driver.
func (t *transaction) sumTrips(at vehicleMonth) (map[string]*scoring.Month, error) {
	first, err := time.Parse(monthLayout, at.month)
	if err != nil {
		return nil, err
	}
	// Local dates lie within a day of UTC. The index is by the start as it was first
	// seen, from which an amendment may have moved the start by as much as a trip is long.
	from, to := first.AddDate(0, 0, -3), first.AddDate(0, 1, 3)
	const text = `SELECT json_remove(body, '$.route', '$.receipt') FROM trips
		WHERE vehicle_id = ? AND at >= ? AND at < ? AND substr(local_date, 1, 7) = ?`
	trips, err := query(t.steady, t.Tx, scanBody[outcome.Trip], text, at.vehicle, from.UnixMicro(), to.UnixMicro(), at.month)
	if err != nil {
		return nil, fmt.Errorf("list its trips: %w", err)
	}
	sums := map[string]*scoring.Month{}
	for i := range trips {
		trip := &trips[i]
		if sums[trip.DriverID] == nil {
			sums[trip.DriverID] = &scoring.Month{Name: at.month}
		}
		share := scoring.ShareOf(trip)
		sums[trip.DriverID].Add(trip.LocalDate, &share, 1)
	}
	return sums, nil
}
