package order

import "milepost/state"

// State x.
func (q *Timed) State(c *state.Codec) {}
