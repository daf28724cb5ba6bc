package detectors

// A trip that late data amends is computed again from summaries: two speeds of a
// second in place of all, and what the others told in whole. What follows takes them.

// Again starts the state of a vehicle that reports ignition, or does not, without a
// trip and without a past.
func Again(reportsIgnition bool) Trips {
	if reportsIgnition {
		return Trips{ignition: unknown}
	}
	return Trips{}
}

// ReportsIgnition reports whether the vehicle's ignition state was ever heard.
func (d *Trips) ReportsIgnition() bool { return d.ignition != never }

// Parked reports whether no trip is under way, not even one that is paused.
func (d *Trips) Parked() bool { return d.phase == parked }

// Driver is who drives the trip under way, or the last one; 0 where nobody is known.
func (d *Trips) Driver() int64 { return d.driven }

// Join begins a trip at a time at which one is known to have begun, a way in m before
// its first sample.
func (d *Trips) Join(at int64, boot uint32, way float64, out []Boundary) []Boundary {
	d.boot = boot
	return d.open(at, at, way, out)
}

// Near reports whether the time between two samples, µs, may lie within one trip.
func Near(lapse int64) bool { return lapse < silence }

// ReadSpeed adds one speed, m/s, that is known to be sound.
func (d *Distance) ReadSpeed(at int64, v float32) {
	if gapped := d.speed.add(at, max(v, -v)); gapped {
		d.hole.settle(d.path.metres, d.speed.metres)
		d.hole.open(at, d.speed.pathAt, d.speed.metres)
	}
	d.speed.pathAt = d.pathThen
}

// ReadOdometer adds one reading, m, at a time near the newest speed's.
func (d *Distance) ReadOdometer(at int64, v float64) {
	d.odometer.read(at, v, d.speed.metresAt(at))
}

// Correct adds what the speeds between two summarised ones told beyond the straight
// line between them: way in m, driving time in µs that was taken for standing (or,
// negative, the other way round), and the highest of them in m/s.
func (d *Distance) Correct(metres float64, driving int64, highest float32) {
	d.speed.metres = max(0, d.speed.metres+metres)
	d.speed.driving = max(0, d.speed.driving+driving)
	d.speed.idle = max(0, d.speed.idle-driving)
	d.speed.highest = max(d.speed.highest, highest)
}

// Lead gives the way in m and the driving time in µs that a step between two speeds counts.
func Lead(from int64, v float32, to int64, w float32) (metres float64, driving int64) {
	s := integral{at: from, v: max(v, -v), ok: true}
	s.add(to, max(w, -w))
	return s.metres, s.driving
}

// Read takes one speed, m/s; broken says that the step to it was driven by no car.
func (g *Grid) Read(at int64, v float64, broken bool, out []Point) []Point {
	if g.waits {
		out = g.lay(g.nextAt, g.nextV, g.broken, out)
	}
	g.nextAt, g.nextV, g.waits, g.broken = at, v, true, broken
	return out
}

// Joules gives what was drawn from and put back into the traction battery so far, J.
func (e *Energy) Joules() (drawn, regenerated float64, known bool) {
	return e.drawn, e.regenerated, e.havePower
}

// Draw adds energy drawn from and put back into the traction battery, J.
func (e *Energy) Draw(drawn, regenerated float64) {
	e.drawn += drawn
	e.regenerated += regenerated
	e.havePower = true
}
