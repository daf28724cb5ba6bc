package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milepost/sinks"
)

// drives are an account's with one vehicle, as ids in hex.
type drives struct {
	trips  []string // that carry it, or did before they were withdrawn
	months []string // that they lie in
	in     []string // those months by name and driver

	dates   []string // of theirs, YYYY-MM-DD
	factors []string // whose periods have one of them
}

// drivesOf asks without naming anyone: servers keep the text of queries.
func (e *Eraser) drivesOf(ctx context.Context, account string) (map[string]*drives, error) {
	all, theirs := map[string]*drives{}, sha("account_id", account)
	query := fmt.Sprintf(`SELECT DISTINCT vehicle_id, concat(substring(toString(local_date), 1, 7), '/', driver_id), toString(local_date)
		FROM trips WHERE %s ORDER BY vehicle_id, local_date`, theirs)
	err := e.rows(ctx, query, 3, func(row []string) {
		d := all[row[0]]
		if d == nil {
			d = &drives{}
			all[row[0]] = d
		}
		if !slices.Contains(d.in, row[1]) {
			d.in = append(d.in, row[1])
		}
		d.dates = append(d.dates, row[2])
	})
	if err != nil {
		return nil, err
	}
	for vehicle, d := range all {
		if err := e.fill(ctx, d, sha("vehicle_id", vehicle), theirs); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// MonthsOf gives the months that an account's trips lie in: those that Erase deletes.
func (e *Eraser) MonthsOf(ctx context.Context, account string) (months []sinks.DrivenMonth, err error) {
	all, err := e.drivesOf(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("look in ClickHouse for an account's months: %w", err)
	}
	for vehicle, d := range all {
		for _, in := range d.in {
			month, driver, _ := strings.Cut(in, "/")
			months = append(months, sinks.DrivenMonth{Vehicle: vehicle, Month: month, Driver: driver})
		}
	}
	return months, nil
}

func (e *Eraser) fill(ctx context.Context, d *drives, who, theirs string) error {
	newest := fmt.Sprintf(`SELECT hex(id) FROM trips WHERE %[1]s GROUP BY id HAVING max(%[2]s) = 1
		AND argMax(%[2]s OR state = 'withdrawn', toUInt64(method_version) * 4294967296 + revision) = 1`, who, theirs)
	err := e.rows(ctx, newest, 1, func(row []string) { d.trips = append(d.trips, row[0]) })
	if err != nil {
		return err
	}
	months := fmt.Sprintf(`SELECT DISTINCT hex(id), concat(month, '/', driver_id) FROM months WHERE %s`, who)
	err = e.rows(ctx, months, 2, func(row []string) {
		if slices.Contains(d.in, row[1]) {
			d.months = append(d.months, row[0])
		}
	})
	if err != nil {
		return err
	}
	periods := fmt.Sprintf(`SELECT DISTINCT hex(id), toString(from_date), toString(to_date) FROM factors WHERE %s AND state != 'withdrawn'`, who)
	return e.rows(ctx, periods, 3, func(row []string) {
		first, _ := slices.BinarySearch(d.dates, row[1])
		if first < len(d.dates) && d.dates[first] < row[2] {
			d.factors = append(d.factors, row[0])
		}
	})
}

// rows gives each row of a query for texts.
func (e *Eraser) rows(ctx context.Context, query string, columns int, do func(row []string)) (err error) {
	rows, err := e.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row, to := make([]string, columns), make([]any, columns)
	for i := range row {
		to[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		do(row)
	}
	return rows.Err()
}

// listed gives what a query for one text gives.
func listed(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	e := &Eraser{db: db}
	return all, e.rows(ctx, query, 1, func(row []string) { all = append(all, row[0]) })
}
