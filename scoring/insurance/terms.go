package insurance

import (
	"milepost/outcome"
	"milepost/scoring/tables"
)

// terms is what a factor follows from when components are scored.
type terms struct {
	table      *tables.Table
	components []outcome.Component
	score      float64
	electric   *outcome.Electric // of hybrids
}

// electric is the electric use of a hybrid's period; nil for other products.
func electric(t *tables.Table, in map[string]float64) *outcome.Electric {
	if t.Discount == nil {
		return nil
	}
	e := &outcome.Electric{EVDistanceM: in["ev_distance_m"], KnownDistanceM: in["engine_known_m"]}
	if e.KnownDistanceM > 0 {
		s := round(share(e.EVDistanceM, e.KnownDistanceM), 4)
		e.EVShare = &s
	}
	if t.Product == outcome.ProductPHI {
		e.DrivingDays, e.ChargingDays = int(in["days"]), int(in["charging_days"])
		if km := in["electric_range_km"]; km > 0 {
			u := round(tables.UtilityFactor(km, t.Discount.Expected.DistanceKm), 4)
			e.ExpectedEVShare = &u
		}
	}
	return e
}

// way is one way to earn the electric part: its name in reason codes, its weight, and how
// much of it was earned, absent where that cannot be told.
type way struct {
	name   string
	weight float64
	part   *float64
}

// ways are the ways to earn the electric part that the table has.
func (x *terms) ways() []way {
	d, e := x.table.Discount, x.electric
	if d == nil {
		return nil
	}
	if x.table.Product == outcome.ProductFHI {
		return []way{{"ev_share", 1, earned(d.EVShare, e.EVShare)}}
	}
	return []way{
		{"expected_share", d.Expected.Weight, earned(&d.Expected.Steps, ofExpected(e))},
		{"charging", d.Charging.Weight, earned(&d.Charging.Steps, charging(e))},
	}
}

func earned(s *tables.Steps, of *float64) *float64 {
	if of == nil {
		return nil
	}
	p := round(s.At(*of), 4)
	return &p
}

// ofExpected is the electric share over the expected one.
func ofExpected(e *outcome.Electric) *float64 {
	if e.EVShare == nil || e.ExpectedEVShare == nil || *e.ExpectedEVShare <= 0 {
		return nil
	}
	v := *e.EVShare / *e.ExpectedEVShare
	return &v
}

// charging is charging days per driving day, 1 at most.
func charging(e *outcome.Electric) *float64 {
	if e.DrivingDays == 0 {
		return nil
	}
	v := share(float64(e.ChargingDays), float64(e.DrivingDays))
	return &v
}

// part is the electric part by the ways that can be told; nil where none can.
func part(ways []way) *float64 {
	sum, weights := 0.0, 0.0
	for _, w := range ways {
		if w.part != nil && w.weight > 0 {
			sum += float64(w.weight * *w.part)
			weights += w.weight
		}
	}
	if weights == 0 {
		return nil
	}
	p := round(sum/weights, 4)
	return &p
}

// parts writes what safety and electric driving earn into a hybrid's outcome.
func (x *terms) parts() {
	if x.electric == nil {
		return
	}
	s := round(x.table.Discount.Safety.At(x.score), 4)
	x.electric.SafetyPart, x.electric.ElectricPart = &s, part(x.ways())
}

// factor is the factor before adjustments. What cannot be told of electric driving earns
// nothing.
func (x *terms) factor() float64 {
	if x.table.Factor != nil {
		return round(x.table.Factor.At(x.score), 4)
	}
	electric := 0.0
	if p := x.electric.ElectricPart; p != nil {
		electric = *p
	}
	return x.discounted(x.table.Discount.Safety.At(x.score), electric)
}

// discounted is a hybrid's factor by its two parts.
func (x *terms) discounted(safety, electric float64) float64 {
	return round(1-float64(float64(x.table.Discount.Most*round(safety, 4))*electric), 4)
}
