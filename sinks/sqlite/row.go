package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"milepost/outcome"
)

// columns lists each table's columns in the order in which row binds them. The
// first four are what a tombstone keeps.
var columns = map[outcome.Type][]string{
	outcome.TypeTrip: {"id", "method_version", "revision", "state", "vehicle_id", "at", "account_id", "driver_id", "started_at",
		"ended_at", "zone", "local_date", "distance_m", "duration_s", "ev_distance_m", "score", "low_confidence", "partial",
		"harsh_braking", "harsh_acceleration", "harsh_cornering", "speeding", "overspeed_m", "limit_known_m",
		"l_per_100km", "kwh_per_100km", "advice", "body"},
	outcome.TypeEvent: {"id", "method_version", "revision", "state", "vehicle_id", "at", "trip_id", "kind", "level",
		"started_at", "lat", "lon", "body"},
	outcome.TypeMonth: {"id", "method_version", "revision", "state", "vehicle_id", "at", "month", "driver_id", "trips",
		"distance_m", "score", "body"},
	outcome.TypeCollision: {"id", "method_version", "revision", "state", "vehicle_id", "at", "account_id", "confidence", "severity", "body"},
	outcome.TypeAddition:  {"id", "method_version", "revision", "state", "vehicle_id", "at", "collision_id", "kind", "content", "body"},
	outcome.TypeCharge:    {"id", "method_version", "revision", "state", "vehicle_id", "at", "account_id", "ended_at", "energy_kwh", "body"},
	outcome.TypeFactor: {"id", "method_version", "revision", "state", "vehicle_id", "at", "product", "policy_id", "stage", "from_date", "to_date",
		"ends_at", "factor", "body"},
}

// upsertText replaces a row by one of the same version too, so that a repeat is
// harmless, except that a tombstone yields to a higher version alone.
func upsertText(t outcome.Type) string {
	names := columns[t]
	sets := make([]string, 0, len(names)-1)
	for _, name := range names[1:] {
		sets = append(sets, name+" = excluded."+name)
	}
	return fmt.Sprintf(`INSERT INTO %[1]ss (%[2]s) VALUES (?%[3]s)
		ON CONFLICT (id) DO UPDATE SET %[4]s
		WHERE (excluded.method_version, excluded.revision) > (%[1]ss.method_version, %[1]ss.revision)
		   OR ((excluded.method_version, excluded.revision) = (%[1]ss.method_version, %[1]ss.revision)
		       AND %[1]ss.state <> 'withdrawn')`,
		t, strings.Join(names, ", "), strings.Repeat(", ?", len(names)-1), strings.Join(sets, ", "))
}

// storedText reads what a row says of its fact's version.
func storedText(t outcome.Type) string {
	return fmt.Sprintf(`SELECT method_version, revision, state, coalesce(body, '') FROM %ss WHERE id = ?`, t)
}

func prepare(ctx context.Context, db *sql.DB, text func(outcome.Type) string) (map[outcome.Type]*sql.Stmt, error) {
	prepared := make(map[outcome.Type]*sql.Stmt, len(columns))
	for t := range columns {
		stmt, err := db.PrepareContext(ctx, text(t)) //nolint:sqlclosecheck // Store.Close closes it
		if err != nil {
			return prepared, fmt.Errorf("prepare statement for outcome type %s: %w", t, err)
		}
		prepared[t] = stmt
	}
	return prepared, nil
}

// row appends the values of the outcome's columns to args.
func row(args []any, o outcome.Outcome) ([]any, error) {
	state, err := check(o)
	if err != nil {
		return args, err
	}
	method, err := outcome.MethodVersion(outcome.MethodOf(o))
	if err != nil {
		return args, err
	}
	head := o.Head()
	args = append(args, head.ID, int64(method), int64(head.Revision), string(state))
	if state == outcome.Withdrawn {
		return append(args, make([]any, len(columns[head.Type])-len(args))...), nil
	}
	body, err := encode(o)
	if err != nil {
		return args, err
	}
	args = append(args, head.VehicleID, int64(head.At))
	switch o := o.(type) {
	case *outcome.Trip:
		args = tripColumns(args, o)
	case *outcome.Event:
		args = append(args, o.TripID, string(o.Kind), int64(o.Level), int64(o.StartedAt), number(o.Lat), number(o.Lon))
	case *outcome.Month:
		args = append(args, o.Month, o.DriverID, int64(o.Trips), o.DistanceM, number(o.Score))
	case *outcome.Collision:
		args = append(args, o.AccountID, string(o.Confidence), string(o.Severity))
	case *outcome.Addition:
		args = append(args, o.CollisionID, string(o.Kind), o.Content)
	case *outcome.Charge:
		args = append(args, o.AccountID, int64(o.EndedAt), number(o.EnergyKwh))
	case *outcome.Factor:
		args, err = factorColumns(args, o)
	}
	return append(args, body), err
}

// encode gives the body of a fact. A photo's content has a column of its own.
func encode(o outcome.Outcome) (string, error) {
	if a, ok := o.(*outcome.Addition); ok && a.Content != nil {
		c := *a
		c.Content, o = nil, &c
	}
	body, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("encode body: %w", err)
	}
	return string(body), nil
}

// check gives the outcome's state, or says why no row can be made of it.
func check(o outcome.Outcome) (outcome.State, error) {
	state, want := outcome.StateOf(o), typeOf(o)
	head := o.Head()
	switch {
	case want == "":
		return "", fmt.Errorf("no table for outcomes of Go type %T", o)
	case head.Type != want:
		return "", fmt.Errorf("type is %q, want %q", head.Type, want)
	case head.ID == "":
		return "", errors.New("id is empty")
	case head.VehicleID == "":
		return "", errors.New("vehicle_id is empty")
	}
	switch state {
	case outcome.Final, outcome.Amended, outcome.Withdrawn:
		return state, nil
	case outcome.Open:
		if want == outcome.TypeCollision {
			return state, nil
		}
	}
	return "", fmt.Errorf("unknown state %q", state)
}

// typeOf is the type that the Go type stands for; empty where there is no table.
func typeOf(o outcome.Outcome) outcome.Type {
	switch o.(type) {
	case *outcome.Trip:
		return outcome.TypeTrip
	case *outcome.Event:
		return outcome.TypeEvent
	case *outcome.Month:
		return outcome.TypeMonth
	case *outcome.Collision:
		return outcome.TypeCollision
	case *outcome.Addition:
		return outcome.TypeAddition
	case *outcome.Charge:
		return outcome.TypeCharge
	case *outcome.Factor:
		return outcome.TypeFactor
	}
	return ""
}

func number(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

func truth(v bool) int64 {
	if v {
		return 1
	}
	return 0
}
