package sqlite

import (
	"context"
	"database/sql"
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
// the next checkpoint, at the latest when the store is closed.
func (s *Store) Write(ctx context.Context, batch []outcome.Outcome) error {
	if len(batch) == 0 {
		return nil
	}
	if err := s.write(ctx, batch); err != nil {
		return fmt.Errorf("write %d outcomes to store %s: %w", len(batch), s.path, classify(err))
	}
	return nil
}

func (s *Store) write(ctx context.Context, batch []outcome.Outcome) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	// With a context that can be cancelled the driver starts a goroutine per row.
	// The transaction watches ctx, and each row asks it.
	steady := context.WithoutCancel(ctx)
	upsert := make(map[outcome.Type]*sql.Stmt, len(s.upsert))
	for t, stmt := range s.upsert {
		upsert[t] = tx.StmtContext(steady, stmt)
	}
	var args []any
	for i, o := range batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if args, err = row(args[:0], o); err != nil {
			head := o.Head()
			return &sinks.OutcomeError{Index: i, Type: head.Type, ID: head.ID, Err: err}
		}
		if _, err := upsert[o.Head().Type].ExecContext(steady, args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
