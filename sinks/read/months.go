package read

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"milepost/outcome"
)

// Month gives a vehicle's month (YYYY-MM), one entry per driver in the order of their
// ids; none where the vehicle was not driven.
func (m *Model) Month(ctx context.Context, vehicle, month string) ([]outcome.Month, error) {
	q := m.ask(m.as.whole[outcome.TypeMonth].columns, outcome.TypeMonth).when("vehicle_id = ?", vehicle)
	if m.as.single {
		q.when("month = ?", month)
	} else if start, err := time.Parse("2006-01", month); err == nil {
		// A withdrawn version has no month, but the same key: its local start taken as UTC.
		q.between(outcome.Time(start.UnixMicro()), outcome.Time(start.UnixMicro())+1)
	}
	found, err := facts[*outcome.Month](ctx, m, q.latest("at, id"), outcome.TypeMonth)
	if err != nil {
		return nil, fmt.Errorf("read month %s of vehicle %s: %w", month, vehicle, err)
	}
	slices.SortFunc(found, func(a, b *outcome.Month) int {
		return cmp.Or(cmp.Compare(a.DriverID, b.DriverID), cmp.Compare(a.ID, b.ID))
	})
	var out []outcome.Month
	for _, f := range found {
		if f.Month == month {
			out = append(out, *f)
		}
	}
	return out, nil
}

// Months lists the months (YYYY-MM) that a vehicle has, the latest first.
func (m *Model) Months(ctx context.Context, vehicle string) ([]string, error) {
	q := m.ask("month, state", outcome.TypeMonth).when("vehicle_id = ?", vehicle).latest("at DESC, id DESC")
	var months []string
	err := m.each(ctx, q, func(rows *sql.Rows) error {
		var month string
		var state outcome.State
		err := rows.Scan(&month, &state)
		if state != outcome.Withdrawn {
			months = append(months, month)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list months of vehicle %s: %w", vehicle, err)
	}
	slices.Sort(months)
	months = slices.Compact(months)
	slices.Reverse(months)
	return months, nil
}
