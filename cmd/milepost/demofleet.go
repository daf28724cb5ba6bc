package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
)

// vehicleResult is what the demo keeps of a vehicle beside the store.
type vehicleResult struct {
	vehicle string
	trips   []styledTrip
}

// simulateFleet simulates every vehicle, plays it through a player of its own, which puts
// its trips onto the map, and stores the outcomes, on all cores. Results are in the order of the vehicles,
// whoever was first.
func simulateFleet(ctx context.Context, simulated *fixtures.Fleet, onto *roadmap, store outcomeStore, out *terminal) ([]vehicleResult, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	bar := newProgress(out, simulated.Vehicles(), "simulating")
	results := make([]vehicleResult, simulated.Vehicles())
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), simulated.Vehicles()) {
		workers.Go(func() {
			for i := range numbers {
				r, err := simulateOne(ctx, simulated.Vehicle(i), onto, store)
				if err != nil {
					cancel(fmt.Errorf("simulate vehicle %d: %w", i, err))
					return
				}
				results[i] = r
				bar.add(1)
			}
		})
	}
	handOut(ctx, numbers, simulated.Vehicles())
	workers.Wait()
	bar.finish()
	return results, context.Cause(ctx)
}

func handOut(ctx context.Context, numbers chan<- int, n int) {
	defer close(numbers)
	for i := range n {
		select {
		case numbers <- i:
		case <-ctx.Done():
			return
		}
	}
}

func simulateOne(ctx context.Context, v *fixtures.Vehicle, onto *roadmap, store outcomeStore) (vehicleResult, error) {
	player, err := replay.NewPlayer([]fleet.Profile{v.Profile()})
	if err != nil {
		return vehicleResult{}, err
	}
	player.On(onto.follower(ctx))
	to := newOutbox(nil, store)
	styled := newLatestTrips()
	emit := func(o outcome.Outcome) error {
		if trip, ok := o.(*outcome.Trip); ok {
			styled.add(trip)
		}
		return to.add(ctx, o)
	}
	for frame := range v.Frames() {
		if err = errors.Join(ctx.Err(), player.Record(frame, emit)); err != nil {
			return vehicleResult{}, err
		}
	}
	if err := player.Finish(emit); err != nil {
		return vehicleResult{}, err
	}
	if err := to.finish(ctx); err != nil {
		return vehicleResult{}, err
	}
	return vehicleResult{vehicle: v.Profile().VehicleID, trips: styled.styled(v.Truth())}, nil
}
