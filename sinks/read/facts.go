package read

import (
	"context"
	"database/sql"

	"milepost/outcome"
)

// facts reads all whole facts of a statement but those withdrawn.
func facts[F outcome.Outcome](ctx context.Context, m *Model, q *statement, of outcome.Type) (out []F, err error) {
	return out, m.eachFact(ctx, q, of, func(o outcome.Outcome) error {
		out = append(out, o.(F))
		return nil
	})
}

// eachFact calls do with every whole fact of a statement, as it comes, but those
// withdrawn.
func (m *Model) eachFact(ctx context.Context, q *statement, of outcome.Type, do func(outcome.Outcome) error) error {
	scan := m.as.whole[of].scan
	return m.each(ctx, q, func(rows *sql.Rows) error {
		o, err := scan(rows.Scan)
		if err != nil || outcome.StateOf(o) == outcome.Withdrawn {
			return err
		}
		return do(o)
	})
}

// counted reads all whole facts of a statement but those withdrawn, with the number of all
// and the key of the last.
func counted[F outcome.Outcome](ctx context.Context, m *Model, q *statement, of outcome.Type) (out []F, rows int, last Key, err error) {
	scan := m.as.whole[of].scan
	err = m.each(ctx, q, func(r *sql.Rows) error {
		o, err := scan(r.Scan)
		if err != nil {
			return err
		}
		rows, last = rows+1, IdentityOf(o).Key
		if outcome.StateOf(o) != outcome.Withdrawn {
			out = append(out, o.(F))
		}
		return nil
	})
	return out, rows, last, err
}
