package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"milepost/fixtures"
	"milepost/outcome"
)

// truthFile takes what really happened; the zero value takes nothing.
type truthFile struct{ file *os.File }

func createTruth(path string) (truthFile, error) {
	if path == "" {
		return truthFile{}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return truthFile{}, fmt.Errorf("create the file of the truth: %w", err)
	}
	return truthFile{f}, nil
}

// trueTrip is a line of the truth, named as in a trip's outcome.
type trueTrip struct {
	VehicleID      string       `json:"vehicle_id"`
	StartedAt      outcome.Time `json:"started_at"`
	EndedAt        outcome.Time `json:"ended_at"`
	DistanceM      float64      `json:"distance_m"`
	DrivingS       float64      `json:"driving_s"`
	EVDistanceM    float64      `json:"ev_distance_m"`
	EVS            float64      `json:"ev_s"`
	FuelL          float64      `json:"fuel_l"`
	EnergyKwh      float64      `json:"energy_kwh"`
	RegeneratedKwh float64      `json:"regenerated_kwh"`
	MaxSpeedKmh    float64      `json:"max_speed_kmh"`
	HighwayM       float64      `json:"highway_m"`
	OverspeedM     float64      `json:"overspeed_m"`
	Style          string       `json:"style"`
	Uplink         string       `json:"uplink"`
}

// write writes every vehicle's trips, by vehicle and then by time.
func (t truthFile) write(simulated *fixtures.Fleet) error {
	if t.file == nil {
		return nil
	}
	buffered := bufio.NewWriter(t.file)
	lines := json.NewEncoder(buffered)
	for i := range simulated.Vehicles() {
		v := simulated.Vehicle(i)
		for _, trip := range v.Truth().Trips {
			if err := lines.Encode(trueTripOf(v, trip)); err != nil {
				return fmt.Errorf("write the truth: %w", err)
			}
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the truth: %w", err)
	}
	return nil
}

func trueTripOf(v *fixtures.Vehicle, t fixtures.TripTruth) trueTrip {
	const kmhPerMS = 3.6
	return trueTrip{
		VehicleID: v.Profile().VehicleID, StartedAt: outcome.Time(t.Start), EndedAt: outcome.Time(t.End),
		DistanceM: t.DistanceM, DrivingS: t.DrivingS, EVDistanceM: t.EVDistanceM, EVS: t.EVS,
		FuelL: t.FuelL, EnergyKwh: t.EnergyKwh, RegeneratedKwh: t.RegeneratedKwh,
		MaxSpeedKmh: t.MaxSpeedMS * kmhPerMS, HighwayM: t.HighwayM, OverspeedM: t.OverLimitM,
		Style: t.Style.String(), Uplink: v.Uplink().String(),
	}
}

func (t truthFile) close() error {
	if t.file == nil {
		return nil
	}
	if err := t.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("close the file of the truth: %w", err)
	}
	return nil
}
