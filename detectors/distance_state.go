package detectors

import "milepost/state"

// State writes or reads the ways so far.
//
// Before cut, states knew no runs of readings: all were one.
func (d *Distance) State(c *state.Codec, cut bool) {
	d.odometer.state(c, cut)
	d.speed.state(c)
	pointState(c, &d.path.anchor)
	c.Bool(&d.path.ok)
	c.Float64(&d.path.metres)
	c.Time(&d.hole.at)
	c.Float64(&d.hole.path)
	c.Float64(&d.hole.speed)
	c.Float64(&d.hole.bridged)
	c.Float64(&d.pathThen)
}

func (o *odometer) state(c *state.Codec, cut bool) {
	c.Time(&o.at)
	c.Float64(&o.last)
	c.Float64(&o.driven)
	c.Int(&o.readings)
	c.Int(&o.resets)
	c.Float64(&o.ends)
	c.Float64(&o.atLast)
	if o.running = o.running || !cut && o.readings > 0; cut {
		c.Bool(&o.running)
	}
}

func (s *integral) state(c *state.Codec) {
	c.Time(&s.at)
	c.Float32(&s.v)
	c.Float32(&s.highest)
	c.Bool(&s.ok)
	c.Bool(&s.doubted)
	c.Time(&s.doubtAt)
	c.Float32(&s.doubtV)
	c.Int(&s.spikes)
	c.Float64(&s.metres)
	c.Float64(&s.pathAt)
	c.Int64(&s.gap)
	c.Int64(&s.driving)
	c.Int64(&s.idle)
}

// State writes or reads the last seconds of the grid.
func (g *Grid) State(c *state.Codec) {
	c.Time(&g.at)
	c.Float64(&g.v)
	c.Bool(&g.ok)
	c.Time(&g.nextAt)
	c.Float64(&g.nextV)
	c.Bool(&g.waits)
	c.Bool(&g.broken)
	c.Bool(&g.fresh)
	g.frozen.state(c)
	c.Bool(&g.known)
	c.Int(&g.Breaks)
	c.Int64(&g.second)
	for i := range g.recent {
		c.Float64(&g.recent[i])
	}
	// The seconds between two readings are walked one by one.
	if !c.Check(between(g.at, g.nextAt), "times of a grid") {
		*g = Grid{}
	}
}

// between reports whether differences of times are within an int64.
func between(times ...int64) bool {
	const most = 1 << 62
	for _, at := range times {
		if at <= -most || at >= most {
			return false
		}
	}
	return true
}
