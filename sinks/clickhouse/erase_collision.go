package clickhouse

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"milepost/outcome"
	"milepost/sinks"
)

// ofCollision are the conditions of one collision's rows, and of what was added to it.
func ofCollision(id string) (map[outcome.Type][]string, error) {
	bytes, err := hex.DecodeString(id)
	if err != nil || len(bytes) != idBytes {
		return nil, fmt.Errorf("collision %q: its id is not 32 hex digits", id)
	}
	digits := strings.ToUpper(hex.EncodeToString(bytes))
	return map[outcome.Type][]string{
		outcome.TypeCollision: {fmt.Sprintf(`hex(id) = '%s'`, digits)},
		outcome.TypeAddition:  {fmt.Sprintf(`hex(collision_id) = '%s'`, digits)},
	}, nil
}

// collisionsOf adds the conditions of an account's collisions: of those that count as its,
// all versions, and what was added to them.
func (e *Eraser) collisionsOf(ctx context.Context, account string, all map[outcome.Type][]string) error {
	return e.factsOf(ctx, outcome.TypeCollision, account, all, func(who string, ids []string) {
		all[outcome.TypeAddition] = append(all[outcome.TypeAddition], oneOf(who, "hex(collision_id)", ids)...)
	})
}

// factsOf adds the conditions of an account's facts of a type: of those that count as its,
// all versions; and, where there is such a thing, of what belongs to a vehicle's of them.
func (e *Eraser) factsOf(ctx context.Context, of outcome.Type, account string, all map[outcome.Type][]string, belongs func(who string, ids []string)) error {
	theirs, found := sha("account_id", account), map[string][]string{}
	newest := fmt.Sprintf(`SELECT vehicle_id, hex(id) FROM %[2]ss GROUP BY vehicle_id, id HAVING max(%[1]s) = 1
		AND argMax(%[1]s OR state = 'withdrawn', toUInt64(method_version) * 4294967296 + revision) = 1`, theirs, of)
	err := e.rows(ctx, newest, 2, func(row []string) { found[row[0]] = append(found[row[0]], row[1]) })
	if err != nil {
		return fmt.Errorf("list the %ss of an account: %w", of, err)
	}
	for vehicle, ids := range found {
		who := sha("vehicle_id", vehicle)
		if belongs != nil {
			belongs(who, ids)
		}
		// As with trips: versions before the account was known go first.
		all[of] = append(all[of], oneOf(who+" AND state != 'withdrawn' AND NOT "+theirs, "hex(id)", ids)...)
	}
	all[of] = append(all[of], theirs)
	return nil
}

// notOver is sinks.ErrHeld where a hold that is not released covers the collision, be its
// rows marked or not.
func (e *Eraser) notOver(ctx context.Context, collision string) error {
	dialect, err := DialectOf(ctx, e.db)
	if err != nil {
		return err
	}
	at := "toUnixTimestamp64Micro(at)"
	if dialect.PlainTimes {
		at = "at"
	}
	const over = `SELECT toInt64(count()) FROM (SELECT released, from_us, to_us FROM holds WHERE %s
		ORDER BY id, revision DESC LIMIT 1 BY id) WHERE released = 0 AND from_us <= %[2]s AND to_us > %[2]s`
	var where [][2]string
	query := fmt.Sprintf(`SELECT DISTINCT vehicle_id, toString(%s) FROM collisions WHERE %s`, at, collision)
	if err := e.rows(ctx, query, 2, func(row []string) { where = append(where, [2]string{row[0], row[1]}) }); err != nil {
		return fmt.Errorf("look for the collision: %w", err)
	}
	for _, w := range where {
		n, err := e.number(ctx, fmt.Sprintf(over, sha("vehicle_id", w[0]), w[1]))
		if err != nil {
			return fmt.Errorf("look for holds: %w", err)
		}
		if n > 0 {
			return fmt.Errorf("%d holds: %w", n, sinks.ErrHeld)
		}
	}
	return nil
}
