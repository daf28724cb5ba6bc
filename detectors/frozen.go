package detectors

// frozen notices a speed signal that stood still while the car did not: the same
// reading to the last bit for seconds, then a jump that no car makes in one step.
// Such a jump is a gap in the signal, not a manoeuvre. Uplinks that hold the last
// value through an outage give this shape.
type frozen struct {
	v         float32
	since, at int64 // first and newest time of the reading
}

const (
	frozenSpan   = 2 * second
	frozenJump   = 2.5 // m/s per s, from a reading of a moving car
	frozenLaunch = 5.0 // m/s per s, from standstill, where equal readings are no wonder
)

// thaws takes the next reading and reports whether it ends a frozen stretch.
func (f *frozen) thaws(at int64, v float32) bool {
	if f.since == 0 {
		f.v, f.since, f.at = v, at, at
	}
	if v == f.v {
		f.at = at
		return false
	}
	held := f.at-f.since >= frozenSpan
	jump, limit := float64(max(v-f.v, f.v-v)), frozenJump
	if f.v < standstill {
		limit = frozenLaunch
	}
	limit *= max(1, float64(at-f.at)/second)
	f.v, f.since, f.at = v, at, at
	return held && jump > limit
}
