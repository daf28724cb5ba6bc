package cars

import (
	"math"

	"milepost/fleet"
	"milepost/pipeline"
)

// Forget makes of a vehicle's entry one without an account, of which nothing waits and
// no trip is under way; see pipeline.Vehicle.Forget for theirs and for what stays. There
// is no entry where nothing is left that another must keep. It fails on an entry that
// cannot be read.
func Forget(vehicle string, entry []byte, account string, theirs func(month, driver string) bool) (next []byte, err error) {
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: vehicle})
	if err != nil {
		return nil, err
	}
	was := &awake{vehicle: v}
	if err := was.unpack(entry); err != nil {
		return nil, err
	}
	if !v.Forget(account, theirs) {
		return nil, nil
	}
	if was.waits() != math.MaxInt64 {
		v.Missed() // what waited is not used: it may have said that the location is hidden
	}
	return packed(header{kind: Parked, due: v.Next()}, &awake{vehicle: v}, nil)
}
