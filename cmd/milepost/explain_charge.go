package main

import (
	"context"
	"fmt"
	"math"

	"milepost/detectors"
	"milepost/outcome"
)

type explainChargeCmd struct{ explaining }

// Run explains a charging session.
func (c *explainChargeCmd) Run(ctx context.Context, out *terminal) error {
	return c.run(ctx, out, outcome.TypeCharge, func(_ context.Context, _ source, o outcome.Outcome) (*explanation, error) {
		return explainCharge(o.(*outcome.Charge))
	})
}

// chargeFigures is what follows from a session's inputs.
type chargeFigures struct {
	EnergyKwh *float64             `json:"energy_kwh,omitempty"`
	Source    outcome.EnergySource `json:"energy_source,omitempty"`
	Partial   bool                 `json:"partial"`
	Session   bool                 `json:"is_a_session"`
}

func explainCharge(o *outcome.Charge) (*explanation, error) {
	e := &explanation{title: fmt.Sprintf("Charging session %s of %s, revision %d (%s)", o.ID, clip(o.VehicleID, 16), o.Revision, o.State)}
	e.sections = []section{
		{title: "The session", note: span(o.StartedAt, o.EndedAt, o.Zone)},
		{title: "Inputs", lines: numbersOf("charge", o.Inputs)},
		{title: "Thresholds", lines: numbers(o.Thresholds)},
	}
	stored := chargeFigures{EnergyKwh: o.EnergyKwh, Source: o.EnergySource, Partial: o.Partial, Session: true}
	var err error
	if o.Method != detectors.ChargeMethod {
		err = fmt.Errorf("recompute charging session: receipt of method %q, this is %q", o.Method, detectors.ChargeMethod)
	}
	return e, e.compare("charging session", "its inputs", o.Method, stored, chargeAgain(o), err)
}

func chargeAgain(o *outcome.Charge) chargeFigures {
	f := detectors.ChargeOf(o.Inputs, o.Thresholds)
	again := chargeFigures{Partial: f.Partial, Session: f.Kept}
	if !math.IsNaN(f.EnergyKwh) {
		kwh := math.Round(f.EnergyKwh*1000) / 1000 // as it is told
		again.EnergyKwh, again.Source = &kwh, f.Source
	}
	return again
}
