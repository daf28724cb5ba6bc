package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"milepost/outcome"
	"milepost/sinks"
)

// Write stores a batch in one transaction and returns after it is committed and
// on disk: what was acknowledged is durable. On an error nothing of the batch
// was written; sinks.Retryable tells whether to try again, a *sinks.OutcomeError
// names an outcome that no store could take.
//
// A fact replaces its own row when its revision is at least that row's; so
// batches may come again, and in any order. A withdrawn fact leaves a tombstone
// of id, revision and state, which only a higher revision replaces. What it
// removed is overwritten in the file, and gone from the write-ahead log after
// the next checkpoint, at the latest when the store is closed. So is what people
// added to a collision, whether it comes before the collision's withdrawal or after.
func (s *Store) Write(ctx context.Context, batch []outcome.Outcome) error {
	if len(batch) == 0 {
		return nil
	}
	err := s.inTransaction(ctx, func(tx *transaction) error {
		for i, o := range batch {
			if err := tx.put(ctx, o); err != nil {
				return numbered(err, i)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write %d outcomes to store %s: %w", len(batch), s.path, err)
	}
	return nil
}

// numbered tells an outcome's error where in the batch it stood.
func numbered(err error, i int) error {
	var culprit *sinks.OutcomeError
	if errors.As(err, &culprit) {
		culprit.Index = i
	}
	return err
}

var errReading = errors.New("it was opened for reading only")

// transaction is one write under way, with the statements bound to it.
type transaction struct {
	*sql.Tx
	steady context.Context //nolint:containedctx // see inTransaction
	upsert map[outcome.Type]*sql.Stmt
	stored map[outcome.Type]*sql.Stmt
	args   []any
}

// inTransaction commits what do wrote, or nothing of it.
func (s *Store) inTransaction(ctx context.Context, do func(*transaction) error) error {
	if s.writer == nil {
		return errReading
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return classify(err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	// With a context that can be cancelled the driver starts a goroutine per row.
	// The transaction watches ctx, and each row asks it.
	t := &transaction{Tx: tx, steady: context.WithoutCancel(ctx),
		upsert: make(map[outcome.Type]*sql.Stmt, len(s.upsert)), stored: make(map[outcome.Type]*sql.Stmt, len(s.stored))}
	for kind, stmt := range s.upsert {
		t.upsert[kind] = tx.StmtContext(t.steady, stmt)
	}
	for kind, stmt := range s.stored {
		t.stored[kind] = tx.StmtContext(t.steady, stmt)
	}
	if err := do(t); err != nil {
		return classify(err)
	}
	return classify(tx.Commit())
}

// put upserts one outcome.
func (t *transaction) put(ctx context.Context, o outcome.Outcome) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.args, err = row(t.args[:0], o); err != nil {
		head := o.Head()
		return &sinks.OutcomeError{Type: head.Type, ID: head.ID, Err: err}
	}
	if _, err = t.upsert[o.Head().Type].ExecContext(t.steady, t.args...); err != nil {
		return err
	}
	return t.removeAdditions(o)
}

// removeAdditions deletes what was added to a collision that is withdrawn, whichever of
// the two comes last.
func (t *transaction) removeAdditions(o outcome.Outcome) (err error) {
	const withdrawn = `DELETE FROM additions WHERE collision_id = ?1
		AND EXISTS (SELECT 1 FROM collisions WHERE id = ?1 AND state = 'withdrawn')`
	switch o := o.(type) {
	case *outcome.Collision:
		if o.State == outcome.Withdrawn {
			_, err = t.ExecContext(t.steady, withdrawn, o.ID)
		}
	case *outcome.Addition:
		_, err = t.ExecContext(t.steady, withdrawn, o.CollisionID)
	}
	return err
}
