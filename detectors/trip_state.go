package detectors

import (
	"milepost/state"
	"milepost/telemetry"
)

// State writes or reads where the trip under way, or the last one, stands.
func (d *Trips) State(c *state.Codec) {
	state.Enum(c, &d.phase, paused)
	state.Enum(c, &d.ignition, on)
	c.Uint32(&d.boot)
	c.Int64(&d.driver)
	c.Int64(&d.driven)
	c.Time(&d.started)
	c.Time(&d.ended)
	c.Time(&d.lastDrive)
	c.Time(&d.lastArrived)
	c.Time(&d.offAt)
	c.Time(&d.offArrived)
	c.Time(&d.stands)
	c.Float64(&d.crept)
	c.Time(&d.moves)
	c.Float64(&d.movedOff)
	c.Time(&d.before)
	c.Float64(&d.moved)
	c.Bool(&d.fast)
	c.Bool(&d.named)
	c.Bool(&d.timed)
}

// Settled reports whether no sample that may still come can take the last trip up
// again: the next boundary is an Open. Samples come in the order of time within
// their track; newest are the times, µs, of each track's newest.
func (d *Trips) Settled(newest *[telemetry.TrackCount]int64) bool {
	next := newest[telemetry.TrackBody] + 1
	switch {
	case d.phase != parked:
		return false
	case d.offAt != 0: // an ignition on may take it up, however late it comes
		return next-d.offAt >= grace
	case !d.timed:
		return true
	}
	for _, t := range [...]telemetry.Track{telemetry.TrackMotion, telemetry.TrackSpeed, telemetry.TrackPosition} {
		next = min(next, newest[t]+1)
	}
	return d.over(next, d.boot)
}
