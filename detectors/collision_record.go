package detectors

import (
	"math"

	"milepost/outcome"
)

// Collision is what is known of one collision at one moment. What a later one with the
// same At says replaces it. It shares nothing with the detector.
type Collision struct {
	At         int64 // time zero of the first impact found, µs; the airbag's time where nothing else tells of it. It never moves
	Seen       int64 // time of the sample that made it known, µs
	Open       bool  // evidence is still awaited
	Confidence outcome.Confidence
	Severity   outcome.Severity
	RaisedBy   []string // why Severity is above the band of delta-V: side, rollover, multi_event, unbelted

	Impacts   []Impact
	Evidence  []Evidence // in the order of time
	Flags     []string   // as in outcome.Collision, in the order of the alphabet
	Rollover  bool
	Saturated bool    // in one of the impacts: delta-V is a lower bound
	RateHz    float64 // of the samples it rests on; 0 for an airbag alone

	SpeedAtImpact float64   // m/s, NaN where unknown
	SpeedBefore   []SpeedAt // the half minute before At, in the order of time
	Aboard        Aboard    // as of time zero
	Pulse         *Pulse    // nil until 2 s after At, and where no motion tells of it
}

// Impact is one crash pulse, in ISO 8855 axes: x forward, y left.
type Impact struct {
	At, End        int64   // time zero and end of event (49 CFR 563.5), µs
	DeltaX, DeltaY float64 // m/s, at the largest resultant
	Peak           float64 // m/s², horizontal resultant
	Saturated      bool    // the sensor reached its limit: delta-V is a lower bound
	SamplesMissing bool

	weak             bool    // its shape alone does not make a collision probable
	brakeX           float64 // m/s², forward, in the quarter of a second before: what brakes did
	excessX, excessY float64 // m/s: delta-V without what that would have given
	mild             bool    // nor does anything else but an airbag: brakes and kerbs, or a sensor, may do as much
}

// DeltaV is the resultant change of velocity in m/s.
func (i *Impact) DeltaV() float64 { return math.Hypot(i.DeltaX, i.DeltaY) }

// excess is the resultant change of velocity beyond what the motion before would have
// given, in m/s.
func (i *Impact) excess() float64 { return math.Hypot(i.excessX, i.excessY) }

// PDOF is the principal direction of force in degrees, 0 to 360 clockwise from the
// front: atan2(dVy, -dVx), as what hits the front takes speed and what hits the right
// side pushes to the left.
func (i *Impact) PDOF() float64 {
	deg := math.Atan2(i.DeltaY, -i.DeltaX) / radians
	if deg < 0 {
		deg += 360
	}
	if deg >= 360 {
		deg = 0
	}
	return deg
}

// Clock is the direction of force as on a clock's face, 12 the front.
func (i *Impact) Clock() int {
	hour := int(math.Round(i.PDOF()/30)) % 12
	if hour == 0 {
		return 12
	}
	return hour
}

// Side is the side that the force came from, split at 45 and 135 degrees.
func (i *Impact) Side() outcome.Side {
	switch deg := i.PDOF(); {
	case deg < 45 || deg >= 315:
		return outcome.SideFront
	case deg < 135:
		return outcome.SideRight
	case deg < 225:
		return outcome.SideRear
	}
	return outcome.SideLeft
}

// Hardest is the impact with the largest delta-V, the earlier of equals; nil for none.
func (c *Collision) Hardest() *Impact { return hardest(c.Impacts) }

func hardest(all []Impact) *Impact {
	var most *Impact
	for i := range all {
		if most == nil || all[i].DeltaV() > most.DeltaV() {
			most = &all[i]
		}
	}
	return most
}

// Proof is a kind of evidence.
type Proof uint8

// The kinds of evidence, with the unit of their value.
const (
	Airbag     Proof = iota // deployed
	SpeedDrop               // of the wheels, which agrees with delta-V: m/s
	Standstill              // within 10 s: s after time zero
	Hazards                 // switched on
	DoorOpened              //
	Yaw                     // rate that changed too fast for steering: deg/s
	Rollover                //
	DrivingOn               // speaks against: m/s
)

// String is the kind's name in outcomes.
func (p Proof) String() string {
	return [...]string{"airbag", "speed_drop", "standstill", "hazards", "door_opened", "yaw", "rollover", "driving_on"}[p]
}

// Evidence is one thing that speaks for or against a collision.
type Evidence struct {
	Kind  Proof
	At    int64   // µs
	Value float64 // in the unit of the kind, NaN where it has none
}

// For reports whether it speaks for a collision; else it speaks against.
func (e *Evidence) For() bool { return e.Kind != DrivingOn }

// SpeedAt is the speed at a time.
type SpeedAt struct {
	At int64   // µs
	V  float64 // m/s
}

// Pulse is the acceleration from 1 s before time zero to 2 s after, at an even step,
// without the sensor's offset and with its axes put right. NaN where no sample was; nil
// for an axis that never had one.
type Pulse struct {
	From int64 // µs
	Step int64 // µs: 10 ms, or the sensor's own where that is slower

	Longitudinal, Lateral, Vertical []float32 // m/s²
}

// Truth is a truth value that may be unknown.
type Truth uint8

// The truth values.
const (
	Unknown Truth = iota
	False
	True
)

// Aboard is what was known of the seats.
type Aboard struct {
	DriverBelted    Truth
	PassengerBelted Truth // Unknown where that seat was not taken
	Passengers      int   // seats known to be taken, the driver's included; 0 where neither a seat nor the driver's buckle reports
}
