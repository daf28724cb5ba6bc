package read

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"milepost/outcome"
)

// The embedded store keeps one row a fact, and the whole fact as JSON beside the columns
// that queries use. A tombstone has no vehicle.
var sqliteForm = form{
	table:   table,
	where:   " WHERE ",
	live:    "vehicle_id IS NOT NULL",
	instant: "?",
	ident:   "?",
	id:      "id",
	single:  true,
	tripRow: `id, vehicle_id, at, driver_id, revision, state, started_at, ended_at, zone, local_date, distance_m, duration_s,
		ev_distance_m, score, coalesce(low_confidence, 0), partial, harsh_braking, harsh_acceleration, harsh_cornering, coalesce(speeding, 0),
		overspeed_m, limit_known_m, l_per_100km, kwh_per_100km, coalesce(advice, '')`,
	whole: map[outcome.Type]whole{
		outcome.TypeTrip:  {"at, body", scanBody[outcome.Trip]},
		outcome.TypeEvent: {"at, body", scanBody[outcome.Event]},
		outcome.TypeMonth: {"at, body", scanBody[outcome.Month]},

		outcome.TypeCollision: {"at, body", scanBody[outcome.Collision]},
		outcome.TypeAddition:  {"at, body, content", scanPhoto},
		outcome.TypeCharge:    {"at, body", scanBody[outcome.Charge]},
		outcome.TypeFactor:    {"at, body", scanBody[outcome.Factor]},
	},
	collisionRow: collisionList{"at, body", scanCollisionBody},
	addition:     "at, body, NULL",
}

// unscoredForm is that of a store whose trips have no columns of their coaching, from
// before there were charging sessions and factors.
var unscoredForm = func() form {
	f := sqliteForm
	f.table = func(of outcome.Type) string {
		switch of {
		case outcome.TypeTrip:
			return "(SELECT *, " + noCoaching + " FROM trips)"
		case outcome.TypeCharge, outcome.TypeFactor:
			return noScores
		}
		return table(of)
	}
	return f
}()

const noCoaching = "NULL AS l_per_100km, NULL AS kwh_per_100km, NULL AS advice"

// noScores has the columns of charging sessions and factors, and no row.
const noScores = `(SELECT '' AS id, NULL AS vehicle_id, 0 AS at, 1 AS method_version, 1 AS revision, '' AS state, '' AS account_id,
	'' AS policy_id, '' AS product, NULL AS body WHERE 0)`

// roadlessForm is that of a store whose trips have no columns of their roads either.
var roadlessForm = func() form {
	f := unscoredForm
	f.table = func(of outcome.Type) string {
		if of == outcome.TypeTrip {
			return "(SELECT *, " + noRoads + ", " + noCoaching + " FROM trips)"
		}
		return unscoredForm.table(of)
	}
	return f
}()

const noRoads = "0 AS speeding, NULL AS overspeed_m, NULL AS limit_known_m"

// uncollidedForm is that of a store from before there were collisions.
var uncollidedForm = func() form {
	f := roadlessForm
	f.table = func(of outcome.Type) string {
		if of == outcome.TypeCollision || of == outcome.TypeAddition {
			return noCollisions
		}
		return roadlessForm.table(of)
	}
	return f
}()

// noCollisions has the columns of collisions and additions, and no row.
const noCollisions = `(SELECT '' AS id, NULL AS vehicle_id, 0 AS at, 1 AS method_version, 1 AS revision, '' AS state, '' AS account_id,
	'' AS collision_id, NULL AS body, NULL AS content WHERE 0)`

// olderForm is that of a store from before the columns at and what came with it. The
// start is what identities were made of.
var olderForm = func() form {
	f := sqliteForm
	f.table = func(of outcome.Type) string {
		const from = "(SELECT *, 1 AS method_version, "
		switch of {
		case outcome.TypeTrip:
			return from + noRoads + ", " + noCoaching + ", started_at AS at, coalesce(json_extract(body, '$.account_id'), '') AS account_id FROM trips)"
		case outcome.TypeEvent:
			return from + "started_at AS at, json_extract(body, '$.lat') AS lat, json_extract(body, '$.lon') AS lon FROM events)"
		case outcome.TypeCollision, outcome.TypeAddition:
			return noCollisions
		case outcome.TypeCharge, outcome.TypeFactor:
			return noScores
		}
		return from + "unixepoch(json_extract(body, '$.at')) * 1000000 AS at FROM " + table(of) + ")"
	}
	return f
}()

// fact is a pointer to a type of outcome.
type fact[T any] interface {
	*T
	outcome.Outcome
}

// scanBody reads a whole fact; nil for a tombstone. The body's times are cut to the
// millisecond; the key is exact.
func scanBody[T any, F fact[T]](scan scanner) (outcome.Outcome, error) {
	var at sql.NullInt64
	var body sql.RawBytes
	if err := scan(&at, &body); err != nil || body == nil {
		return nil, err
	}
	o := F(new(T))
	if err := json.Unmarshal(body, o); err != nil {
		return nil, fmt.Errorf("decode body: %w", err)
	}
	o.Head().At = outcome.Time(at.Int64)
	return o, nil
}
