package sqlite

import (
	"context"
	"fmt"
)

// Maker tells who filled the store, as SetMaker last said; empty where nobody did.
func (s *Store) Maker(ctx context.Context) (string, error) {
	const text = `SELECT value FROM about WHERE name = 'made_by'`
	makers, err := query(ctx, s.reader, scanText, text)
	if err != nil {
		return "", fmt.Errorf("ask who made store %s: %w", s.path, err)
	}
	if len(makers) == 0 {
		return "", nil
	}
	return makers[0], nil
}

// SetMaker notes who fills the store. Who may throw a store away is decided by it.
func (s *Store) SetMaker(ctx context.Context, maker string) error {
	err := s.inTransaction(ctx, func(tx *transaction) error {
		const text = `INSERT INTO about VALUES ('made_by', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
		_, err := tx.ExecContext(ctx, text, maker)
		return err
	})
	if err != nil {
		return fmt.Errorf("note who made store %s: %w", s.path, err)
	}
	return nil
}

// Clear removes every outcome, tombstones too. Readers see the store as it was
// until Clear has returned.
func (s *Store) Clear(ctx context.Context) error {
	err := s.inTransaction(ctx, func(tx *transaction) error {
		for kind := range columns {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %ss", kind)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clear store %s: %w", s.path, err)
	}
	return nil
}
