package read

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"milepost/outcome"
)

// types in the order in which a stream gives them.
var types = []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth}

// vehicleBatch is how many vehicles' ids are held at a time.
const vehicleBatch = 1000

// Outcomes gives every whole fact of the range to do, vehicle by vehicle in the order of
// their ids; of each its trips, its events and its months, in the order of their keys.
// Withdrawn facts are left out. An error of do ends it and is returned. Memory does not
// grow with what is read, but for the ids of one account's trips in one vehicle.
func (m *Model) Outcomes(ctx context.Context, r Range, do func(outcome.Outcome) error) error {
	vehicles := []string{r.Vehicle}
	for after := ""; ; after = vehicles[len(vehicles)-1] {
		if r.Vehicle == "" {
			var err error
			if vehicles, err = m.vehiclesIn(ctx, r, after); err != nil {
				return fmt.Errorf("list the vehicles to read: %w", err)
			}
		}
		for _, vehicle := range vehicles {
			if err := m.outcomesOf(ctx, vehicle, r, do); err != nil {
				return fmt.Errorf("read all of vehicle %s: %w", vehicle, err)
			}
		}
		if r.Vehicle != "" || len(vehicles) == 0 {
			return nil
		}
	}
}

// vehiclesIn lists the next vehicles that have anything in the range.
func (m *Model) vehiclesIn(ctx context.Context, r Range, after string) ([]string, error) {
	from := types
	if r.Account != "" {
		// The account stands in trips alone, and one that began before the range may have
		// events in it.
		from, r = from[:1], Range{Account: r.Account}
	}
	var all []string
	for _, of := range from {
		ids, err := m.vehicleIDs(ctx, of, r, after, vehicleBatch)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), vehicleBatch)], nil
}

func (m *Model) outcomesOf(ctx context.Context, vehicle string, r Range, do func(outcome.Outcome) error) error {
	from := types
	if r.Account != "" {
		trips, err := m.tripsOfAccount(ctx, vehicle, r.Account)
		if err != nil {
			return err
		}
		from, do = from[:2], ofTrips(trips, do)
	}
	for _, of := range from {
		q := m.ask(m.as.whole[of].columns, of).when("vehicle_id = ?", vehicle).between(r.From, r.To)
		if err := m.eachFact(ctx, q.latest("at, id"), of, do); err != nil {
			return err
		}
	}
	return nil
}

// ofTrips lets through those trips and their events.
func ofTrips(trips map[string]bool, do func(outcome.Outcome) error) func(outcome.Outcome) error {
	return func(o outcome.Outcome) error {
		trip := o.Head().ID
		if e, ok := o.(*outcome.Event); ok {
			trip = e.TripID
		}
		if !trips[trip] {
			return nil
		}
		return do(o)
	}
}

// tripsOfAccount gives the ids of a vehicle's trips that count as the account's.
func (m *Model) tripsOfAccount(ctx context.Context, vehicle, account string) (map[string]bool, error) {
	q := m.ask(m.as.id+", account_id, state", outcome.TypeTrip).when("vehicle_id = ?", vehicle).latest("at, id")
	trips := map[string]bool{}
	return trips, m.each(ctx, q, func(rows *sql.Rows) error {
		var id, whose string
		var state outcome.State
		err := rows.Scan(&id, &whose, &state)
		if whose == account && state != outcome.Withdrawn {
			trips[id] = true
		}
		return err
	})
}
