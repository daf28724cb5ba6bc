package retention

import (
	"time"

	"milepost/outcome"
)

// Policy is how many days after its event time a type of outcome is kept; 0 is for ever.
// What was added to a collision goes when the collision goes, and after as many days of
// its own at the latest.
type Policy struct {
	Trips, Events, Months, Charges, Factors, Collisions int
}

// days is what the policy says of a table.
func (p Policy) days(table string) int {
	return map[string]int{trips: p.Trips, events: p.Events, months: p.Months, charges: p.Charges, factors: p.Factors,
		collisions: p.Collisions, additions: p.Collisions}[table]
}

const (
	trips  = "trips"
	events = "events"
	months = "months"

	charges = "charges"
	factors = "factors"

	collisions = "collisions"
	additions  = "additions"
)

// Additions come after collisions, which some of them lose.
var tables = []string{trips, events, months, charges, factors, collisions, additions}

// orphaned is how old an addition must be before the absence of its collision counts: a
// collision may be on its way to the store.
const orphaned = 24 * time.Hour

// limit is the time before which facts are too old.
func limit(now time.Time, days int) outcome.Time {
	return outcome.Time(now.AddDate(0, 0, -days).UnixMicro())
}

// Report says what became of a table.
type Report struct {
	Table string `json:"table"`
	Days  int    `json:"days"` // 0: kept for ever
	// Due are the rows past their time, and under no hold, that were there at first.
	Due        int64 `json:"due_rows"`
	Deleted    int64 `json:"deleted_rows"` // of these; what is left, the server's merges will delete
	Partitions int   `json:"dropped_partitions"`
	Held       int64 `json:"held_rows"`             // past their time, and kept by a hold
	Tombstones int64 `json:"deleted_tombstones"`    // of withdrawn facts, in an embedded store
	Orphans    int64 `json:"orphan_rows,omitempty"` // additions whose collision is withdrawn or gone: deleted
	// TTL is what was done with the server's own rule: set, removed or unchanged; empty
	// where the server has none.
	TTL string `json:"ttl,omitempty"`
}
