package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"milepost/outcome"
	"milepost/sinks"
)

// Settle makes the store say of these drives what the run says that they come
// from, in one transaction. A fact that the store has otherwise is written over
// with a higher revision, one that it has the same is left alone, and events of a
// drive's trip that the run did not find are removed: so the same recording
// changes nothing, and a corrected one replaces the trips that it gives under the
// same identity. A trip whose start the correction moved is another trip: the old
// one stays beside it, and Recount puts both into their month. What was withdrawn
// stays so unless the run's own revision is higher.
//
// A drive is settled once a run, when nothing more comes of it; where more did come, it
// is settled again and marked so.
//
// It is for recordings, and not for a store that live vehicles are written to: they
// know nothing of the revisions that are given here, and what they write next under a
// lower one is ignored.
func (s *Store) Settle(ctx context.Context, drives []sinks.Drive) error {
	if len(drives) == 0 {
		return nil
	}
	err := s.inTransaction(ctx, func(tx *transaction) error {
		for i := range drives {
			if err := tx.settleDrive(ctx, &drives[i]); err != nil {
				return numbered(err, i)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write %d drives to store %s: %w", len(drives), s.path, err)
	}
	return nil
}

// SettleFacts makes the store say of these collisions, charging sessions and factors what the
// run says that they come from, in one transaction, by the rules of Settle. What people added
// to a collision stays, and so does a factor that was issued: only a newer method replaces it.
func (s *Store) SettleFacts(ctx context.Context, facts []outcome.Outcome) error {
	if len(facts) == 0 {
		return nil
	}
	err := s.inTransaction(ctx, func(tx *transaction) error {
		for i, o := range facts {
			if frozen, err := tx.frozen(o); err != nil || frozen {
				if err != nil {
					return numbered(err, i)
				}
				continue
			}
			if _, err := tx.settle(ctx, o, false); err != nil {
				return numbered(err, i)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write %d facts to store %s: %w", len(facts), s.path, err)
	}
	return nil
}

// frozen reports whether the store has the factor issued, by this method or a newer one.
func (t *transaction) frozen(o outcome.Outcome) (issued bool, err error) {
	f, ok := o.(*outcome.Factor)
	if !ok {
		return false, nil
	}
	method, err := outcome.MethodVersion(f.Method)
	if err != nil {
		return false, &sinks.OutcomeError{Type: f.Type, ID: f.ID, Err: err}
	}
	const asked = `SELECT EXISTS (SELECT 1 FROM factors WHERE id = ? AND stage = 'issued' AND method_version >= ?)`
	err = t.QueryRowContext(t.steady, asked, f.ID, int64(method)).Scan(&issued)
	return issued, err
}

func (t *transaction) settleDrive(ctx context.Context, d *sinks.Drive) error {
	kept := map[string]bool{}
	if d.Trip != nil {
		state, err := t.settle(ctx, d.Trip, false)
		if err != nil {
			return err
		}
		if state == outcome.Withdrawn {
			return t.removeOthers(d.Trip.ID, kept)
		}
	}
	for _, e := range d.Events {
		if _, err := t.settle(ctx, e, false); err != nil {
			return err
		}
		kept[e.ID] = true
	}
	if d.Trip == nil || d.More {
		return nil
	}
	return t.removeOthers(d.Trip.ID, kept)
}

// settle writes a fact where the store does not have it the same, with a higher
// revision than the one it replaces. A tombstone yields to a higher revision, or
// where revive says so. It gives the state in which the fact now stands.
func (t *transaction) settle(ctx context.Context, o outcome.Outcome, revive bool) (outcome.State, error) {
	head := o.Head()
	// An unknown type has no statement: put says so.
	if t.stored[head.Type] == nil {
		return "", t.put(ctx, o)
	}
	var stored uint16
	var revision uint32
	var state outcome.State
	var body string
	err := t.stored[head.Type].QueryRowContext(t.steady, head.ID).Scan(&stored, &revision, &state, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return outcome.StateOf(o), t.put(ctx, o)
	}
	if err != nil {
		return "", err
	}
	method, err := outcome.MethodVersion(outcome.MethodOf(o))
	if err != nil {
		return "", &sinks.OutcomeError{Type: head.Type, ID: head.ID, Err: err}
	}
	newer := method > stored || method == stored && head.Revision > revision
	if state == outcome.Withdrawn && (outcome.StateOf(o) == outcome.Withdrawn || !newer && !revive) {
		return state, nil
	}
	// What a withdrawn fact still carries says nothing: it goes, whatever that is.
	if outcome.StateOf(o) != outcome.Withdrawn {
		if same, err := equalBody(revised(o, revision, state), body); err != nil || same {
			return state, err
		}
	}
	if !newer {
		o = revised(o, revision+1, amended(o))
	}
	return outcome.StateOf(o), t.put(ctx, o)
}

// equalBody reports whether the fact reads as the stored text does.
func equalBody(o outcome.Outcome, body string) (bool, error) {
	now, err := encode(o)
	if err != nil {
		head := o.Head()
		return false, &sinks.OutcomeError{Type: head.Type, ID: head.ID, Err: err}
	}
	return now == body, nil
}

// revised is a copy of the fact with another revision and state.
func revised(o outcome.Outcome, revision uint32, state outcome.State) outcome.Outcome {
	switch o := o.(type) {
	case *outcome.Trip:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	case *outcome.Event:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	case *outcome.Month:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	case *outcome.Collision:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	case *outcome.Charge:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	case *outcome.Factor:
		c := *o
		c.Revision, c.State = revision, state
		return &c
	}
	return o
}

// amended is the state of a fact that replaces one. A month is summed up again
// with every trip, and final each time; a collision may stay open.
func amended(o outcome.Outcome) outcome.State {
	switch state := outcome.StateOf(o); {
	case state == outcome.Withdrawn, state == outcome.Open, o.Head().Type == outcome.TypeMonth:
		return state
	}
	return outcome.Amended
}

// removeOthers deletes the trip's events but those kept.
func (t *transaction) removeOthers(trip string, kept map[string]bool) error {
	ids, err := query(t.steady, t.Tx, scanText, `SELECT id FROM events WHERE trip_id = ?`, trip)
	if err != nil {
		return fmt.Errorf("list events of trip %s: %w", trip, err)
	}
	for _, id := range ids {
		if kept[id] {
			continue
		}
		if _, err := t.ExecContext(t.steady, `DELETE FROM events WHERE id = ?`, id); err != nil {
			return fmt.Errorf("remove event %s of trip %s: %w", id, trip, err)
		}
	}
	return nil
}
