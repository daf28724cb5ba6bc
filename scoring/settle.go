package scoring

// Settle keeps of the days before a date, which nothing may change any more, only what
// their entries say: the rest of their sums is the month's alone.
func (m *Month) Settle(before string) {
	for i := range m.Days {
		d := &m.Days[i]
		if d.Settled || d.Date >= before {
			continue
		}
		d.Settled = true
		m.Rest.add(&d.Share, 1)
		d.reduce()
		m.Rest.add(&d.Share, -1)
	}
}

// reduce makes of a day's sums the plainest that give the same entry.
func (s *Share) reduce() {
	dm := s.DistanceDM
	s.Score, s.Acceleration, s.Braking = whole10(s.mean(s.Score))*dm, whole10(s.mean(s.Acceleration))*dm, whole10(s.mean(s.Braking))*dm
	if steady := s.steady(); steady != nil && dm != 0 {
		s.Told[steadyScore].Sum, s.Told[steadyM].Sum = whole10(steady)*dm, dm
	}
	cause := s.advice()
	for i := range s.Advised {
		if s.Advised[i] = 0; causesByRank[i] == cause {
			s.Advised[i] = 1
		}
	}
	if s.ByDemand > 0 {
		s.ByDemand = s.Trips
	}
	for i := range s.Told {
		if s.Told[i].Trips > 0 {
			s.Told[i].Trips = s.Trips
		}
	}
}

// whole10 is a score in tenths, 0 without one.
func whole10(score *float64) int64 {
	if score == nil {
		return 0
	}
	return whole(*score, 10)
}

// any reports whether there is anything in the share.
func (s *Share) any() bool {
	some := len(s.Countries) > 0
	visit := func(_ string, v *int64) { some = some || *v != 0 }
	s.always(visit)
	s.seldom(visit)
	return some
}
