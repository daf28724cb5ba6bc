package detectors

import "milepost/state"

// alarms counts what one kind of sensor told of. Whoever cries wolf all day is not
// listened to: no car crashes so often, and each call costs people their attention.
type alarms struct {
	n    uint8
	last int64 // time of the newest one, believed or not, µs
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
		return false
	}
	a.n++
	return true
}

func (a *alarms) state(c *state.Codec) {
	c.Uint8(&a.n)
	c.Time(&a.last)
}
