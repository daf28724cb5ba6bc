package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/replay"
)

// benchOutcomes makes any number of outcomes of those of a simulated fleet: other
// vehicles, times and identities. A batch is good until the next one.
type benchOutcomes struct {
	trips    []*outcome.Trip
	events   []*outcome.Event
	vehicles []string
	random   *rand.Rand
	made     int // of the current type
	batch    []outcome.Outcome
	asTrips  []outcome.Trip
	asEvents []outcome.Event
	tracks   []outcome.TrackSpan
}

const (
	benchCars = 60 // most that are simulated
	benchDays = 14
	// outcomesPerCar is for how many of them a simulated car is worth its time.
	outcomesPerCar = 10_000
	// tripEvery is between the starts of a vehicle's trips.
	tripEvery = 7 * time.Hour
	// tripTracks is more than a trip has.
	tripTracks = 8
)

func newBenchOutcomes(ctx context.Context, vehicles, batch, rows int) (*benchOutcomes, error) {
	b := &benchOutcomes{random: rand.New(rand.NewPCG(1, 2)), asTrips: make([]outcome.Trip, batch), //nolint:gosec // the same in every run
		asEvents: make([]outcome.Event, batch), tracks: make([]outcome.TrackSpan, 0, batch*tripTracks)}
	for i := range vehicles {
		b.vehicles = append(b.vehicles, fmt.Sprintf("bench-%08d", i))
	}
	simulated, err := fixtures.New(fixtures.Config{Seed: 1, Vehicles: min(rows/outcomesPerCar+1, benchCars), Days: benchDays, SpeedHz: 1, FrameSeconds: 60, Quiet: true})
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	for i := range simulated.Vehicles() {
		if err := b.simulate(ctx, simulated.Vehicle(i)); err != nil {
			return nil, err
		}
	}
	if len(b.trips) == 0 || len(b.events) == 0 {
		return nil, errors.New("the simulated fleet did not drive")
	}
	return b, nil
}

func (b *benchOutcomes) simulate(ctx context.Context, v *fixtures.Vehicle) error {
	player, err := replay.NewPlayer([]fleet.Profile{v.Profile()})
	if err != nil {
		return err
	}
	emit := func(o outcome.Outcome) error {
		switch o := o.(type) {
		case *outcome.Trip:
			b.trips = append(b.trips, o)
		case *outcome.Event:
			b.events = append(b.events, o)
		}
		return nil
	}
	for frame := range v.Frames() {
		if err := errors.Join(ctx.Err(), player.Record(frame, emit)); err != nil {
			return err
		}
	}
	return player.Finish(emit)
}

// place gives the next outcome's vehicle and time: all vehicles drive side by side.
func (b *benchOutcomes) place() (vehicle string, at outcome.Time) {
	turn, n := b.made/len(b.vehicles), b.made%len(b.vehicles)
	b.made++
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(turn) * tripEvery)
	return b.vehicles[n], outcome.Time(from.UnixMicro() + b.random.Int64N(int64(time.Hour/time.Microsecond)))
}

func (b *benchOutcomes) nextTrips(rows int) []outcome.Outcome {
	b.start(rows)
	for i := range rows {
		t := &b.asTrips[i]
		*t = *b.trips[b.random.IntN(len(b.trips))]
		t.VehicleID, t.At = b.place()
		t.ID = outcome.ID(t.VehicleID, "trip", t.At)
		moved := t.At - t.StartedAt
		t.StartedAt, t.EndedAt = t.StartedAt+moved, t.EndedAt+moved
		t.LocalDate = t.At.Std().Format(time.DateOnly)
		from := len(b.tracks)
		for _, track := range t.Receipt.Tracks {
			track.From, track.To = track.From+moved, track.To+moved
			b.tracks = append(b.tracks, track)
		}
		t.Receipt.Tracks = slices.Clip(b.tracks[from:])
		b.batch = append(b.batch, t)
	}
	return b.batch
}

func (b *benchOutcomes) nextEvents(rows int) []outcome.Outcome {
	b.start(rows)
	for i := range rows {
		e := &b.asEvents[i]
		*e = *b.events[b.random.IntN(len(b.events))]
		e.VehicleID, e.At = b.place()
		e.ID, e.StartedAt = outcome.ID(e.VehicleID, string(e.Kind), e.At), e.At
		e.TripID = outcome.ID(e.VehicleID, "trip", e.At)
		b.batch = append(b.batch, e)
	}
	return b.batch
}

// start begins a batch.
func (b *benchOutcomes) start(rows int) {
	b.batch, b.tracks = slices.Grow(b.batch[:0], rows), b.tracks[:0]
}
