package scoring

import (
	"slices"

	"milepost/outcome"
)

// Month sums trips of one driver in one vehicle over a local calendar month. All
// sums are integers, so that a trip can be taken out again exactly and the order
// of trips does not matter.
type Month struct {
	Name     string // YYYY-MM
	Driver   int64  // 0 where unknown
	Withheld int
	Days     []Day // by date
}

// Day sums the trips of one local date.
type Day struct {
	Date string // YYYY-MM-DD
	Share
}

// Share is what one trip adds to its day, or the sum of several.
type Share struct {
	Trips                        int64
	DistanceDM                   int64 // 0.1 m
	DurationMS                   int64
	Score, Acceleration, Braking int64 // tenths of a point × 0.1 m
}

// ShareOf is what a trip adds to its month.
func ShareOf(t *outcome.Trip) Share {
	d := int64(float64(tenth(t.DistanceM)*10) + 0.5)
	s := Share{Trips: 1, DistanceDM: d, DurationMS: int64(float64(t.DurationS*1000) + 0.5)}
	if p := t.Scores.Performance; p != nil {
		s.Score, s.Acceleration, s.Braking = weigh(p.Score, d), weigh(p.Acceleration, d), weigh(p.Braking, d)
	}
	return s
}

func weigh(score float64, d int64) int64 { return int64(float64(score*10)+0.5) * d }

// Add puts a trip's share on its date; sign -1 takes it out again.
func (m *Month) Add(date string, s Share, sign int64) {
	i, found := slices.BinarySearchFunc(m.Days, date, func(d Day, date string) int {
		switch {
		case d.Date < date:
			return -1
		case d.Date > date:
			return 1
		}
		return 0
	})
	if !found {
		m.Days = slices.Insert(m.Days, i, Day{Date: date})
	}
	m.Days[i].add(s, sign)
	if m.Days[i].Trips == 0 {
		m.Days = slices.Delete(m.Days, i, i+1)
	}
}

func (s *Share) add(o Share, sign int64) {
	s.Trips += sign * o.Trips
	s.DistanceDM += sign * o.DistanceDM
	s.DurationMS += sign * o.DurationMS
	s.Score += sign * o.Score
	s.Acceleration += sign * o.Acceleration
	s.Braking += sign * o.Braking
}

// Fill writes the sums into an outcome: distance-weighted averages, absent where
// nothing was driven.
func (m *Month) Fill(o *outcome.Month) {
	var all Share
	o.Month, o.Method, o.WithheldTrips = m.Name, Method, m.Withheld
	o.Days = make([]outcome.Day, 0, len(m.Days))
	for _, d := range m.Days {
		all.add(d.Share, 1)
		o.Days = append(o.Days, outcome.Day{Date: d.Date, Trips: int(d.Trips), DistanceM: float64(d.DistanceDM) / 10,
			DurationS: float64(d.DurationMS) / 1000, Score: d.mean(d.Score)})
	}
	o.Trips, o.DistanceM, o.DurationS = int(all.Trips), float64(all.DistanceDM)/10, float64(all.DurationMS)/1000
	o.Score, o.Acceleration, o.Braking = all.mean(all.Score), all.mean(all.Acceleration), all.mean(all.Braking)
}

// mean is a weighted sum over the distance, rounded half up to one decimal.
func (s *Share) mean(sum int64) *float64 {
	if s.DistanceDM == 0 {
		return nil
	}
	v := float64((2*sum+s.DistanceDM)/(2*s.DistanceDM)) / 10
	return &v
}
