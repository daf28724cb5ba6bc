package pipeline

import (
	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// sign is a limit that the vehicle has read, in km/h, with the time at which it said so,
// µs; 0 where there is none.
type sign struct{ at, kmh int64 }

// turn keeps a turn of the gate.
func (p *past) turn(t privacy.Turn) {
	shared := int64(markShared)
	switch {
	case t.Unshared:
		shared = markUnshared
	case t.Hidden:
		shared = markDoubt
	}
	if t.Unshared {
		p.sign = sign{} // it says something of where that was
		p.unread()
	}
	p.note(t.At, telemetry.LocationShared, shared)
}

// notes keeps the changes of a chunk, but for those that the gate judges and, of what is
// not shared, for those that tell the way.
func (p *past) notes(c *detectors.Chunk, unshared bool) {
	b := &c.Frame.Body
	for i := c.Lo[telemetry.TrackBody]; i < c.Hi[telemetry.TrackBody]; i++ {
		if b.Signal[i] != telemetry.LocationShared && !(unshared && b.Signal[i].Revealing()) {
			m := mark{c.Frame.Start + int64(b.At[i]), b.Signal[i], b.Value[i]}
			p.read(m)
			p.note(m.at, m.signal, m.value)
		}
	}
}

// read takes a change that says which sign of a limit is in force. With the ignition off
// none is: the vehicle reads again when it drives again.
func (p *past) read(m mark) {
	switch {
	case m.signal == telemetry.SpeedLimitSign && m.value > 0:
		p.sign = sign{m.at, m.value}
	case m.signal == telemetry.SpeedLimitSign,
		switchedOff(m):
		p.sign = sign{}
	}
}

// switchedOff reports whether a change is that of the ignition going off.
func switchedOff(m mark) bool {
	return m.signal == telemetry.SystemState && (m.value == telemetry.StateLock || m.value == telemetry.StateOff)
}

// unread makes the next sign, and indicator, be kept even if it is the one that was read
// last: between the two may lie another.
func (p *past) unread() {
	for _, i := range [...]int{signIndex, indicatorIndex} {
		if p.sum.has[i] {
			p.sum.last[i] = -1
		}
	}
}

// note keeps a change that decides about the last trip, or one that is under way.
func (p *past) note(at int64, signal telemetry.BodySignal, value int64) {
	if p.under && p.recording() {
		p.live.note(&p.sum, mark{at: at, signal: signal, value: value})
	}
}
