package insurance

import (
	"milepost/outcome"
	"milepost/scoring/tables"
)

// Method names the version of the formulas.
const Method = tables.Method

// Period is what is known of a policy's period: all that a factor is computed from,
// beside the table.
type Period struct {
	Sums            Share
	Days            int                  // local dates with a trip
	ChargingDays    int                  // local dates with a charging session; of PHI
	ElectricRangeKm float64              // of a plug-in by its type approval; 0 where not known
	LeftOut         []outcome.LeftOut    // by reason
	Earlier         []outcome.Adjustment // what later data changed of periods that were issued
}

// inputs gives the sums that a table asks for, and no others, under the names that
// FromReceipt reads: what an insurer does not weigh it does not get.
func (p *Period) inputs(t *tables.Table) map[string]float64 {
	s := &p.Sums
	in := map[string]float64{"trips": float64(s.Trips), "days": float64(p.Days), "distance_m": metres(s.Distance), "driving_s": float64(s.Driving) / 1000}
	for _, c := range t.Components {
		if c.Weight > 0 {
			s.inputs(c.Name, in)
		}
	}
	if t.Discount != nil {
		in["engine_known_m"], in["ev_distance_m"] = metres(s.EngineKnown), metres(s.Electric)
	}
	if t.Product == outcome.ProductPHI {
		in["charging_days"], in["electric_range_km"] = float64(p.ChargingDays), p.ElectricRangeKm
	}
	return in
}

// inputs writes the sums of one component.
func (s *Share) inputs(component string, in map[string]float64) {
	switch component {
	case tables.Speeding:
		in["limit_known_m"], in["over_0_m"] = metres(s.LimitKnown), metres(s.Over[0])
		in["over_10_m"], in["over_20_m"] = metres(s.Over[1]), metres(s.Over[2])
	case tables.Braking:
		in["observed_m"], in["weighted_braking_events"] = metres(s.Observed), float64(s.Brakings)
	case tables.Acceleration:
		in["observed_m"], in["weighted_accel_events"] = metres(s.Observed), float64(s.Accelerations)
	case tables.Cornering:
		in["cornering_observed_m"], in["weighted_cornering_events"] = metres(s.Lateral), float64(s.Corner)
	case tables.Night:
		in["night_s"] = float64(s.Night) / 1000
	case tables.RoadType:
		in["mapped_m"], in["highway_m"] = metres(s.Mapped), metres(s.Highway)
	}
}
