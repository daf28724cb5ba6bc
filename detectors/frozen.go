package detectors

// frozen notices steps of a speed signal that no car drove: the signal stood still
// to the last bit for a second or more while the car did not, then caught up in one step. Such
// a step is a gap in the signal, not a manoeuvre. Uplinks that hold the last value
// through an outage give this shape; so does a steady cruise in whole km/h with a
// brake behind it, but that goes on after its first step.
type frozen struct {
	v         float32
	since, at int64   // first and newest time of the reading
	jump      float64 // m/s, of the step to v, while it is suspect
}

const (
	frozenSpan   = 900 * millisecond
	frozenJump   = 2.5                 // m/s per s, from a reading of a moving car
	frozenLaunch = 5.0                 // m/s per s, from standstill, where equal readings are no wonder
	settled      = 0.3                 // a manoeuvre's next step is more than this share of its first
	impossible   = artefactG * gravity // m/s²
)

// verdict says where a signal was broken.
type verdict uint8

const (
	sound        verdict = iota
	brokenHere           // between the reading before and this one
	brokenBefore         // one step earlier
)

// next takes a reading. A jump that could be a brake's beginning is judged one
// reading later.
func (f *frozen) next(at int64, v float32) verdict {
	if f.since == 0 {
		f.v, f.since, f.at = v, at, at
		return sound
	}
	out := sound
	step := float64(v - f.v)
	if f.jump != 0 && step/f.jump < settled {
		out = brokenBefore
	}
	f.jump = 0
	dt := float64(at-f.at) / second
	if v == f.v {
		f.at = at
		return out
	}
	size, limit := max(step, -step), frozenJump
	if f.v < standstill {
		limit = frozenLaunch
	}
	if size > impossible*max(dt, 0.2) {
		out = brokenHere
	} else if f.at-f.since >= frozenSpan && size > limit*max(1, dt) {
		f.jump = step
	}
	f.v, f.since, f.at = v, at, at
	return out
}
