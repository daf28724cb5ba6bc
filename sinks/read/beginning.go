package read

import (
	"context"
	"fmt"
	"strings"

	"milepost/outcome"
)

// mostBeginning bounds what one beginning of an id is answered with.
const mostBeginning = 8

// CollisionsBeginning gives up to eight ids of collisions that begin with the hex digits,
// in order; none where they are no such digits. It costs what Collision does.
func (m *Model) CollisionsBeginning(ctx context.Context, vehicle, digits string) ([]string, error) {
	missing := max(0, len(noID)-len(digits))
	first, last := digits+strings.Repeat("0", missing), digits+strings.Repeat("f", missing)
	if !isID(first) {
		return nil, nil
	}
	q := m.ask(m.as.collisionRow.columns, outcome.TypeCollision)
	q.when("id >= "+m.as.ident+" AND id <= "+m.as.ident, first, last)
	if vehicle != "" {
		q.when("vehicle_id = ?", vehicle)
	}
	rows, err := all(ctx, m, q.latest("id").atMost(mostBeginning), m.as.collisionRow.scan)
	if err != nil {
		return nil, fmt.Errorf("look for collisions whose ids begin with %s: %w", digits, err)
	}
	var ids []string
	for i := range rows {
		if rows[i].State != outcome.Withdrawn {
			ids = append(ids, rows[i].ID)
		}
	}
	return ids, nil
}
