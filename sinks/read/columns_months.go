package read

import (
	"errors"

	"milepost/outcome"
)

const monthColumns = headColumns + `month, driver_id, trips, withheld_trips, distance_m, duration_s, score, acceleration, braking,
	days, method, driving_s, idle_s, night_s, highway_m, highway_s, overspeed_m, overspeed_s, limit_known_m, fuel_l, energy_kwh,
	regenerated_kwh, ev_distance_m, ev_s, countries, constant_speed, advice, inputs,
	mode_source, charge_m, charge_s, eco_m, eco_s, power_m, power_s`

// scanMonth puts a month together from its columns.
func scanMonth(scan scanner) (outcome.Outcome, error) {
	m := &outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth}}
	var days, inputs string
	var modes modeColumns
	err := scan(append([]any{&m.ID, &m.VehicleID, instant{&m.At}, &m.Revision, &m.State,
		&m.Month, &m.DriverID, &m.Trips, &m.WithheldTrips, &m.DistanceM, &m.DurationS, optional{&m.Score},
		optional{&m.Acceleration}, optional{&m.Braking}, &days, &m.Method, &m.DrivingS, &m.IdleS, &m.NightS,
		optional{&m.HighwayM}, optional{&m.HighwayS}, optional{&m.OverspeedM}, optional{&m.OverspeedS}, optional{&m.LimitKnownM},
		optional{&m.FuelL}, optional{&m.EnergyKwh}, optional{&m.RegeneratedKwh}, optional{&m.EVDistanceM}, optional{&m.EVS},
		words[string]{&m.Countries}, optional{&m.ConstantSpeed}, &m.Advice, &inputs}, modes.to()...)...)
	if err != nil {
		return nil, err
	}
	m.Modes = modes.modes()
	return m, errors.Join(decode(days, &m.Days, m.ID, "days"), decode(inputs, &m.Inputs, m.ID, "inputs"))
}

// modeColumns scans a hybrid's modes, which may be absent.
type modeColumns struct {
	source outcome.ModeSource
	parts  [6]*float64
}

func (c *modeColumns) to() []any {
	out := []any{&c.source}
	for i := range c.parts {
		out = append(out, optional{&c.parts[i]})
	}
	return out
}

func (c *modeColumns) modes() *outcome.Modes {
	for _, part := range c.parts {
		if part == nil {
			return nil
		}
	}
	return &outcome.Modes{Source: c.source, ChargeM: *c.parts[0], ChargeS: *c.parts[1], EcoM: *c.parts[2], EcoS: *c.parts[3],
		PowerM: *c.parts[4], PowerS: *c.parts[5]}
}
