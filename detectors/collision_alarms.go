package detectors

import "milepost/state"

// alarms counts what one kind of sensor told of. Whoever cries wolf all day is not
// listened to: no car crashes so often, and each call costs people their attention.
type alarms struct {
	n    uint8
	lost uint16 // not believed since Ignored was asked; it goes with no state
	last int64  // time of the newest one, believed or not, µs
}

const (
	mostAlarms = 16                // impacts, or airbags, that are believed in a row
	forgiven   = 6 * 3600 * second // of quiet for each that is forgotten
)

// believe takes an alarm, and reports whether to believe it.
func (a *alarms) believe(at int64) bool {
	if quiet := (at - a.last) / forgiven; quiet > 0 {
		a.n -= uint8(min(int64(a.n), quiet))
	}
	if a.last = max(a.last, at); a.n >= mostAlarms {
		a.lost++
		return false
	}
	a.n++
	return true
}

func (a *alarms) state(c *state.Codec) {
	c.Uint8(&a.n)
	c.Time(&a.last)
}

// Ignored gives the number of impacts and airbags that were not believed since it was
// last asked.
func (d *Collisions) Ignored() int64 {
	n := int64(d.blows.lost) + int64(d.bags.lost)
	if n > 0 {
		d.blows.lost, d.bags.lost = 0, 0
	}
	return n
}
