package detectors

import "milepost/telemetry"

// speeds applies the chunk's speed samples from index i on that lie before a time,
// and gives the index reached.
func (d *Trips) speeds(c *Chunk, i int, before int64, out []Boundary) (int, []Boundary) {
	s := &c.Frame.Speed
	for ; i < c.Hi[telemetry.TrackSpeed]; i++ {
		at := c.Frame.Start + int64(s.At[i])
		if at >= before {
			return i, out
		}
		if len(s.Speed) > 0 && telemetry.Known(s.Speed[i]) {
			out = d.moving(at, s.Speed[i], out)
		}
	}
	return i, out
}

// moving applies one speed sample.
func (d *Trips) moving(at int64, v float32, out []Boundary) []Boundary {
	if v < 0 {
		v = -v
	}
	switch {
	case d.phase == driving:
		out = d.whileDriving(at, v, out)
	case d.phase == parked && d.ignition != off:
		if v >= walk {
			from := at
			if d.before != 0 && at-d.before <= openReach {
				from = d.before
			}
			out = d.open(from, out)
		}
	default:
		out = d.whileOff(at, v, out)
	}
	d.before, d.fast = at, v >= standstill
	return out
}

// whileDriving measures the way so far and, without ignition state, watches for parking.
func (d *Trips) whileDriving(at int64, v float32, out []Boundary) []Boundary {
	if d.moved < driverM && d.before != 0 && at-d.before <= gridGap {
		d.moved += float64(v) * (float64(at-d.before) / second)
	}
	if d.ignition != never {
		return out
	}
	switch {
	case v >= walk:
		d.stands = 0
	case v >= standstill:
	case d.stands == 0:
		d.stands = at
	case at-d.stands >= parking:
		at = d.stands
		d.stands = 0
		return d.close(at, out)
	}
	return out
}

// whileOff takes driving with the ignition off, for long enough, for a lost on.
func (d *Trips) whileOff(at int64, v float32, out []Boundary) []Boundary {
	switch {
	case v < 2:
		d.moves = 0
	case d.moves == 0:
		d.moves = at
	case at-d.moves >= towing:
		from := d.moves
		d.moves = 0
		if d.phase == paused {
			return d.resume(from, out)
		}
		return d.open(from, out)
	}
	return out
}
