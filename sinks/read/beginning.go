package read

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"milepost/outcome"
)

// mostBeginning bounds what one beginning of an id is answered with.
const mostBeginning = 8

// CollisionsBeginning gives up to eight ids of collisions that begin with the hex digits,
// in order; none where they are no such digits. It costs what Collision does.
func (m *Model) CollisionsBeginning(ctx context.Context, vehicle, digits string) ([]string, error) {
	return m.Beginning(ctx, outcome.TypeCollision, vehicle, digits)
}

// Beginning gives up to eight ids of facts of one type that begin with the hex digits, in
// order; none where they are no such digits. It costs what Fact does.
func (m *Model) Beginning(ctx context.Context, of outcome.Type, vehicle, digits string) ([]string, error) {
	missing := max(0, len(noID)-len(digits))
	first, last := digits+strings.Repeat("0", missing), digits+strings.Repeat("f", missing)
	if !isID(first) {
		return nil, nil
	}
	q := m.ask(m.as.id+", state", of)
	q.when("id >= "+m.as.ident+" AND id <= "+m.as.ident, first, last)
	if vehicle != "" {
		q.when("vehicle_id = ?", vehicle)
	}
	var ids []string
	err := m.each(ctx, q.latest("id").atMost(mostBeginning), func(rows *sql.Rows) error {
		var id string
		var state outcome.State
		err := rows.Scan(&id, &state)
		if state != outcome.Withdrawn {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for %ss whose ids begin with %s: %w", of, digits, err)
	}
	return ids, nil
}
