package retention

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"milepost/outcome"
)

// Extent is how many facts of each type a store has under a hold, withdrawn ones left out.
type Extent struct{ Trips, Events, Months, Charges, Factors, Collisions, Additions int64 }

// Total is their sum.
func (e Extent) Total() int64 {
	return e.Trips + e.Events + e.Months + e.Charges + e.Factors + e.Collisions + e.Additions
}

func (e *Extent) of(table string) *int64 {
	switch table {
	case trips:
		return &e.Trips
	case months:
		return &e.Months
	case charges:
		return &e.Charges
	case factors:
		return &e.Factors
	case collisions:
		return &e.Collisions
	case additions:
		return &e.Additions
	}
	return &e.Events
}

// Always is the hold's vehicle at any time that facts are of.
func (h Hold) Always() Hold {
	h.From = outcome.Time(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	h.To = outcome.Time(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	return h
}

// Extent counts what is stored now of what a hold keeps, be it placed or not.
func (s *SQLite) Extent(ctx context.Context, h Hold) (e Extent, err error) {
	err = s.store.Maintain(ctx, func(tx *sql.Tx) error {
		for _, table := range tables {
			at := h.within(table)
			query := fmt.Sprintf("SELECT count(*) FROM %s WHERE vehicle_id = ? AND %s >= ? AND at < ?", table, at.end)
			if err := tx.QueryRowContext(ctx, query, h.VehicleID, int64(at.from), int64(at.to)).Scan(e.of(table)); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
		return nil
	})
	return e, counting(h, err)
}

// Extent counts what is stored now of what a hold keeps, be it placed or not.
func (c *ClickHouse) Extent(ctx context.Context, h Hold) (e Extent, err error) {
	one := []held{{Hold: h}}
	if err := c.db.QueryRowContext(ctx, "SELECT cityHash64(?)", h.VehicleID).Scan(&one[0].hash); err != nil {
		return e, counting(h, err)
	}
	for _, table := range tables {
		const facts = `SELECT toInt64(count()) FROM (SELECT id FROM %s WHERE vehicle_id = ? AND %s GROUP BY id
			HAVING argMax(state = 'withdrawn', toUInt64(method_version) * 4294967296 + revision) = 0)`
		err := c.db.QueryRowContext(ctx, fmt.Sprintf(facts, table, c.under(table, one)), h.VehicleID).Scan(e.of(table))
		if err != nil {
			return e, counting(h, fmt.Errorf("table %s: %w", table, err))
		}
	}
	return e, nil
}

func counting(h Hold, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("count what hold %s keeps: %w", h.ID, err)
}
