package read

import (
	"context"
	"database/sql"
	"fmt"

	"milepost/outcome"
)

// Rows gives every row that a store has of a type, in a time, to do: replaced, repeated
// and withdrawn ones too, in no order, which costs a store less than any. A tombstone
// that says nothing of its time is left out. An error of do ends it and is returned.
func (m *Model) Rows(ctx context.Context, of outcome.Type, r Range, do func(Version) error) error {
	kind, known := m.as.whole[of]
	if !known {
		return fmt.Errorf("read rows: no table for outcomes of type %q", of)
	}
	q := m.ask(m.as.id+", method_version, revision, state, "+kind.columns, of).between(r.From, r.To)
	if r.Vehicle != "" {
		q.when("vehicle_id = ?", r.Vehicle)
	}
	err := m.each(ctx, q, func(rows *sql.Rows) (err error) {
		var v Version
		v.Fact, err = kind.scan(func(to ...any) error {
			return rows.Scan(append([]any{&v.ID, &v.MethodVersion, &v.Revision, &v.State}, to...)...)
		})
		if err != nil {
			return err
		}
		return do(v)
	})
	if err != nil {
		return fmt.Errorf("read all %ss: %w", of, err)
	}
	return nil
}
