package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// Maintain gives do a transaction that writes, for what is no writing of outcomes: it
// is committed unless do fails. Failures of the store are classified as Write's are.
func (s *Store) Maintain(ctx context.Context, do func(*sql.Tx) error) error {
	return s.inTransaction(ctx, func(tx *transaction) error { return do(tx.Tx) })
}

// Shrink gives room that nothing uses back to the file system, where that is at least a
// tenth of the file: the file is written anew, which takes as much room again for its
// time, and waits for no reader. It gives the bytes by which the file became smaller.
// Less room than that is left for outcomes to come.
func (s *Store) Shrink(ctx context.Context) (freed int64, err error) {
	const share = 10
	before, free, err := s.size(ctx)
	if err != nil || free == 0 || free < before/share {
		return 0, err
	}
	if _, err := s.writer.ExecContext(ctx, "VACUUM"); err != nil {
		return 0, fmt.Errorf("shrink store %s: %w", s.path, classify(err))
	}
	// The new file is in the log until it is moved.
	if err := s.checkpoint(); err != nil {
		return 0, err
	}
	after, _, err := s.size(ctx)
	return before - after, err
}

// size is that of the file and of the part of it that nothing uses, in bytes.
func (s *Store) size(ctx context.Context) (all, free int64, err error) {
	if s.writer == nil {
		return 0, 0, fmt.Errorf("shrink store %s: %w", s.path, errReading)
	}
	const asked = `SELECT page_count * page_size, freelist_count * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size`
	if err := s.writer.QueryRowContext(ctx, asked).Scan(&all, &free); err != nil {
		return 0, 0, fmt.Errorf("ask for the size of store %s: %w", s.path, classify(err))
	}
	return all, free, nil
}
