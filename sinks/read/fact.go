package read

import (
	"context"
	"fmt"

	"milepost/outcome"
)

// Fact gives one whole fact of a type by its id; ErrNotFound where there is none or it was
// withdrawn. An empty vehicle means whichever it is: a server that has no index of ids then
// looks through the ids of all facts of the type.
func (m *Model) Fact(ctx context.Context, of outcome.Type, vehicle, id string) (outcome.Outcome, error) {
	kind, known := m.as.whole[of]
	if !known {
		return nil, fmt.Errorf("read a fact: no table for outcomes of type %q", of)
	}
	if !isID(id) {
		return nil, fmt.Errorf("read %s %q: %w", of, id, ErrNotFound)
	}
	q := m.ask(kind.columns, of).when("id = "+m.as.ident, id)
	if vehicle != "" {
		q.when("vehicle_id = ?", vehicle)
	}
	found, err := facts[outcome.Outcome](ctx, m, q.latest("at, id"), of)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", of, id, err)
	}
	return found[0], nil
}
