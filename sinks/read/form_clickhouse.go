package read

import "milepost/outcome"

// The store of record keeps every version of a fact until a merge replaces it, and each
// field in a column of its own. Conditions are PREWHERE: the columns of a whole fact are
// read only where the conditions hold. A bound integer is of the least type that fits,
// hence toInt64.
var clickhouseForm = form{
	table:    table,
	where:    " PREWHERE ",
	instant:  "fromUnixTimestamp64Micro(toInt64(?))",
	ident:    "toFixedString(unhex(?), 16)",
	id:       "lower(hex(id))",
	versions: ", method_version DESC, revision DESC LIMIT 1 BY id",
	tripRow: `lower(hex(id)), vehicle_id, at, driver_id, revision, state, started_at, ended_at, zone, toString(local_date),
		distance_m, duration_s, ev_distance_m, score, low_confidence, partial, harsh_braking, harsh_acceleration, harsh_cornering,
		speeding, overspeed_m, limit_known_m, l_per_100km, kwh_per_100km, advice`,
	whole: map[outcome.Type]whole{
		outcome.TypeTrip:  {tripColumns, scanTrip},
		outcome.TypeEvent: {eventColumns, scanEvent},
		outcome.TypeMonth: {monthColumns, scanMonth},

		outcome.TypeCollision: {collisionColumns, scanCollision},
		outcome.TypeAddition:  {additionColumns + ", content", scanAddition},
		outcome.TypeCharge:    {chargeColumns, scanCharge},
		outcome.TypeFactor:    {factorColumns, scanFactor},
	},
	collisionRow: collisionList{collisionRowColumns, scanCollisionRow},
	addition:     additionColumns + ", ''",
}

// plainForm is that of tables made on a server that has no DateTime64.
var plainForm = func() form {
	f := clickhouseForm
	f.instant = "?"
	return f
}()
