package readtest

import (
	"time"

	"milepost/outcome"
)

// newCharge is a charging session whose every value tells its version.
func newCharge(vehicle, account string, at outcome.Time, v version) *outcome.Charge {
	c := &outcome.Charge{
		Header: outcome.Header{Type: outcome.TypeCharge, ID: outcome.ID(vehicle, "charge", at), VehicleID: vehicle, At: at, Revision: v.revision},
		State:  v.state(), Method: v.of("charge"),
	}
	if v.withdrawn {
		return c
	}
	c.StartedAt, c.EndedAt = at-outcome.Time(v.revision)*1_000_000, at+7200_000_000
	c.Zone, c.LocalDate, c.AccountID = "Europe/Madrid", at.Std().Format(time.DateOnly), account
	c.DurationS, c.ChargingS, c.Partial = 7200.5, 7000+float64(v.revision), v.revision == 2
	c.Inputs, c.Thresholds = map[string]float64{"energy_j": 1e21, "a<b": 0.1}, map[string]float64{}
	if v.revision%2 == 1 {
		c.EnergyKwh, c.EnergySource, c.SoCFromPct, c.SoCToPct, c.PeakKw = number(7.25), outcome.EnergyByCurrentVoltage, number(0), number(99.5), number(11.1)
	}
	return c
}

// newFactor is a factor of a policy whose every value tells its version.
func newFactor(vehicle, policy string, product outcome.Product, from time.Time, v version) *outcome.Factor {
	at := outcome.Time(from.UnixMicro())
	f := &outcome.Factor{
		Header: outcome.Header{Type: outcome.TypeFactor, ID: outcome.ID(vehicle, "factor/"+string(product)+"/"+policy, at), VehicleID: vehicle, At: at,
			Revision: v.revision},
		State: v.state(), Stage: outcome.FactorOpen, Product: product, PolicyID: policy, Method: v.of("insurance"),
	}
	if v.withdrawn {
		return f
	}
	f.From, f.To, f.Table = from.Format(time.DateOnly), from.AddDate(1, 0, 0).Format(time.DateOnly), string(product)+"-default/1"
	f.Exposure = outcome.Exposure{Trips: int(v.revision), DistanceM: 99_000.5, DrivingS: 5400}
	f.Components, f.ReasonCodes = []outcome.Component{}, []string{}
	f.Receipt = outcome.FactorReceipt{Inputs: map[string]float64{"distance_dm": 990_005}, Terms: map[string]any{
		"weights": map[string]any{"speeding": 0.35}, "tiers": []any{map[string]any{"from": 0.0, "named": "a'b\\?"}}, "night": false}}
	if v.revision%2 == 0 {
		enoughOf(f)
	}
	return f
}

// enoughOf fills in what a factor has where there is enough data.
func enoughOf(f *outcome.Factor) {
	f.Stage, f.Enough, f.EndedBy, f.Exposure.Days = outcome.FactorIssued, true, outcome.EndedByConsent, 17
	f.Score, f.Credibility, f.Factor, f.Adjustment, f.Applied = number(71.5), number(0), number(0.9355), number(-1e-7), number(0.93)
	f.Components = []outcome.Component{{Name: "speeding", Unit: "share", ExposureM: 5, Rate: number(0.1), CredibleRate: number(0.2), Credibility: number(1.0 / 3),
		Score: number(71.5), Weight: 1}, {Name: "night", Unit: "share"}}
	f.ReasonCodes = []string{"speeding", "a<b>"}
	f.LeftOut = []outcome.LeftOut{{Reason: "no_consent", Exposure: outcome.Exposure{Trips: 2, Days: 1, DistanceM: 0.1, DrivingS: 3}}}
	f.Electric = &outcome.Electric{EVDistanceM: 1, KnownDistanceM: 3, EVShare: number(1.0 / 3), DrivingDays: 2}
	f.Receipt.Adjustments = []outcome.Adjustment{{From: "2025-01-01", To: "2026-01-01", Issued: 0.9, Recomputed: 0.8999999}}
}

// coached is what a trip tells its driver, with everything in it.
func coached(at outcome.Time, v version) *outcome.Coaching {
	return &outcome.Coaching{Kind: outcome.CoachingHybrid, Method: v.of("coaching"), Modes: someModes(),
		LPer100Km: number(4.1), KwhPer100Km: number(-0.5), BrakingKwh: number(1.5), RecoveredShare: number(1.0 / 3),
		Usual: &outcome.Usual{Trips: 5, SameWay: true, LPer100Km: number(4), EVShare: number(0)},
		Observations: []outcome.Observation{
			{At: at, About: outcome.CauseBraking, Message: "late_braking", Params: map[string]float64{"from_kmh": 71.5}, Severity: 0.5, DurationS: 3, DistanceM: 41.25,
				Slope: number(-0.03), Lat: number(40.4), Lon: number(-3.7)},
			{At: at + 60_000_000, About: outcome.CauseEV, Message: "ev_long", Good: true, Severity: 1, DurationS: 1e-7}},
		Advice: &outcome.Advice{Cause: outcome.CauseConstantSpeed, Message: `steady'\?`, SavesL: number(0.05 * float64(v.revision)), From: at, To: at + 9_000_000},
		Inputs: map[string]float64{"braking_j": 5.4e6}, Thresholds: map[string]float64{}}
}

func someModes() *outcome.Modes {
	return &outcome.Modes{Source: outcome.ModesByDemand, ChargeM: 0.1, ChargeS: 2, EcoM: 1e21, EcoS: 0, PowerM: 3, PowerS: 1.0 / 3}
}

// totals are those of a month or a day of which all trips told everything.
func totals() outcome.Totals {
	return outcome.Totals{DrivingS: 500.1, IdleS: 99.9, NightS: 1e-7, HighwayM: number(0), HighwayS: number(1), OverspeedM: number(2), OverspeedS: number(3),
		LimitKnownM: number(4), FuelL: number(5), EnergyKwh: number(-6), RegeneratedKwh: number(7), EVDistanceM: number(8), EVS: number(9),
		Modes: someModes(), Countries: []string{"ES", "PT"}}
}

// NewCharge is a charging session of which everything is known.
func NewCharge(vehicle, account string, at outcome.Time) *outcome.Charge {
	return newCharge(vehicle, account, at, version{method: 1, revision: 1})
}

// NewFactor is a factor that was issued for the year from a local midnight, taken as UTC.
func NewFactor(vehicle, policy string, from time.Time) *outcome.Factor {
	return newFactor(vehicle, policy, outcome.ProductPHI, from, version{method: 1, revision: 2})
}

// scoreScenarios are histories of charging sessions and factors.
func scoreScenarios() []scenario {
	car, at, month := vehicles[0], instant(0, 0), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	final, amended := version{method: 1, revision: 1}, version{method: 1, revision: 2}
	gone := version{method: 1, revision: 3, withdrawn: true}
	charged := func(account string, v version) *outcome.Charge { return newCharge(car, account, at+3, v) }
	factor := func(policy string, from time.Time, v version) *outcome.Factor {
		return newFactor(car, policy, outcome.ProductUBI, from, v)
	}
	return []scenario{
		{"charging sessions", []outcome.Outcome{charged("", final), charged(accounts[1], amended), newCharge(car, accounts[2], at+90_000_000_000, final),
			newCharge(vehicles[1], accounts[1], at, final), newCharge(vehicles[1], accounts[1], at, gone)},
			"0 trips, 0 events, 0 months, 2 charges, 0 factors"},
		{"factors of two policies", []outcome.Outcome{factor(policies[0], month, final), factor(policies[0], month, amended), factor(policies[1], month, final),
			factor(policies[0], month.AddDate(1, 0, 0), final), factor(policies[1], month.AddDate(1, 0, 0), amended),
			factor(policies[1], month.AddDate(1, 0, 0), gone)}, "0 trips, 0 events, 0 months, 0 charges, 3 factors"},
		{"a factor by a newer method", []outcome.Outcome{factor(policies[0], month, version{method: 2, revision: 1}), factor(policies[0], month, amended)},
			"0 trips, 0 events, 0 months, 0 charges, 1 factors"},
	}
}
