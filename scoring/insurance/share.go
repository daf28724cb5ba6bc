package insurance

import (
	"math"
	"slices"

	"milepost/outcome"
	"milepost/state"
)

// Share is what one trip adds to a period, or the sum of several: integers alone, so that
// a trip is taken out exactly. Distances are in 0.1 m, times in ms.
type Share struct {
	Trips, Distance, Driving, Night int64
	// Observed is the way whose every second could be judged for brakings and accelerations,
	// Lateral that of it on which cornering could be seen too; the events are level-weighted.
	Observed, Lateral               int64
	Brakings, Accelerations, Corner int64
	// LimitKnown is the way with a known limit, Over that above it by up to 10 %, to 20 %, more.
	LimitKnown int64
	Over       [3]int64
	// Mapped is the way of trips that were put on a map, Highway that of it on motorways.
	Mapped, Highway int64
	// EngineKnown is the way of trips that tell which engine drove, Electric that with it off.
	EngineKnown, Electric int64
}

// ShareOf is what a trip adds to its period.
func ShareOf(t *outcome.Trip) Share {
	in := t.Receipt.Inputs
	s := Share{Trips: 1, Distance: tenths(t.DistanceM), Driving: thousandths(t.DrivingS), Night: thousandths(t.NightS),
		Observed: tenths(in["judged_distance_m"]),
		Brakings: whole(in["weighted_braking_events"]), Accelerations: whole(in["weighted_accel_events"])}
	if corners, ok := in["weighted_cornering_events"]; ok && lateral(t) {
		s.Lateral, s.Corner = s.Observed, whole(corners)
	}
	if x := t.Speeding; x != nil {
		s.LimitKnown = tenths(x.LimitKnownM)
		s.Over = [3]int64{tenths(x.Over0M), tenths(x.Over10M), tenths(x.Over20M)}
	}
	if t.HighwayM != nil {
		s.Mapped, s.Highway = s.Distance, min(tenths(*t.HighwayM), s.Distance)
	}
	if t.EVDistanceM != nil {
		s.EngineKnown, s.Electric = s.Distance, min(tenths(*t.EVDistanceM), s.Distance)
	}
	return s
}

// lateral reports whether anything of the trip could show a corner: motion, or a course.
func lateral(t *outcome.Trip) bool {
	return slices.ContainsFunc(t.Receipt.Tracks, func(s outcome.TrackSpan) bool {
		return s.Samples > 0 && (s.Track == "motion" || s.Track == "position")
	})
}

// mostAmount is far beyond what a trip holds: sums stay within an int64 whatever comes.
const mostAmount = 1 << 40

func whole(x float64) int64 {
	if !(x > 0) {
		return 0
	}
	return int64(math.Floor(min(x, mostAmount) + 0.5))
}

func tenths(m float64) int64      { return whole(float64(m * 10)) }
func thousandths(s float64) int64 { return whole(float64(s * 1000)) }

// Add adds another share; sign -1 takes it out again.
func (s *Share) Add(o Share, sign int64) {
	mine, theirs := s.amounts(), o.amounts()
	for i := range mine {
		*mine[i] += sign * *theirs[i]
	}
}

// amounts are all of a share, in the order of its state.
func (s *Share) amounts() [17]*int64 {
	return [17]*int64{&s.Trips, &s.Distance, &s.Driving, &s.Night, &s.Observed, &s.Lateral, &s.Brakings, &s.Accelerations, &s.Corner,
		&s.LimitKnown, &s.Over[0], &s.Over[1], &s.Over[2], &s.Mapped, &s.Highway, &s.EngineKnown, &s.Electric}
}

// State writes or reads the sums, a byte for each that is nothing.
func (s *Share) State(c *state.Codec) {
	for _, v := range s.amounts() {
		u := uint64(*v)
		c.Uint64(&u)
		*v = int64(u)
	}
}

// Exposure is what the sums are over.
func (s *Share) Exposure() outcome.Exposure {
	return outcome.Exposure{Trips: int(s.Trips), DistanceM: metres(s.Distance), DrivingS: float64(s.Driving) / 1000}
}

func metres(tenths int64) float64 { return float64(tenths) / 10 }
