package advice

import (
	"milepost/outcome"
	"milepost/state"
)

// leastTrips is how many earlier trips of a kind make a comparison.
const leastTrips = 5

// Comparison is what a trip is compared with: the medians of earlier trips.
type Comparison struct {
	Trips   int // 0: there is nothing to compare with
	SameWay bool
	Medians Values // a measure that fewer than five trips tell is absent
}

// Compare gives the usual values of a kind for a trip that starts at a time, µs: of its
// way where there are enough trips, else of its distance and temperature. Where any trip
// that started later is in the history it is false: a trip is compared with earlier ones.
func (h *History) Compare(k Kind, start int64) (Comparison, bool) {
	if h.newest > start {
		return Comparison{}, false
	}
	if i, found := h.find(k); found && k.Way != 0 && h.kinds[i].trips >= leastTrips {
		return comparison(h.kinds[i:i+1], true), true
	}
	var like []habit
	for _, x := range h.kinds {
		if x.Like(k) {
			like = append(like, x)
		}
	}
	return comparison(like, false), true
}

func comparison(of []habit, sameWay bool) Comparison {
	c := Comparison{SameWay: sameWay, Medians: none}
	for i := range of {
		c.Trips += int(of[i].trips)
	}
	if c.Trips < leastTrips {
		return Comparison{}
	}
	for m := range measures {
		var s sum
		for i := range of {
			s.add(of[i].values[m])
		}
		if s.total >= leastTrips {
			c.Medians[m] = int32(s.median())
		}
	}
	return c
}

// Usual is the comparison as a trip tells it; nil where there is none.
func (c *Comparison) Usual() *outcome.Usual {
	if c.Trips == 0 {
		return nil
	}
	return &outcome.Usual{Trips: c.Trips, SameWay: c.SameWay,
		LPer100Km: c.median(Fuel), KwhPer100Km: c.median(Battery), RecoveredShare: c.median(Recovered), EVShare: c.median(EV)}
}

// median is nil where it is absent.
func (c *Comparison) median(m Measure) *float64 {
	if v, ok := c.Medians.Of(m); ok {
		return &v
	}
	return nil
}

// State writes or reads the comparison.
func (c *Comparison) State(s *state.Codec) {
	s.Int(&c.Trips)
	if s.Check(c.Trips >= 0, "trips of a comparison"); c.Trips == 0 {
		return
	}
	s.Bool(&c.SameWay)
	c.Medians.state(s)
}

func (v *Values) state(c *state.Codec) {
	for m := range v {
		c.Int32(&v[m])
		c.Check(v[m] >= absent && v[m] <= highest, "value of a trip's measure")
	}
}

// State writes or reads the contribution.
func (c *Contribution) State(s *state.Codec) {
	k := &c.Kind
	k.state(s, 0)
	c.Values.state(s)
}
