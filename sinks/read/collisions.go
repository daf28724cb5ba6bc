package read

import (
	"context"
	"fmt"
	"slices"

	"milepost/outcome"
)

// CollisionFilter says which collisions a list gives. Zero fields leave open.
type CollisionFilter struct {
	Vehicle  string
	From, To outcome.Time       // of time zero: From <= At < To
	Least    outcome.Confidence // and whatever is surer
}

// Collisions lists up to limit collisions, the latest first: those that follow the key
// before, or from the list's beginning where it is zero.
func (m *Model) Collisions(ctx context.Context, which CollisionFilter, before Key, limit int) ([]CollisionRow, error) {
	var page []CollisionRow
	for len(page) < limit {
		asked := limit - len(page)
		rows, err := m.collisionsBefore(ctx, which, before, asked)
		if err != nil {
			return nil, fmt.Errorf("list collisions of vehicle %q: %w", which.Vehicle, err)
		}
		for i := range rows {
			if rows[i].State != outcome.Withdrawn && rows[i].Confidence.AtLeast(which.Least) {
				page = append(page, rows[i])
			}
		}
		if len(rows) < asked {
			break
		}
		before = rows[len(rows)-1].Key()
	}
	return page, nil
}

func (m *Model) collisionsBefore(ctx context.Context, which CollisionFilter, before Key, limit int) ([]CollisionRow, error) {
	q := m.ask(m.as.collisionRow.columns, outcome.TypeCollision)
	if which.Vehicle != "" {
		q.when("vehicle_id = ?", which.Vehicle)
	}
	q.between(which.From, which.To).before(before)
	return all(ctx, m, q.latest("at DESC, id DESC").atMost(limit), m.as.collisionRow.scan)
}

// CollisionRecord is a collision with what people added to it.
type CollisionRecord struct {
	Collision *outcome.Collision `json:"collision"`
	// Answer is the newest that was given to the question whether it was one; empty
	// where nobody answered.
	Answer outcome.Answer `json:"answer,omitempty"`
	// Additions stand in the order of their times. Photos are without their contents,
	// which Photo gives.
	Additions []*outcome.Addition `json:"additions"`
}

// Collision gives one collision with its additions; ErrNotFound where there is none or
// it was withdrawn. An empty vehicle means whichever it is: a server that has no index of
// ids then looks through the ids of all collisions.
func (m *Model) Collision(ctx context.Context, vehicle, id string) (*CollisionRecord, error) {
	c, err := m.collision(ctx, vehicle, id)
	if err != nil {
		return nil, fmt.Errorf("read collision %s: %w", id, err)
	}
	r := &CollisionRecord{Collision: c}
	if r.Additions, err = m.additions(ctx, c); err != nil {
		return nil, fmt.Errorf("list what was added to collision %s: %w", id, err)
	}
	r.Answer = newestAnswer(r.Additions)
	return r, nil
}

func (m *Model) collision(ctx context.Context, vehicle, id string) (*outcome.Collision, error) {
	if !isID(id) {
		return nil, ErrNotFound
	}
	q := m.ask(m.as.whole[outcome.TypeCollision].columns, outcome.TypeCollision).when("id = "+m.as.ident, id)
	if vehicle != "" {
		q.when("vehicle_id = ?", vehicle)
	}
	found, err := facts[*outcome.Collision](ctx, m, q.latest("at, id"), outcome.TypeCollision)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (m *Model) additions(ctx context.Context, of *outcome.Collision) ([]*outcome.Addition, error) {
	q := m.ask(m.as.addition, outcome.TypeAddition).when("vehicle_id = ?", of.VehicleID).when("collision_id = "+m.as.ident, of.ID)
	return facts[*outcome.Addition](ctx, m, q.latest("at, id"), outcome.TypeAddition)
}

func newestAnswer(from []*outcome.Addition) outcome.Answer {
	for _, a := range slices.Backward(from) {
		if a.Kind == outcome.AdditionAnswer {
			return a.Answer
		}
	}
	return ""
}

// Photo gives a photo's bytes; ErrNotFound where there is no such addition, or it was
// withdrawn.
func (m *Model) Photo(ctx context.Context, which Identity) ([]byte, error) {
	found, err := m.photo(ctx, which)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read photo %s: %w", which.ID, err)
	}
	return found[0].Content, nil
}

func (m *Model) photo(ctx context.Context, which Identity) ([]*outcome.Addition, error) {
	if !isID(which.ID) {
		return nil, nil
	}
	q := m.ask(m.as.whole[outcome.TypeAddition].columns, outcome.TypeAddition).when("vehicle_id = ?", which.VehicleID)
	if which.At != 0 {
		q.between(which.At-which.At%cut, which.At+cut)
	}
	q.when("id = "+m.as.ident, which.ID)
	return facts[*outcome.Addition](ctx, m, q.latest("at, id"), outcome.TypeAddition)
}
