package privacy

import "milepost/state"

// State writes or reads what was heard of sharing.
func (g *Gate) State(c *state.Codec) {
	c.Bool(&g.signal)
	c.Bool(&g.setting)
	c.Bool(&g.told)
	c.Bool(&g.spoken)
	c.Time(&g.newest)
	c.Time(&g.opened)
	c.Time(&g.silent)
}
