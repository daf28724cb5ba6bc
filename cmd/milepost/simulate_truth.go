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
	Crashes        []trueCrash  `json:"crashes,omitempty"`
}

// trueCrash is a crash of a trip, named as in a collision's outcome.
type trueCrash struct {
	At               outcome.Time `json:"at"`
	DeltaVKmh        float64      `json:"delta_v_kmh"`
	PDOFDeg          float64      `json:"pdof_deg"`
	Clock            int          `json:"clock"`
	SpeedAtImpactKmh float64      `json:"speed_at_impact_kmh"`
	EventCount       int          `json:"event_count"`
	Rollover         bool         `json:"rollover"`
	Airbag           bool         `json:"airbag"`
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
		truth := v.Truth()
		for _, trip := range truth.Trips {
			line := trueTripOf(v, trip)
			line.Crashes = trueCrashes(truth.Crashes, trip)
			if err := lines.Encode(line); err != nil {
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

// trueCrashes are those of a vehicle's crashes that lie within a trip.
func trueCrashes(all []fixtures.CrashTruth, trip fixtures.TripTruth) (within []trueCrash) {
	for _, c := range all {
		if len(c.Impacts) == 0 || c.Impacts[0].At < trip.Start || c.Impacts[0].At > trip.End {
			continue
		}
		p := c.Strongest()
		within = append(within, trueCrash{
			At: outcome.Time(c.Impacts[0].At), DeltaVKmh: p.DeltaVKmh, PDOFDeg: p.PDOFDeg, Clock: p.Clock,
			SpeedAtImpactKmh: c.SpeedKmh, EventCount: len(c.Impacts), Rollover: c.Rollover, Airbag: c.Airbag,
		})
	}
	return within
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
