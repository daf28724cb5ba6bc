package read

import (
	"errors"

	"milepost/outcome"
)

const chargeColumns = headColumns + `started_at, ended_at, zone, toString(local_date), duration_s, charging_s, energy_kwh, energy_source,
	soc_from_pct, soc_to_pct, peak_kw, partial, account_id, method, inputs, thresholds`

// scanCharge puts a charging session together from its columns.
func scanCharge(scan scanner) (outcome.Outcome, error) {
	c := &outcome.Charge{Header: outcome.Header{Type: outcome.TypeCharge}}
	var inputs, thresholds string
	err := scan(&c.ID, &c.VehicleID, instant{&c.At}, &c.Revision, &c.State,
		instant{&c.StartedAt}, instant{&c.EndedAt}, &c.Zone, &c.LocalDate, &c.DurationS, &c.ChargingS, optional{&c.EnergyKwh}, &c.EnergySource,
		optional{&c.SoCFromPct}, optional{&c.SoCToPct}, optional{&c.PeakKw}, &c.Partial, &c.AccountID, &c.Method, &inputs, &thresholds)
	if err != nil {
		return nil, err
	}
	return c, errors.Join(decode(inputs, &c.Inputs, c.ID, "inputs"), decode(thresholds, &c.Thresholds, c.ID, "thresholds"))
}

const factorColumns = headColumns + `stage, product, policy_id, toString(from_date), toString(to_date), ended_by,
	table_name, method, enough, trips, trip_days, distance_m, driving_s, components, electric, score, credibility, factor, adjustment, applied,
	reason_codes, left_out, receipt`

// scanFactor puts a factor together from its columns.
func scanFactor(scan scanner) (outcome.Outcome, error) {
	f := &outcome.Factor{Header: outcome.Header{Type: outcome.TypeFactor}}
	var components, electric, reasons, leftOut, receipt string
	err := scan(&f.ID, &f.VehicleID, instant{&f.At}, &f.Revision, &f.State,
		&f.Stage, &f.Product, &f.PolicyID, &f.From, &f.To, &f.EndedBy, &f.Table, &f.Method, &f.Enough,
		&f.Exposure.Trips, &f.Exposure.Days, &f.Exposure.DistanceM, &f.Exposure.DrivingS, &components, &electric,
		optional{&f.Score}, optional{&f.Credibility}, optional{&f.Factor}, optional{&f.Adjustment}, optional{&f.Applied},
		&reasons, &leftOut, &receipt)
	if err != nil {
		return nil, err
	}
	return f, errors.Join(decode(components, &f.Components, f.ID, "components"), decode(electric, &f.Electric, f.ID, "electric"),
		decode(reasons, &f.ReasonCodes, f.ID, "reason_codes"), decode(leftOut, &f.LeftOut, f.ID, "left_out"),
		decode(receipt, &f.Receipt, f.ID, "receipt"))
}
