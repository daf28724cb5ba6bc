package detectors

import (
	"milepost/telemetry"
)

// Trips decides where trips begin and end: by ignition state where the vehicle
// reports one, else by motion and silence. Its zero value is a vehicle never seen.
type Trips struct {
	phase    phase
	ignition ignition
	boot     uint32 // of the newest sign of driving
	driver   int64  // behind the wheel now
	driven   int64  // of the open or last trip

	started, ended int64 // of the open or last trip; of the last one closed
	lastDrive      int64 // newest sign of driving: motion, speed, position, or the ignition going on
	lastArrived    int64
	offAt          int64 // ignition off at, while paused, or closed by it
	offArrived     int64
	stands         int64   // standing since, 0 while moving
	crept          float64 // m since then
	moves          int64   // moving since, while the ignition is off
	movedOff       float64 // m since then
	before         int64   // newest speed sample
	moved          float64 // m since the trip began, as far as needed to judge a change of driver
	fast           bool    // the newest speed sample was above standstill
	named          bool    // the driver was identified within this trip, not carried over
	timed          bool    // closed by a timer: what is on its way may take the trip up again
}

// Scan gives the boundaries in a chunk, in the order in which they were seen. Body
// changes come before samples of the same instant.
func (d *Trips) Scan(c *Chunk, out []Boundary) []Boundary {
	first, last := driveSpan(c)
	out = d.quiet(c.Second*second, out)
	body, speed := c.Lo[telemetry.TrackBody], c.Lo[telemetry.TrackSpeed]
	ticked := first == 0
	for ; body < c.Hi[telemetry.TrackBody]; body++ {
		at := c.Frame.Start + int64(c.Frame.Body.At[body])
		if !ticked && first < at {
			out, ticked = d.gap(first, c.Frame.Boot, out), true
		}
		speed, out = d.speeds(c, speed, at, out)
		out = d.change(c, at, c.Frame.Body.Signal[body], c.Frame.Body.Value[body], out)
	}
	if !ticked {
		out = d.gap(first, c.Frame.Boot, out)
	}
	_, out = d.speeds(c, speed, 1<<63-1, out)
	d.lastDrive = max(d.lastDrive, last)
	d.lastArrived = max(d.lastArrived, c.Frame.Arrived)
	return out
}

// driveSpan gives the first and last time of the samples that only driving
// brings: motion, speed, position. 0 where there are none.
func driveSpan(c *Chunk) (first, last int64) {
	f := c.Frame
	for t, at := range [...][]int32{f.Motion.At, f.Speed.At, f.Position.At} {
		if lo, hi := c.Lo[t], c.Hi[t]; lo < hi {
			if a := f.Start + int64(at[lo]); first == 0 || a < first {
				first = a
			}
			last = max(last, f.Start+int64(at[hi-1]))
		}
	}
	return first, last
}

// quiet ends what the time up to a whole second has ended, whatever sample brought
// it: heartbeats do not hold a trip open.
func (d *Trips) quiet(now int64, out []Boundary) []Boundary {
	switch {
	case d.phase == paused && now-d.offAt >= grace:
		return d.close(d.offAt, now, out)
	case d.phase == driving && d.ignition == never && d.stands != 0 && now-d.stands >= parking:
		return d.close(d.stands, now, out)
	case d.phase == driving && now-d.lastDrive >= silence:
		return d.hush(now, out)
	}
	return out
}

// hush closes a trip at its last sign of driving and forgets what that makes doubtful.
func (d *Trips) hush(now int64, out []Boundary) []Boundary {
	at := d.lastDrive
	if d.ignition == never && d.stands != 0 {
		at = d.stands
	}
	if d.ignition != never {
		d.ignition = unknown
	}
	d.before, d.offAt = 0, 0
	return d.close(at, now, out)
}

// gap judges the time since the last sign of driving at the first driving sample of a
// second and boot, in whichever frame that comes, and takes a trip up again that a timer
// closed while its samples were on their way.
func (d *Trips) gap(at int64, boot uint32, out []Boundary) []Boundary {
	over, judged := d.over(at, boot), boot == d.boot && floorSecond(at) == floorSecond(d.lastDrive)
	switch {
	case d.phase == parked && d.timed && d.offAt == 0:
		if d.timed = !over; d.timed {
			out = d.resume(at, at, 0, out)
		}
	case judged:
	case d.phase == paused && at-d.offAt >= grace:
		out = d.close(d.offAt, at, out)
	case d.phase == driving && over:
		out = d.hush(at, out)
	}
	d.lastDrive, d.boot = max(d.lastDrive, at), boot
	return out
}

// over reports whether a trip cannot go on at a time, after what went before.
func (d *Trips) over(at int64, boot uint32) bool {
	lapse, restart := at-d.lastDrive, int64(grace)
	if d.ignition == never {
		restart = powered
	}
	return lapse >= silence ||
		boot != d.boot && lapse >= restart ||
		d.ignition == never && d.stands != 0 && at-d.stands >= parking
}

// change applies one body change.
func (d *Trips) change(c *Chunk, at int64, s telemetry.BodySignal, v int64, out []Boundary) []Boundary {
	switch {
	case s == telemetry.DriverID:
		return d.identify(at, v, out)
	case s != telemetry.SystemState || v == telemetry.StateUndefined:
		return out
	case v == telemetry.StateOn || v == telemetry.StateStart:
		return d.turnOn(at, c.Frame.Boot, out)
	}
	return d.turnOff(c, at, out)
}

func (d *Trips) turnOn(at int64, boot uint32, out []Boundary) []Boundary {
	d.ignition, d.moves = on, 0
	over := d.over(at, boot)
	d.boot = boot
	swapped := d.driver != 0 && d.driven != 0 && d.driver != d.driven
	switch {
	case d.phase == driving && !over:
		return out
	case d.phase == driving:
		out = d.close(d.lastDrive, at, out)
	case d.offAt != 0 && at-d.offAt < grace && !swapped,
		d.phase == parked && d.timed && d.offAt == 0 && !over:
		return d.resume(at, at, 0, out)
	case d.phase == paused:
		out = d.close(d.offAt, at, out)
	}
	return d.open(at, at, 0, out)
}

func (d *Trips) turnOff(c *Chunk, at int64, out []Boundary) []Boundary {
	d.ignition = off
	if d.phase != driving {
		return out
	}
	seen := at
	if last := max(d.lastDrive, lastDriveBefore(c, at)); last != 0 && at-last > lostOff {
		at = last
	}
	d.phase, d.offAt, d.offArrived, d.moves = paused, at, c.Frame.Arrived, 0
	return append(out, Boundary{Kind: Pause, At: at, Seen: seen, Driver: d.driven})
}

// lastDriveBefore is the newest driving sample of the chunk before a time, 0 for none.
func lastDriveBefore(c *Chunk, at int64) int64 {
	before, _ := c.Split(at)
	_, last := driveSpan(&before)
	return last
}

// identify applies a driver's identification: early in a trip it names the trip's
// driver; after that another driver begins another trip.
func (d *Trips) identify(at, who int64, out []Boundary) []Boundary {
	d.driver = who
	if d.phase != driving || who == 0 {
		return out
	}
	if who == d.driven {
		d.named = true
		return out
	}
	// Nobody changes seats while driving: then a carried-over name was wrong from the start.
	carried := !d.named && d.fast
	if d.driven == 0 || d.moved < driverM || carried {
		d.driven, d.named = who, true
		return out
	}
	out = d.close(at, at, out)
	out = d.open(at, at, 0, out)
	d.named = true
	return out
}

// open begins a trip, never before the end of the last one: a clock may go back.
func (d *Trips) open(at, seen int64, way float64, out []Boundary) []Boundary {
	at = max(at, d.ended)
	d.phase, d.offAt, d.moved, d.driven, d.started = driving, 0, way, d.driver, at
	d.stands, d.moves, d.timed, d.named = 0, 0, false, false
	d.lastDrive = max(d.lastDrive, at)
	return append(out, Boundary{Kind: Open, At: at, Seen: seen, Driver: d.driven, Way: way})
}

func (d *Trips) resume(at, seen int64, way float64, out []Boundary) []Boundary {
	d.phase, d.offAt, d.moves, d.timed = driving, 0, 0, false
	d.lastDrive = max(d.lastDrive, at)
	return append(out, Boundary{Kind: Resume, At: at, Seen: seen, Driver: d.driven, Way: way})
}

func (d *Trips) close(at, seen int64, out []Boundary) []Boundary {
	b := Boundary{Kind: Close, At: max(at, d.started), Seen: seen, Driver: d.driven}
	if d.stands != 0 && at == d.stands {
		b.Way = d.crept
	}
	d.phase, d.timed, d.ended, d.stands, d.moves = parked, false, b.At, 0, 0
	return append(out, b)
}

// Next is the arrival time at which Advance will have something to do; the
// largest int64 where nothing is due.
func (d *Trips) Next() int64 {
	switch {
	case d.phase == paused:
		return d.offArrived + grace
	case d.phase == driving && d.ignition == never && d.stands != 0:
		return d.lastArrived + parking
	case d.phase == driving:
		return d.lastArrived + silence
	}
	return 1<<63 - 1
}

// Advance closes what a vehicle's silence, in arrival time, has ended. What it
// gives follows from the vehicle's samples, not from now.
func (d *Trips) Advance(now int64, out []Boundary) []Boundary {
	if d.phase == parked || now < d.Next() {
		return out
	}
	stands := d.stands
	switch {
	case d.phase == paused:
		out = d.close(d.offAt, d.offAt, out)
	case d.ignition == never && stands != 0:
		out = d.close(stands, stands, out)
		d.stands = stands // what is on its way may show that the car drove on in time
	default:
		out = d.close(d.lastDrive, d.lastDrive, out)
	}
	d.timed = true
	return out
}
