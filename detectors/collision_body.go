package detectors

import (
	"math"

	"milepost/telemetry"
)

// known are the truth values last heard of the body.
type known struct{ heard, value uint64 }

func (k *known) set(s telemetry.BodySignal, v int64) {
	bit := uint64(1) << (s % 64)
	k.heard |= bit
	k.value &^= bit
	if v != 0 {
		k.value |= bit
	}
}

func (k known) get(s telemetry.BodySignal) Truth {
	bit := uint64(1) << (s % 64)
	switch {
	case k.heard&bit == 0:
		return Unknown
	case k.value&bit == 0:
		return False
	}
	return True
}

// aboard tells who was aboard. The driver's seat counts as taken where any seat reports.
func (k known) aboard() Aboard {
	a := Aboard{DriverBelted: k.get(telemetry.BeltedR1Driver)}
	if k.get(telemetry.OccupiedR1Passenger) == True {
		a.PassengerBelted = k.get(telemetry.BeltedR1Passenger)
	}
	reported := a.DriverBelted != Unknown
	for _, seat := range [...]telemetry.BodySignal{telemetry.OccupiedR1Passenger, telemetry.OccupiedR2Driver, telemetry.OccupiedR2Passenger} {
		switch k.get(seat) {
		case True:
			a.Passengers++
			reported = true
		case False:
			reported = true
		}
	}
	if reported {
		a.Passengers++
	}
	return a
}

// isDoor reports whether the signal is a door's being open.
func isDoor(s telemetry.BodySignal) bool {
	return s >= telemetry.DoorOpenR1Driver && s <= telemetry.DoorOpenR2Passenger
}

func isAirbag(s telemetry.BodySignal) bool {
	return s == telemetry.AirbagDeployedR1Driver || s == telemetry.AirbagDeployedR1Passenger
}

// A vehicle is awake while its low-voltage system is on, and 5 s longer; one that never
// told of it, for 5 s after it drove.
const (
	wakeSpan  = 5 * second
	wakeSpeed = 5 / 3.6 // m/s
	sleepSpan = 60 * second
)

// wakefulness tells up to when the vehicle is awake.
type wakefulness struct {
	until int64 // µs; the largest int64 for as long as the system is on
	told  bool  // the system's state was reported at some time
}

func (a *wakefulness) system(at, state int64) {
	switch {
	case state == telemetry.StateOn || state == telemetry.StateStart:
		a.until, a.told = math.MaxInt64, true
	case state == telemetry.StateUndefined: // tells nothing
	case !a.told:
		a.until, a.told = min(a.until, at+wakeSpan), true
	case a.until == math.MaxInt64:
		a.until = at + wakeSpan
	}
}

func (a *wakefulness) drove(at int64, v float32) {
	if !a.told && max(v, -v) >= wakeSpeed {
		a.until = at + wakeSpan
	}
}
