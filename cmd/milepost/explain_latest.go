package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"milepost/outcome"
	"milepost/sinks/read"
)

// latestID gives the id of a vehicle's latest fact of a type; of all
// vehicles where none is named.
func latestID(ctx context.Context, store source, of outcome.Type, vehicle string) (string, error) {
	found, err := latestFacts(ctx, store, of, vehicle)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0 && vehicle != "":
		return "", fmt.Errorf("%s holds no %s of vehicle %s", store.where, of, vehicle)
	case len(found) == 0:
		return "", fmt.Errorf("%s holds no %s", store.where, of)
	case len(found) > 1:
		return "", fmt.Errorf("the latest %s of vehicle %s is one for each of its drivers: choose an id of %s", of, vehicle, strings.Join(found, ", "))
	}
	return found[0], nil
}

func latestFacts(ctx context.Context, store source, of outcome.Type, vehicle string) (ids []string, err error) {
	switch of {
	case outcome.TypeMonth:
		return latestMonths(ctx, store, vehicle)
	case outcome.TypeFactor:
		all, err := store.Factors(ctx, read.FactorFilter{Vehicle: vehicle}, read.Key{}, 1)
		for _, f := range all {
			ids = append(ids, f.ID)
		}
		return ids, err
	case outcome.TypeCharge:
		all, err := store.Charges(ctx, read.ChargeFilter{Vehicle: vehicle}, read.Key{}, 1)
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return ids, err
	default:
		all, err := store.Trips(ctx, vehicle, read.Key{}, 1)
		for _, t := range all {
			ids = append(ids, t.ID)
		}
		return ids, err
	}
}

// latestMonths gives the latest month of each of a vehicle's drivers.
func latestMonths(ctx context.Context, store source, vehicle string) (ids []string, err error) {
	if vehicle == "" {
		return nil, errors.New("the latest month is that of a vehicle: name it with --vehicle")
	}
	names, err := store.Months(ctx, vehicle)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	months, err := store.Month(ctx, vehicle, names[0])
	for _, m := range months {
		ids = append(ids, m.ID)
	}
	return ids, err
}
