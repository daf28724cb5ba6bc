package detectors

import (
	"math"

	"milepost/telemetry"
)

// cruise takes a chunk track by track, motion first, as long as nothing is out of the
// ordinary: then neither track changes what the other does. The vehicle is awake
// throughout, nothing is looked at, and the chunk's body says nothing. It gives the
// indexes of the first motion and speed samples that are left.
func (d *Collisions) cruise(c *Chunk, speed int, out []Collision) (int, int, []Collision) {
	w, m, start := d.watch, &c.Frame.Motion, c.Frame.Start
	i, end := c.Lo[telemetry.TrackMotion], c.Hi[telemetry.TrackMotion]
	hot, before := false, int32(math.MaxInt32)
	if i < end {
		first := i
		if i, hot = w.run(m, start, i, end, d.awake.until, &d.mount); i < end || hot {
			if i == first {
				return i, speed, out
			}
			before = m.At[i-1] + 1
		}
	}
	speed = d.drive(c, speed, before)
	if hot {
		out = d.hot(start+int64(m.At[i-1]), out)
	}
	return i, speed, out
}

// drive takes the speeds from an index on that lie before an offset, while nothing is
// looked at.
func (d *Collisions) drive(c *Chunk, i int, before int32) int {
	f, end := c.Frame, c.Hi[telemetry.TrackSpeed]
	for end > i && f.Speed.At[end-1] >= before {
		end--
	}
	for i < end {
		if i = d.coast(f, i, end); i < end {
			d.drove(f.Start+int64(f.Speed.At[i]), f.Speed.Speed[i], nil)
			i++
		}
	}
	return i
}

// coast is drive for the speeds at its beginning that are known and no drop. It gives the
// index after them.
func (d *Collisions) coast(f *telemetry.Frame, i, end int) int {
	p, drop := &d.watch.speeds, &d.watch.drop
	if p.newest.At == 0 || drop.at != 0 {
		return i
	}
	offsets, speeds := f.Speed.At[:end], f.Speed.Speed[:end]
	at, last, same := p.newest.At, float32(p.newest.V), drop.sameSince
	first, awake := i, int64(0)
	for ; i < end; i++ {
		v, before := speeds[i], at
		if !(last-v < leastDelta) || IsGait(v) { // nor is it where one is unknown
			break
		}
		at = f.Start + int64(offsets[i])
		if v != last || at-before > dropSpan {
			same = at
		}
		if max(v, -v) >= wakeSpeed {
			awake = at
		}
		last = v
		p.keep(at, v)
	}
	if i > first {
		p.newest, drop.sameSince = SpeedAt{at, float64(last)}, same
	}
	if awake != 0 {
		d.awake.drove(awake, wakeSpeed)
	}
	return i
}
