package pipeline

import (
	"maps"

	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/tables"
	"milepost/telemetry"
)

// Scratch is what the vehicles of one worker share: buffers, what they produced,
// and counts of what was dropped. It is not safe for concurrent use.
type Scratch struct {
	// Out collects outcomes in the order in which they came about; the caller
	// takes them and sets it back to length 0.
	Out   []outcome.Outcome
	Drops telemetry.Drops
	// ShortTrips counts trips under both 50 m and 10 s, which leave no outcome.
	ShortTrips int64
	// Hidden counts positions taken out because location was not shared.
	Hidden int64
	// Withheld counts trips that ended while location was not shared.
	Withheld int64
	// IgnoredAlarms counts impacts and airbags of sensors that tell of too many.
	IgnoredAlarms int64
	// LostPieces counts summaries that were put away and are damaged or gone: trips that
	// late data cannot amend any more.
	LostPieces int64
	// UnknownTables counts factors that were not computed, as their policy names a table
	// that is not there.
	UnknownTables int64
	// Chunks reads what Cut has put away; nil where nothing ever was.
	Chunks Reader
	// Roads puts closed trips onto roads; nil without a map.
	Roads Roads
	// Events are the thresholds of harsh manoeuvres; nil: the default ones.
	Events *detectors.Thresholds
	// Tables are what insurers' factors are computed by; nil: the default ones.
	Tables *tables.Set
	// Err is what kept Advance from amending a trip: its summaries could not be read.
	// The trip is as it was; the caller must not go on, or the amendment is lost.
	Err error

	kinematics detectors.Kinematics
	listed     listed
	points     []detectors.Point
	boundaries []detectors.Boundary
	turns      []privacy.Turn // of the gate in the frame being applied
	turned     int            // how many of them are used

	charges     []detectors.ChargeSession
	crashes     []detectors.Collision
	late        telemetry.Frame // a late frame, copied
	crashTurned int             // how many of the turns the collisions have had
	paving      paving          // of the trip being closed
	veiled      telemetry.Frame // places of the frame being applied that are hidden and may be kept for a collision
	unveiled    int             // how many of them are used
}

// listed are the thresholds that receipts name, once for all trips that they judge.
type listed struct {
	of              *detectors.Thresholds
	alone, speeding map[string]float64 // without and with the rules of speeding
}

// receipt gives the thresholds as receipts name them.
func (s *Scratch) receipt() *listed {
	t := s.thresholds()
	if s.listed.of != t {
		l := listed{of: t, alone: scoring.ReceiptThresholds()}
		maps.Copy(l.alone, t.Receipt())
		l.speeding = maps.Clone(l.alone)
		maps.Copy(l.speeding, detectors.SpeedingThresholds())
		s.listed = l
	}
	return &s.listed
}

// thresholds of harsh manoeuvres.
func (s *Scratch) thresholds() *detectors.Thresholds {
	if s.Events == nil {
		return detectors.DefaultThresholds()
	}
	return s.Events
}

// turnsBefore gives the turns not used yet that come before a time.
func (s *Scratch) turnsBefore(at int64) []privacy.Turn {
	from := s.turned
	s.turned += turnsBefore(s.turns[from:], at)
	return s.turns[from:s.turned]
}

// turnsBefore counts the leading turns that come before a time.
func turnsBefore(turns []privacy.Turn, at int64) (n int) {
	for n < len(turns) && turns[n].At < at {
		n++
	}
	return n
}
