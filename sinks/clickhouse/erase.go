package clickhouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"milepost/outcome"
	"milepost/sinks"
)

// Eraser is the sinks.Eraser of the store of record. Rows go by mutations, which write
// the parts of the tables anew. A server keeps the text of its mutations for a while, so
// they name no one: vehicles and accounts by SHA-256, facts by their ids.
type Eraser struct {
	db     *sql.DB
	layout Layout
	poll   time.Duration
	server version
	// patience is how long a mutation may fail without a break.
	patience time.Duration

	replaced map[string]bool // parts that mutations have replaced, by path
}

// NewEraser makes an eraser for the database that db is connected to.
func NewEraser(ctx context.Context, db *sql.DB, l Layout) (*Eraser, error) {
	s, err := openSession(ctx, db, l)
	if err != nil {
		return nil, err
	}
	e := &Eraser{db: db, layout: l, poll: time.Second, server: s.server, patience: 10 * time.Minute, replaced: map[string]bool{}}
	return e, s.close()
}

// erasedTables in the order in which they are worked on: what else is an account's is
// known by its collisions and trips.
var erasedTables = []outcome.Type{outcome.TypeEvent, outcome.TypeMonth, outcome.TypeFactor, outcome.TypeCharge, outcome.TypeAddition, outcome.TypeCollision,
	outcome.TypeTrip, sinks.Hold}

// Count implements sinks.Eraser.
func (e *Eraser) Count(ctx context.Context, whose sinks.Subject) (sinks.Rows, error) {
	conditions, err := e.conditions(ctx, whose)
	if err != nil {
		return nil, err
	}
	rows := sinks.Rows{}
	for _, kind := range erasedTables {
		for _, condition := range conditions[kind] {
			n, err := e.number(ctx, fmt.Sprintf(`SELECT toInt64(count()) FROM %ss WHERE %s`, kind, condition))
			if err != nil {
				return nil, fmt.Errorf("count what ClickHouse holds of someone: %w", err)
			}
			if n > 0 {
				rows[kind] += n
			}
		}
	}
	return rows, nil
}

func (e *Eraser) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = e.db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// Held is sinks.ErrHeld where any row to erase is kept for a dispute.
func (e *Eraser) Held(ctx context.Context, whose sinks.Subject) error {
	conditions, err := e.conditions(ctx, whose)
	if err != nil {
		return err
	}
	return e.notHeld(ctx, whose, conditions)
}

// Erase implements sinks.Eraser.
func (e *Eraser) Erase(ctx context.Context, whose sinks.Subject) error {
	conditions, err := e.conditions(ctx, whose)
	if err != nil {
		return err
	}
	if err := e.notHeld(ctx, whose, conditions); err != nil {
		return err
	}
	for _, kind := range erasedTables {
		for _, condition := range conditions[kind] {
			if err := e.delete(ctx, kind, condition); err != nil {
				return fmt.Errorf("erase %ss from ClickHouse: %w", kind, err)
			}
		}
	}
	return nil
}

// standing counts the holds on a vehicle that are not released.
const standing = `SELECT toInt64(count()) FROM (SELECT released FROM holds WHERE %s ORDER BY id, revision DESC LIMIT 1 BY id) WHERE released = 0`

func (e *Eraser) notHeld(ctx context.Context, whose sinks.Subject, conditions map[outcome.Type][]string) error {
	if whose.Vehicle != "" {
		n, err := e.number(ctx, fmt.Sprintf(standing, sha("vehicle_id", whose.Vehicle)))
		if err != nil {
			return fmt.Errorf("look for holds: %w", err)
		}
		if n > 0 {
			return fmt.Errorf("%d holds: %w", n, sinks.ErrHeld)
		}
	}
	if whose.Collision != "" {
		if err := e.notOver(ctx, conditions[outcome.TypeCollision][0]); err != nil {
			return err
		}
	}
	for _, kind := range erasedTables {
		if kind == sinks.Hold {
			continue
		}
		for _, condition := range conditions[kind] {
			n, err := e.number(ctx, fmt.Sprintf(`SELECT toInt64(count()) FROM %ss WHERE held = 1 AND (%s)`, kind, condition))
			if err != nil {
				return fmt.Errorf("look for held rows: %w", err)
			}
			if n > 0 {
				return fmt.Errorf("%d %ss: %w", n, kind, sinks.ErrHeld)
			}
		}
	}
	return nil
}

// sha is how conditions name someone.
func sha(column, id string) string {
	sum := sha256.Sum256([]byte(id))
	return fmt.Sprintf(`lower(hex(SHA256(%s))) = '%s'`, column, hex.EncodeToString(sum[:]))
}

// conditions are those of the rows to erase, by table; together they are all of them.
func (e *Eraser) conditions(ctx context.Context, whose sinks.Subject) (map[outcome.Type][]string, error) {
	all := map[outcome.Type][]string{}
	if whose.Collision != "" {
		return ofCollision(whose.Collision)
	}
	if whose.Account == "" {
		for _, kind := range erasedTables {
			all[kind] = []string{sha("vehicle_id", whose.Vehicle)}
		}
		return all, nil
	}
	drives, err := e.drivesOf(ctx, whose.Account)
	if err != nil {
		return nil, fmt.Errorf("list the trips of an account: %w", err)
	}
	for vehicle, d := range drives {
		who := sha("vehicle_id", vehicle)
		all[outcome.TypeEvent] = append(all[outcome.TypeEvent], oneOf(who, "hex(trip_id)", d.trips)...)
		all[outcome.TypeMonth] = append(all[outcome.TypeMonth], oneOf(who, "hex(id)", d.months)...)
		all[outcome.TypeFactor] = append(all[outcome.TypeFactor], oneOf(who, "hex(id)", d.factors)...)
		// Versions before the one that counts may have been written without the account: where
		// only those with it went, they would be what readers see. So they go first.
		all[outcome.TypeTrip] = append(all[outcome.TypeTrip], oneOf(who+" AND state != 'withdrawn' AND NOT "+sha("account_id", whose.Account), "hex(id)", d.trips)...)
	}
	all[outcome.TypeTrip] = append(all[outcome.TypeTrip], sha("account_id", whose.Account))
	if err := e.factsOf(ctx, outcome.TypeCharge, whose.Account, all, nil); err != nil {
		return nil, err
	}
	return all, e.collisionsOf(ctx, whose.Account, all)
}

// oneOf makes conditions of lists that a server's limit of a statement's length allows.
func oneOf(who, column string, values []string) (all []string) {
	const most = 1000
	for len(values) > 0 {
		n := min(most, len(values))
		all = append(all, fmt.Sprintf(`%s AND %s IN ('%s')`, who, column, strings.Join(values[:n], `', '`)))
		values = values[n:]
	}
	return all
}

// syncSince is the first server that waits for a mutation itself.
var syncSince = version{major: 20, minor: 1}

// delete runs a mutation, if there is anything for it, and returns when it is done on
// all servers.
func (e *Eraser) delete(ctx context.Context, kind outcome.Type, condition string) error {
	n, err := e.number(ctx, fmt.Sprintf(`SELECT toInt64(count()) FROM %ss WHERE %s`, kind, condition))
	if err != nil || n == 0 {
		return err
	}
	table := e.layout.Local(string(kind) + "s")
	settings := ch.Settings{}
	if !e.server.below(syncSince) {
		settings["mutations_sync"] = 2
	}
	if e.layout.Cluster != "" {
		settings["distributed_ddl_task_timeout"] = clusterPatience
	}
	statement := fmt.Sprintf(`ALTER TABLE %s%s DELETE WHERE %s`, table, e.layout.onCluster(), condition)
	if _, err := e.db.ExecContext(ch.Context(ctx, ch.WithSettings(settings)), statement); err != nil && !passes(err) {
		return err
	}
	if e.server.below(syncSince) {
		if err := e.layout.hear(ctx); err != nil {
			return err
		}
	}
	if err := e.await(ctx, table); err != nil {
		return err
	}
	return e.note(ctx, table)
}

// passes reports whether a mutation goes on although its statement failed: who waited for
// it gave up.
func passes(err error) bool {
	const timeout, unfinished = 159, 341
	return hasCode(err, timeout) || hasCode(err, unfinished)
}
