package privacy

import "milepost/state"

// State writes or reads what was heard of sharing. Before divided, states did not tell a
// doubt from what the signal said: there it counts as said.
func (g *Gate) State(c *state.Codec, divided bool) {
	c.Bool(&g.off)
	if divided {
		c.Bool(&g.doubt)
	}
	c.Bool(&g.setting)
	c.Bool(&g.told.hidden)
	if divided {
		c.Bool(&g.told.unshared)
	} else {
		g.told.unshared = g.told.hidden
	}
	c.Bool(&g.spoken)
	c.Time(&g.newest)
	c.Time(&g.opened)
	c.Time(&g.silent)
}
