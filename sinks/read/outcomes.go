package read

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"milepost/outcome"
)

// types in the order in which a stream gives them.
var types = []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor,
	outcome.TypeCollision, outcome.TypeAddition}

// vehicleBatch is how many vehicles' ids are held at a time.
const vehicleBatch = 1000

// Outcomes gives every whole fact of the range to do, vehicle by vehicle in the order of
// their ids; of each its trips, its events, its months, its charging sessions, its factors,
// its collisions and what was added to these, whenever that was, in the order of their keys. Withdrawn facts are left out,
// and so is what was added to a collision that is not there. An error of do ends it and is
// returned. Memory does not grow with what is read, but for the ids of a vehicle's
// collisions and of one account's trips in it.
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
		// One that began before the range may have events in it.
		from, r = ofAccounts, Range{Account: r.Account}
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

// ofAccounts are the types that name an account.
var ofAccounts = []outcome.Type{outcome.TypeTrip, outcome.TypeCharge, outcome.TypeCollision}

// ofNoAccount are those that belong to a vehicle and a driver, or a policy.
var ofNoAccount = []outcome.Type{outcome.TypeMonth, outcome.TypeFactor}

func (m *Model) outcomesOf(ctx context.Context, vehicle string, r Range, do func(outcome.Outcome) error) error {
	shown := map[outcome.Type]ids{}
	for _, of := range ofAccounts {
		if r.Account == "" && of != outcome.TypeCollision {
			continue // an event is shown whatever its trip
		}
		var err error
		if shown[of], err = m.liveOf(ctx, of, vehicle, r); err != nil {
			return err
		}
	}
	do = among(shown, do)
	for _, of := range types {
		if of == outcome.TypeAddition || r.Account != "" && slices.Contains(ofNoAccount, of) {
			continue
		}
		q := m.ask(m.as.whole[of].columns, of).when("vehicle_id = ?", vehicle).between(r.From, r.To)
		if err := m.eachFact(ctx, q.latest("at, id"), of, do); err != nil {
			return err
		}
	}
	return m.additionsOf(ctx, vehicle, shown[outcome.TypeCollision], do)
}

// additionsOf gives what was added to a vehicle's collisions, photos one by one: a server
// that sorts them would hold them all.
func (m *Model) additionsOf(ctx context.Context, vehicle string, collisions ids, do func(outcome.Outcome) error) error {
	if len(collisions) == 0 {
		return nil
	}
	q := m.ask(m.as.addition, outcome.TypeAddition).when("vehicle_id = ?", vehicle)
	additions, err := facts[*outcome.Addition](ctx, m, q.latest("at, id"), outcome.TypeAddition)
	if err != nil {
		return err
	}
	for _, a := range additions {
		if !collisions.has(a.CollisionID) {
			continue
		}
		whole := []*outcome.Addition{a}
		if a.Kind == outcome.AdditionPhoto {
			if whole, err = m.photo(ctx, IdentityOf(a)); err != nil {
				return err
			}
		}
		for _, a := range whole { // none, where it was withdrawn meanwhile
			if err := do(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// ids are those of facts that are shown; nil where all are.
type ids map[string]bool

func (s ids) has(id string) bool { return s == nil || s[id] }

// among lets through what is shown, and what belongs to that.
func among(shown map[outcome.Type]ids, do func(outcome.Outcome) error) func(outcome.Outcome) error {
	return func(o outcome.Outcome) error {
		of, id := o.Head().Type, o.Head().ID
		switch o := o.(type) {
		case *outcome.Event:
			of, id = outcome.TypeTrip, o.TripID
		case *outcome.Addition:
			of, id = outcome.TypeCollision, o.CollisionID
		}
		if !shown[of].has(id) {
			return nil
		}
		return do(o)
	}
}

// liveOf gives the ids of a vehicle's facts of one type, of collisions those in the range, that are
// not withdrawn and, where the range is of an account, count as the account's.
func (m *Model) liveOf(ctx context.Context, of outcome.Type, vehicle string, r Range) (ids, error) {
	q := m.ask(m.as.id+", account_id, state", of).when("vehicle_id = ?", vehicle)
	if of == outcome.TypeCollision {
		q.between(r.From, r.To)
	}
	live := ids{}
	return live, m.each(ctx, q.latest("at, id"), func(rows *sql.Rows) error {
		var id, whose string
		var state outcome.State
		err := rows.Scan(&id, &whose, &state)
		if (r.Account == "" || whose == r.Account) && state != outcome.Withdrawn {
			live[id] = true
		}
		return err
	})
}
