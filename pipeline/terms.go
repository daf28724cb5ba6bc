package pipeline

import (
	"time"

	"milepost/fleet"
)

// terms are what a profile says of a trip that begins while it is in force.
type terms struct {
	zone       *time.Location
	powertrain fleet.Powertrain
	massKg     float64 // 0 where unknown
	account    string
	driver     int64 // linked, 0 for none
}

func (v *Vehicle) termsAt(start int64) terms {
	p := v.known.At(start)
	zone, err := p.Location()
	if err != nil {
		zone = time.UTC // Know has seen that it exists
	}
	return terms{zone: zone, powertrain: p.Powertrain, massKg: p.MassKg, account: p.Account, driver: p.DriverNumber()}
}
