package pipeline

import (
	"math"
	"slices"

	"milepost/detectors"
	"milepost/outcome"
)

// tell emits a collision as it is known now, if that says anything new.
func (v *Vehicle) tell(k *collision, arrived int64, s *Scratch) {
	o := v.collisionOutcome(k)
	said := o.Follow(k.said)
	if k.revision > 0 && (len(o.Changed) == 0 || k.closed && slices.Equal(o.Changed, []outcome.Part{outcome.PartState})) {
		return // final, amended: that alone says nothing
	}
	k.revision++
	k.said, k.reported = said, arrived
	k.closed = k.closed || o.State != outcome.Open
	o.Revision, o.ReportedAt = k.revision, outcome.Time(arrived)
	s.Out = append(s.Out, o)
}

// collisionOutcome writes a collision as it is known, without revision and report.
func (v *Vehicle) collisionOutcome(k *collision) *outcome.Collision {
	c := k.told()
	at := outcome.Time(k.at)
	o := &outcome.Collision{
		Header: outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID(v.id, string(outcome.TypeCollision), at), VehicleID: v.id, At: at},
		State:  k.stands(c.Open), Confidence: c.Confidence, Late: k.tardy, Method: detectors.CollisionMethod,
		Severity: c.Severity, SeverityRaisedBy: c.RaisedBy, Side: outcome.SideUnknown,
		SpeedAtImpactKmh: known(math.Abs(c.SpeedAtImpact)*3.6, 1),
		EventCount:       len(c.Impacts), Rollover: c.Rollover, SensorSaturated: c.Saturated,
		RateHz: round(c.RateHz, 1), Flags: c.Flags, Evidence: evidenceOf(c.Evidence), Impacts: impactsOf(c.Impacts),
		SpeedBefore: speedsOf(c.SpeedBefore, c.At), Pulse: pulseOf(c.Pulse), Thresholds: detectors.CollisionThresholds(),
	}
	if most := c.Hardest(); most != nil {
		o.DeltaVKmh, o.DeltaVXKmh, o.DeltaVYKmh = known(most.DeltaV()*3.6, 1), known(unsigned(round(most.DeltaX*3.6, 1)), 1), known(unsigned(round(most.DeltaY*3.6, 1)), 1)
		o.PDOFDeg, o.Clock, o.Side = known(compass(most.PDOF()), 0), most.Clock(), most.Side()
	}
	k.placed(o)
	k.people(o, &c.Aboard)
	return o
}

// stands is where the collision stands, by whether evidence is still awaited.
func (k *collision) stands(open bool) outcome.State {
	switch {
	case k.closed:
		return outcome.Amended
	case open:
		return outcome.Open
	}
	return outcome.Final
}

// placed writes where it was, as far as that may be told.
func (k *collision) placed(o *outcome.Collision) {
	if len(k.places) == 0 {
		return
	}
	here := k.places[0].outcome()
	o.Position, o.PositionTrusted = &here, k.places[0].trusted(k.at)
	for i := range k.places[1:] {
		o.RecentPositions = append(o.RecentPositions, k.places[1+i].outcome())
	}
	o.DirectionDeg = known(compass(direction(k.places, k.at)), 0)
}

// people writes whose vehicle it was and who was in it.
func (k *collision) people(o *outcome.Collision, aboard *detectors.Aboard) {
	o.PropulsionType, o.AccountID, o.DriverID = k.terms.powertrain, k.terms.account, pseudonym(k.terms.driver)
	if k.terms.assist {
		o.Consents = append(o.Consents, outcome.ConsentAssistance)
	}
	if k.terms.placed {
		o.Consents = append(o.Consents, outcome.ConsentCollisionPosition)
	}
	o.DriverBelted, o.PassengerBelted = truth(aboard.DriverBelted), truth(aboard.PassengerBelted)
	if aboard.Passengers > 0 {
		n := aboard.Passengers
		o.Passengers = &n
	}
}

func truth(t detectors.Truth) *bool {
	if t == detectors.Unknown {
		return nil
	}
	is := t == detectors.True
	return &is
}

func evidenceOf(all []detectors.Evidence) (out []outcome.Evidence) {
	for i := range all {
		e := &all[i]
		o := outcome.Evidence{Kind: e.Kind.String(), At: outcome.Time(e.At), For: e.For()}
		switch e.Kind {
		case detectors.SpeedDrop, detectors.DrivingOn:
			o.Value = known(e.Value*3.6, 1)
		default:
			o.Value = known(e.Value, 1)
		}
		out = append(out, o)
	}
	return out
}

func impactsOf(all []detectors.Impact) (out []outcome.Impact) {
	for i := range all {
		m := &all[i]
		out = append(out, outcome.Impact{
			At: outcome.Time(m.At), EndAt: outcome.Time(m.End),
			DeltaVKmh: round(m.DeltaV()*3.6, 1), DeltaVXKmh: unsigned(round(m.DeltaX*3.6, 1)), DeltaVYKmh: unsigned(round(m.DeltaY*3.6, 1)),
			PDOFDeg: compass(m.PDOF()), Clock: m.Clock(), Side: m.Side(),
			PeakMS2: round(m.Peak, 2), Saturated: m.Saturated, SamplesMissing: m.SamplesMissing,
		})
	}
	return out
}

func speedsOf(all []detectors.SpeedAt, zero int64) (out []outcome.SpeedAt) {
	for _, s := range all {
		if before := round(seconds(zero-s.At), 2); before >= 0 && !math.IsNaN(s.V) {
			out = append(out, outcome.SpeedAt{BeforeS: before, SpeedKmh: round(math.Abs(s.V)*3.6, 1)})
		}
	}
	return out
}

func pulseOf(p *detectors.Pulse) *outcome.Pulse {
	if p == nil {
		return nil
	}
	return &outcome.Pulse{
		From: outcome.Time(p.From), StepMS: float64(p.Step) / 1000,
		Longitudinal: axisOf(p.Longitudinal), Lateral: axisOf(p.Lateral), Vertical: axisOf(p.Vertical),
	}
}

func axisOf(a []float32) []*float64 {
	if len(a) == 0 {
		return nil
	}
	values := make([]float64, len(a))
	out := make([]*float64, len(a))
	for i, x := range a {
		if !math.IsNaN(float64(x)) {
			values[i] = unsigned(round(float64(x), 2))
			out[i] = &values[i]
		}
	}
	return out
}

// unsigned is a number without the sign of a zero, which text would show.
func unsigned(x float64) float64 {
	if x == 0 {
		return 0
	}
	return x
}

// compass rounds a direction to whole degrees from 0 to 359; NaN stays.
func compass(deg float64) float64 { return math.Mod(round(deg, 0), 360) }

// told is all that is known of the collision.
func (k *collision) told() detectors.Collision {
	all := slices.Concat(k.live, k.late)
	if len(all) == 1 {
		return all[0]
	}
	return detectors.MergeCollisions(all)
}
