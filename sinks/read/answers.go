package read

import (
	"context"
	"fmt"
	"slices"

	"milepost/outcome"
)

// answersAtOnce is of how many collisions one statement asks.
const answersAtOnce = 200

// Answers gives what was last answered to the question whether each was a collision, by
// the collision's id. Where nobody answered there is none.
func (m *Model) Answers(ctx context.Context, of []CollisionRow) (map[string]outcome.Answer, error) {
	answers := map[string]outcome.Answer{}
	for some := range slices.Chunk(of, answersAtOnce) {
		var vehicles, ids []string
		for i := range some {
			vehicles, ids = append(vehicles, some[i].VehicleID), append(ids, some[i].ID)
		}
		slices.Sort(vehicles)
		q := m.ask(m.as.addition, outcome.TypeAddition).among("vehicle_id", "?", slices.Compact(vehicles)).among("collision_id", m.as.ident, ids)
		added, err := facts[*outcome.Addition](ctx, m, q.latest("at, id"), outcome.TypeAddition)
		if err != nil {
			return nil, fmt.Errorf("read the answers to %d collisions: %w", len(ids), err)
		}
		for _, a := range added {
			if a.Kind == outcome.AdditionAnswer {
				answers[a.CollisionID] = a.Answer
			}
		}
	}
	return answers, nil
}
