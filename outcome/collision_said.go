package outcome

import (
	"encoding/json"
	"hash/fnv"
)

// Part is a part of a collision's record that readers care about apart from the others.
type Part string

// The parts, in the order in which Changed names them.
const (
	PartConfidence Part = "confidence"
	PartSeverity   Part = "severity"
	PartState      Part = "state"
	PartMotion     Part = "motion" // what is said of the impacts: delta-V, direction, speed, rollover, flags
	PartEvidence   Part = "evidence"
	PartPosition   Part = "position" // with the earlier ones, direction and whether it can be trusted
	PartPeople     Part = "people"   // seats, belts, driver, account
	PartPulse      Part = "pulse"    // with the speed before
)

const partCount = 8

// rank orders the confidences; the empty one comes first.
var rank = map[Confidence]int{Possible: 1, Probable: 2, Confirmed: 3}

// AtLeast reports whether c is as sure as least, or surer.
func (c Confidence) AtLeast(least Confidence) bool { return rank[c] >= rank[least] }

// Said is what later revisions of a collision must know of the one before: whoever makes
// them keeps it, and from nothing else can a reader of a single record tell what is new
// in it. The zero value stands before the first revision.
type Said struct {
	Highest Confidence
	Prints  [partCount]uint64 // of each part's JSON
}

// Follow fills in HighestConfidence and Changed of a revision that is otherwise
// complete, and gives what the next one follows.
func (c *Collision) Follow(before Said) Said {
	now := Said{Highest: before.Highest}
	if c.Confidence.AtLeast(now.Highest) {
		now.Highest = c.Confidence
	}
	c.HighestConfidence, c.Changed = now.Highest, nil
	for i, part := range c.parts() {
		now.Prints[i] = fingerprint(part.of)
		if before.Highest != "" && now.Prints[i] != before.Prints[i] {
			c.Changed = append(c.Changed, part.name)
		}
	}
	return now
}

type part struct {
	name Part
	of   []any
}

// parts is the record but its identity, when it was reported and how it was found, which
// go with everything else.
func (c *Collision) parts() [partCount]part {
	return [...]part{
		{PartConfidence, []any{c.Confidence}},
		{PartSeverity, []any{c.Severity, c.SeverityRaisedBy}},
		{PartState, []any{c.State}},
		{PartMotion, []any{c.DeltaVKmh, c.DeltaVXKmh, c.DeltaVYKmh, c.PDOFDeg, c.Clock, c.Side, c.SpeedAtImpactKmh,
			c.EventCount, c.Rollover, c.SensorSaturated, c.RateHz, c.Flags, c.Impacts}},
		{PartEvidence, []any{c.Evidence}},
		{PartPosition, []any{c.Position, c.RecentPositions, c.PositionTrusted, c.DirectionDeg}},
		{PartPeople, []any{c.Passengers, c.DriverBelted, c.PassengerBelted, c.AccountID, c.DriverID, c.PropulsionType}},
		{PartPulse, []any{c.Pulse, c.SpeedBefore}},
	}
}

// fingerprint is 0 where there is no JSON of the values: then there is none of the record either.
func fingerprint(of []any) uint64 {
	text, err := json.Marshal(of)
	if err != nil {
		return 0
	}
	h := fnv.New64a()
	h.Write(text)
	return h.Sum64()
}
