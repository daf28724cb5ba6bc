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

// State writes or reads the month, in the layout of a version of a vehicle's state.
func (m *Month) State(c *state.Codec, version uint16) {
	c.String(&m.Name)
	c.Int64(&m.Driver)
	c.Int(&m.Withheld)
	m.daysState(c, version)
	if version < 4 {
		return
	}
	rest := m.Rest.any()
	if c.Bool(&rest); rest {
		m.Rest.State(c, version)
	} else {
		m.Rest = Share{}
	}
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
