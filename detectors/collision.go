package detectors

import (
	"math"
	"slices"

	"milepost/telemetry"
)

// Collisions finds collisions in one vehicle's samples, on a trip or off; the zero
// value is that of a vehicle never seen. What it gives depends on the samples alone, in
// the order of time, never on how they were cut (docs/method/collision.md).
type Collisions struct {
	second int64    // being gathered, Unix s
	watch  *watch   // of the last second of motion and half minute of speed; nil while asleep
	open   []*crash // evidence is still awaited, in the order of At
	awake  wakefulness
	blows  alarms // of motion and wheels
	bags   alarms // of airbags
	mount  mounting
	body   known
}

// Apply appends what the chunk shows anew: a collision, or one with an At that came
// before, of which more is known.
func (d *Collisions) Apply(c *Chunk, out []Collision) []Collision {
	if c.Second > d.second {
		out = d.roll(c.Second, out)
	}
	f := c.Frame
	motion := c.Lo[telemetry.TrackMotion]
	speed, speeds := c.Lo[telemetry.TrackSpeed], c.Hi[telemetry.TrackSpeed]
	body, bodies := c.Lo[telemetry.TrackBody], c.Hi[telemetry.TrackBody]
	if len(f.Speed.Speed) == 0 {
		speed = speeds
	}
	if body == bodies && d.awake.until >= (c.Second+1)*second && d.watch != nil && !d.busy() {
		if motion, speed, out = d.cruise(c, speed, out); motion == c.Hi[telemetry.TrackMotion] && speed == speeds {
			return out
		}
	}
	for {
		var off int32 = math.MaxInt32
		isSpeed := speed < speeds
		if isSpeed {
			off = f.Speed.At[speed]
		}
		if body < bodies && f.Body.At[body] <= off {
			off, isSpeed = f.Body.At[body], false
		}
		motion, out = d.moved(c, motion, off, out)
		switch {
		case isSpeed:
			out = d.drove(f.Start+int64(off), f.Speed.Speed[speed], out)
			speed++
		case off != math.MaxInt32:
			out = d.changed(f.Start+int64(off), f.Body.Signal[body], f.Body.Value[body], out)
			body++
		default:
			return out
		}
	}
}

// moved takes the chunk's motion samples from index i on that lie before an offset, and
// gives the index reached.
func (d *Collisions) moved(c *Chunk, i int, before int32, out []Collision) (int, []Collision) {
	m, hi := &c.Frame.Motion, c.Hi[telemetry.TrackMotion]
	for i < hi && m.At[i] < before {
		at := c.Frame.Start + int64(m.At[i])
		if d.busy() {
			d.awaken().take(m, at, i, &d.mount)
			out = d.hot(at, out)
			i++
			continue
		}
		if at > d.awake.until {
			return c.skip(i, before), out
		}
		w := d.awaken()
		end, hot := c.skip(i, before), false
		if i, hot = w.run(m, c.Frame.Start, i, end, d.awake.until, &d.mount); hot {
			out = d.hot(c.Frame.Start+int64(m.At[i-1]), out)
		} else if i < end && c.Frame.Start+int64(m.At[i]) <= d.awake.until {
			at = c.Frame.Start + int64(m.At[i])
			if w.take(m, at, i, &d.mount) {
				out = d.hot(at, out)
			}
			i++
		}
	}
	return i, out
}

// skip gives the index of the first motion sample from i on that is not before an offset.
func (c *Chunk) skip(i int, before int32) int {
	hi := c.Hi[telemetry.TrackMotion]
	if hi > i && c.Frame.Motion.At[hi-1] < before {
		return hi
	}
	for i < hi && c.Frame.Motion.At[i] < before {
		i++
	}
	return i
}

// busy reports whether a pulse or what follows one is being looked at.
func (d *Collisions) busy() bool {
	return len(d.open) > 0 || d.Undecided()
}

// awaken gives the watch.
func (d *Collisions) awaken() *watch {
	if d.watch == nil {
		d.watch = &watch{}
	}
	return d.watch
}

// Pending reports whether something is open, which Silence would end.
func (d *Collisions) Pending() bool { return d.busy() }

// Undecided reports whether a pulse is under way of which nothing is told yet.
func (d *Collisions) Undecided() bool {
	return d.watch != nil && (d.watch.pulse != nil || d.watch.airbag != 0)
}

// Knows reports whether evidence is awaited of a collision of a time.
func (d *Collisions) Knows(at int64) bool {
	return slices.ContainsFunc(d.open, func(x *crash) bool { return x.at == at })
}

// Broken tells of a pulse that broke off, by what there is of it.
func (d *Collisions) Broken(out []Collision) []Collision {
	if w := d.watch; w != nil && w.pulse != nil {
		out = d.judge(true, w.last, out)
	}
	return d.unpulsed(math.MaxInt64, out)
}

// Silence ends what is open, as nothing more comes, and tells of a pulse that broke off.
// It appends the final form of all.
func (d *Collisions) Silence(out []Collision) []Collision {
	out = d.Broken(out)
	for _, x := range d.open {
		out = append(out, x.final(d.seen()))
	}
	d.open = nil
	if w := d.watch; w != nil && w.last > w.hotUntil { // else a pulse may have begun
		w.ring = ring{}
	}
	return out
}

// seen is the time of the newest motion or speed sample.
func (d *Collisions) seen() int64 {
	if d.watch == nil {
		return d.second * second
	}
	return max(d.second*second, d.watch.last, d.watch.speeds.newest.At)
}
