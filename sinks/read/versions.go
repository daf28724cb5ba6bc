package read

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"milepost/outcome"
)

// Identity names a fact. At is exact, or cut to the millisecond.
type Identity struct {
	VehicleID string
	Key
}

// IdentityOf is what names the fact.
func IdentityOf(o outcome.Outcome) Identity {
	head := o.Head()
	return Identity{head.VehicleID, Key{At: head.At, ID: head.ID}}
}

// Version is one row of a store.
type Version struct {
	ID            string
	MethodVersion uint16
	Revision      uint32
	State         outcome.State
	Fact          outcome.Outcome // nil where the store keeps nothing else of a withdrawn one
}

// versionBatch is how many facts are looked up at a time.
const versionBatch = 500

// Versions gives every row that a store has of these facts of one type to do: replaced,
// repeated and withdrawn ones too. Rows of one fact stand together, the one that counts
// first; facts are in no order.
func (m *Model) Versions(ctx context.Context, of outcome.Type, facts []Identity, do func(Version) error) error {
	if _, known := m.as.whole[of]; !known {
		return fmt.Errorf("read versions: no table for outcomes of type %q", of)
	}
	for batch := range slices.Chunk(facts, versionBatch) {
		if err := m.versions(ctx, of, batch, do); err != nil {
			return fmt.Errorf("read versions of %d %ss: %w", len(batch), of, err)
		}
	}
	return nil
}

func (m *Model) versions(ctx context.Context, of outcome.Type, facts []Identity, do func(Version) error) error {
	ids := make([]string, 0, len(facts))
	for _, f := range facts {
		if isID(f.ID) {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	kind := m.as.whole[of]
	q := m.askAll(m.as.id+", method_version, revision, state, "+kind.columns, of)
	if !m.as.single {
		q.keysOf(facts)
	}
	q.among("id", m.as.ident, ids).add(" ORDER BY id, method_version DESC, revision DESC")
	return m.each(ctx, q, func(rows *sql.Rows) (err error) {
		var v Version
		v.Fact, err = kind.scan(func(to ...any) error {
			return rows.Scan(append([]any{&v.ID, &v.MethodVersion, &v.Revision, &v.State}, to...)...)
		})
		if err != nil {
			return err
		}
		return do(v)
	})
}

// keysOf limits to the part of the store where these facts lie.
func (q *statement) keysOf(facts []Identity) *statement {
	first, last := facts[0].At, facts[0].At
	vehicles := make([]string, len(facts))
	for i, f := range facts {
		first, last = min(first, f.At), max(last, f.At)
		vehicles[i] = f.VehicleID
	}
	slices.Sort(vehicles)
	return q.between(first, last+cut).among("vehicle_id", "?", slices.Compact(vehicles))
}
