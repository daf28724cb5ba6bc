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
			out = d.moving(at, max(s.Speed[i], -s.Speed[i]), out)
		}
	}
	return i, out
}

// moving applies one speed sample, m/s, not negative.
func (d *Trips) moving(at int64, v float32, out []Boundary) []Boundary {
	step, way := at-d.before, 0.0
	if d.before != 0 && step <= gridGap {
		way = float64(v) * (float64(step) / second)
	}
	switch {
	case d.phase == driving:
		out = d.whileDriving(at, v, way, out)
	case d.phase == parked && d.ignition != off:
		if v >= walk {
			from := at
			if d.before != 0 && step <= openReach {
				from = d.before
			}
			out = d.open(from, at, way/2, out)
		}
	default:
		out = d.whileOff(at, v, way, out)
	}
	d.before, d.fast = at, v >= standstill
	return out
}

// whileDriving measures the way so far and, without ignition state, watches for
// parking: standing, or creeping no further than a parking place.
func (d *Trips) whileDriving(at int64, v float32, way float64, out []Boundary) []Boundary {
	d.moved = min(d.moved+way, driverM)
	if d.ignition != never {
		return out
	}
	if d.stands != 0 {
		if at-d.stands >= parking {
			return d.close(d.stands, at, out)
		}
		if d.crept += way; d.crept > creepM {
			d.stands = 0
		}
	}
	switch {
	case v >= walk:
		d.stands = 0
	case v < standstill && d.stands == 0:
		d.stands, d.crept = at, 0
	}
	return out
}

// whileOff takes driving with the ignition off, for long enough, for a lost on.
func (d *Trips) whileOff(at int64, v float32, way float64, out []Boundary) []Boundary {
	if v < strolling || d.moves != 0 && at-d.before > gridGap {
		d.moves = 0
	}
	switch {
	case v < strolling:
	case d.moves == 0:
		d.moves, d.movedOff = at, 0
	case at-d.moves < towing:
		d.movedOff += way
	case d.phase == paused:
		return d.resume(d.moves, at, d.movedOff+way, out)
	default:
		return d.open(d.moves, at, d.movedOff+way, out)
	}
	return out
}

// gaitMark is added to what stands for a speed, m/s, so that it is told from one: it is far
// below what any sensor resolves, and exact in a float32.
const gaitMark = 1.0 / (1 << 11)

// Gait is what is kept of a speed, m/s, while the location is not shared, for trips go on:
// little above the slowest that tells the rules of trips as much as it does. It is no
// speed of the vehicle, and IsGait tells.
func Gait(v float32) float32 {
	switch v = max(v, -v); {
	case v != v:
		return v
	case v < standstill:
		return gaitMark
	case v < walk:
		return standstill + gaitMark
	case v < strolling:
		return walk + gaitMark
	}
	return strolling + gaitMark
}

// IsGait reports whether a speed is none, but what Gait left of one.
func IsGait(v float32) bool {
	return v <= strolling+gaitMark && (v == gaitMark || v == standstill+gaitMark || v == walk+gaitMark || v == strolling+gaitMark)
}

// Moving reports whether a speed, m/s, is that of a car that moves, and does not creep or stand.
func Moving(v float32) bool { return max(v, -v) >= walk }
