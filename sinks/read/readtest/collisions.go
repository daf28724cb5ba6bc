package readtest

import (
	"fmt"
	"math"

	"milepost/outcome"
)

// crash is a version of a collision by its method.
func (v version) crash() string { return fmt.Sprintf("collision/%d", v.method) }

// NewCollision is a collision of which everything is known, in its final revision.
func NewCollision(vehicle, account string, at outcome.Time) *outcome.Collision {
	return newCollision(vehicle, account, at, version{method: 1, revision: 4})
}

// NewAirbag is a collision of which only an airbag tells.
func NewAirbag(vehicle string, at outcome.Time) *outcome.Collision {
	return newAirbag(vehicle, at, version{method: 1, revision: 1})
}

func collisionHead(vehicle string, at outcome.Time, v version) *outcome.Collision {
	c := &outcome.Collision{
		Header: outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID(vehicle, "collision", at), VehicleID: vehicle, At: at, Revision: v.revision},
		State:  v.state(), Method: v.crash(), HighestConfidence: outcome.Confirmed,
	}
	if v.withdrawn {
		// Only a withdrawn collision's header counts; the rest makes it a valid message.
		c.Confidence, c.Severity, c.Side, c.Thresholds = outcome.Possible, outcome.SeverityUnknown, outcome.SideUnknown, outcome.Thresholds{}
		c.ReportedAt = at
	}
	return c
}

func newAirbag(vehicle string, at outcome.Time, v version) *outcome.Collision {
	c := collisionHead(vehicle, at, v)
	if v.withdrawn {
		return c
	}
	c.State, c.Confidence, c.ReportedAt = outcome.Open, outcome.Confirmed, at+1_000_000
	c.Severity, c.Side, c.Flags = outcome.SeverityUnknown, outcome.SideUnknown, []string{"airbag_only"}
	c.Evidence = []outcome.Evidence{{Kind: "airbag", At: at, For: true}}
	c.Thresholds = outcome.Thresholds{"awake_s": 5}
	return c
}

// newCollision is a collision whose every value tells its version.
func newCollision(vehicle, account string, at outcome.Time, v version) *outcome.Collision {
	c := collisionHead(vehicle, at, v)
	if v.withdrawn {
		return c
	}
	c.State, c.Confidence, c.Late, c.ReportedAt = outcome.Final, outcome.Probable, v.revision == 3, at+outcome.Time(v.revision)*31_000_000
	if v.revision%2 == 0 {
		c.Confidence = outcome.Confirmed
	}
	c.Changed = []outcome.Part{outcome.PartSeverity, outcome.PartPulse}
	c.Severity, c.SeverityRaisedBy = outcome.SeveritySerious, []string{"side", "multi_event"}
	c.DeltaVKmh, c.DeltaVXKmh, c.DeltaVYKmh, c.PDOFDeg = number(31.25+float64(v.revision)), number(-3.5), number(-31), number(276.1)
	c.Clock, c.Side, c.SpeedAtImpactKmh, c.EventCount = 9, outcome.SideLeft, number(52.3), 2
	c.Rollover, c.SensorSaturated, c.RateHz, c.Flags = true, true, 100.5, []string{"samples_missing", "low_rate"}
	c.Evidence = []outcome.Evidence{{Kind: "speed_drop", At: at + 200_000, For: true, Value: number(28.5)},
		{Kind: "driving_on", At: at + 16_000_000, Value: number(0)}}
	for i := range 2 {
		c.Impacts = append(c.Impacts, outcome.Impact{At: at + outcome.Time(i)*1_500_000, EndAt: at + outcome.Time(i)*1_500_000 + 120_000,
			DeltaVKmh: 31.25, DeltaVXKmh: -3.5, DeltaVYKmh: -31, PDOFDeg: 276.1, Clock: 9, Side: outcome.SideLeft, PeakMS2: 156.9, Saturated: i == 0})
	}
	c.Position = &outcome.Fix{At: at - 400_000, Lat: 40.4168, Lon: -3.7038, AccuracyM: number(4.5)}
	c.RecentPositions = []outcome.Fix{{At: at - 1_400_000, Lat: 40.4169, Lon: -3.7039}, {At: at - 2_400_000, Lat: 40.417, Lon: -3.704}}
	c.PositionTrusted, c.DirectionDeg = true, number(187.5)
	people, yes, no := 2, true, false
	c.PropulsionType, c.Passengers, c.DriverBelted, c.PassengerBelted = "electric", &people, &yes, &no
	c.SpeedBefore = []outcome.SpeedAt{{BeforeS: 5, SpeedKmh: 60}, {BeforeS: 0.1, SpeedKmh: 52.3}}
	c.Pulse = pulse(at)
	c.Consents, c.AccountID, c.DriverID = []string{outcome.ConsentAssistance, outcome.ConsentCollisionPosition}, account, "d7-é"
	c.Thresholds = outcome.Thresholds{"trigger_kmh": 8, "window_ms": 150, "bump_ratio": 0.35}
	return c
}

// pulse is 3 s at 100 Hz, with a hole in it, and an axis that is not there.
func pulse(at outcome.Time) *outcome.Pulse {
	p := &outcome.Pulse{From: at - 1_000_000, StepMS: 10}
	for i := range 301 {
		if i == 120 {
			p.Longitudinal, p.Lateral = append(p.Longitudinal, nil), append(p.Lateral, nil)
			continue
		}
		swing := math.Exp(-math.Pow(float64(i-106)/5, 2))
		p.Longitudinal = append(p.Longitudinal, number(math.Round(-1800*swing)/100))
		p.Lateral = append(p.Lateral, number(math.Round(-15690*swing)/100))
	}
	return p
}

// NewAddition is what a person adds to a collision some seconds after it.
func NewAddition(to *outcome.Collision, kind outcome.AdditionKind, seconds int) *outcome.Addition {
	return newAddition(to, kind, seconds, version{method: 1, revision: 1})
}

// newAddition is one by a person, whose method never changes.
func newAddition(to *outcome.Collision, kind outcome.AdditionKind, seconds int, v version) *outcome.Addition {
	at := to.At + outcome.Time(seconds)*1_000_000
	a := &outcome.Addition{
		Header: outcome.Header{Type: outcome.TypeAddition, ID: outcome.ID(to.VehicleID, "addition/"+to.ID+"/"+string(kind), at),
			VehicleID: to.VehicleID, At: at, Revision: v.revision},
		State: outcome.Final, CollisionID: to.ID, Kind: kind,
	}
	if v.withdrawn {
		a.State = outcome.Withdrawn
		return a
	}
	switch kind {
	case outcome.AdditionAnswer:
		a.Answer = outcome.AnswerAccident
		if seconds%2 == 1 {
			a.Answer = outcome.AnswerNoAccident
		}
	case outcome.AdditionNote:
		a.Text = `the other's plate: ?'\ "é"`
	case outcome.AdditionPhoto:
		a.Text, a.MediaType = "from behind", "image/jpeg"
		a.Content = []byte("\xff\xd8\xff\xe0 not a picture, but every byte counts \x00\n'\\?\xff\xd9")
	}
	return a
}
