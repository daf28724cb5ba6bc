package scoring

import (
	"milepost/state"
)

// State writes or reads the sums and the last seconds.
func (d *Dynamics) State(c *state.Codec) {
	c.Int64(&d.last)
	c.Int(&d.run)
	for i := range d.v {
		c.Float64(&d.v[i])
	}
	c.Float64(&d.Metres)
	c.Float64(&d.power)
	c.Float64(&d.braking)
	c.Float64(&d.steady)
	c.Float64(&d.fast)
	c.Float64(&d.pke)
}

// State writes or reads the month.
func (m *Month) State(c *state.Codec) {
	c.String(&m.Name)
	c.Int64(&m.Driver)
	c.Int(&m.Withheld)
	state.Slice(c, &m.Days, func(c *state.Codec, d *Day) {
		dateState(c, &d.Date, m.Name)
		d.State(c)
	})
}

// dateState visits a date of a named month as the number of its day; 0 says that the
// date is no such one and is spelt out.
func dateState(c *state.Codec, date *string, month string) {
	day := uint8(0)
	if n := len(month); len(*date) == n+3 && (*date)[:n] == month && (*date)[n] == '-' {
		if tens, ones := (*date)[n+1]-'0', (*date)[n+2]-'0'; tens <= 9 && ones <= 9 {
			day = 10*tens + ones
		}
	}
	state.Enum(c, &day, 99)
	switch {
	case day == 0:
		c.String(date)
	case c.Reading():
		*date = month + string([]byte{'-', '0' + day/10, '0' + day%10})
	}
}

// mostDM is far beyond what a vehicle drives in a life, 0.1 m: what is divided by
// must stay a number, and sums within an int64.
const mostDM = 1 << 50

// State writes or reads the sums. The score is the mean of the other two but for
// rounding, and is told by its distance from that.
func (s *Share) State(c *state.Codec) {
	amount(c, &s.Trips)
	amount(c, &s.DistanceDM)
	amount(c, &s.DurationMS)
	amount(c, &s.Acceleration)
	amount(c, &s.Braking)
	sum := s.Acceleration + s.Braking
	twice := 2*s.Score - sum
	c.Int64(&twice)
	s.Score = (twice + sum) / 2
	if !c.Check(s.DistanceDM > -mostDM && s.DistanceDM < mostDM && (twice+sum)%2 == 0, "share of a month") {
		*s = Share{}
	}
}

// amount visits a number that is seldom negative.
func amount(c *state.Codec, v *int64) {
	u := uint64(*v)
	c.Uint64(&u)
	*v = int64(u)
}
