package detectors

import (
	"milepost/telemetry"
)

// BoundaryKind says what happens to a trip at a boundary.
type BoundaryKind uint8

// The boundaries of trips.
const (
	Open   BoundaryKind = iota // a new trip begins
	Pause                      // the ignition went off: over, unless it comes on again soon
	Resume                     // the trip goes on, paused or even closed before
	Close                      // the trip is over
)

// Boundary is a trip's start or end. Close may lie before samples already seen: a
// trip that ended in silence or standing ended when that began.
type Boundary struct {
	Kind   BoundaryKind
	At     int64 // µs
	Driver int64 // of the trip, 0 where unknown
}

// Rules of trips [defaults of this project; public practice: traccar 300 s,
// DIMO 300 s, Geotab 200 s of standing; TeslaMate 15 min offline].
const (
	grace     = 120 * second // an ignition off shorter than this was a stall
	silence   = 15 * 60 * second
	powered   = 10 * second  // a restart after a pause this long is an ignition cycle, for a device powered by it
	parking   = 300 * second // standing this long ends a trip of a vehicle without ignition state
	walk      = 5 / 3.6      // m/s: faster than this is driving
	towing    = 10 * second  // driving this long with the ignition off: its on was lost
	openReach = 5 * second   // a trip begins at the standing sample at most this long before movement
	driverM   = 50.0         // m: an identification later than this is another driver
	lostOff   = 5 * second   // an off this long after the last sample was meant for then
)

// Trips decides where trips begin and end: by ignition state where the vehicle
// reports one, else by motion and silence. Its zero value is a vehicle never seen.
type Trips struct {
	phase    phase
	ignition ignition
	boot     uint32
	driver   int64 // behind the wheel now
	driven   int64 // of the open or last trip

	lastDrive   int64 // newest sign of driving: motion, speed, position, or the ignition going on
	lastArrived int64
	offAt       int64 // ignition off at, while paused, or closed by it
	offArrived  int64
	stands      int64   // standing since, 0 while moving
	moves       int64   // moving since, while the ignition is off
	before      int64   // newest speed sample
	moved       float64 // m since the trip began, as far as needed to judge a change of driver
	fast        bool    // the newest speed sample was above standstill
	named       bool    // the driver was identified within this trip, not carried over
	timed       bool    // closed by a timer: what is on its way may take the trip up again
}

type phase uint8

const (
	parked phase = iota
	driving
	paused
)

// ignition is what is known of LowVoltageSystemState.
type ignition uint8

const (
	never   ignition = iota // not reported by this vehicle
	unknown                 // reported before, not since the last silence
	off
	on
)

// Scan gives the boundaries in a chunk, in order. Arrived is the arrival time of its record.
func (d *Trips) Scan(c *Chunk, out []Boundary) []Boundary {
	first, last := driveSpan(c)
	out = d.gap(c, first, out)
	body, speed := c.Lo[telemetry.TrackBody], c.Lo[telemetry.TrackSpeed]
	for ; body < c.Hi[telemetry.TrackBody]; body++ {
		at := c.Frame.Start + int64(c.Frame.Body.At[body])
		speed, out = d.speeds(c, speed, at, out)
		out = d.change(c, at, c.Frame.Body.Signal[body], c.Frame.Body.Value[body], out)
	}
	_, out = d.speeds(c, speed, 1<<63-1, out)
	if last != 0 {
		d.lastDrive = last
	}
	d.lastArrived = max(d.lastArrived, c.Frame.Arrived)
	d.boot = c.Frame.Boot
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

// gap ends what the time since the last sample has ended, and takes a trip up
// again that a timer closed while its samples were on their way.
func (d *Trips) gap(c *Chunk, first int64, out []Boundary) []Boundary {
	now := max(first, c.Second*second)
	if d.phase == paused && now-d.offAt >= grace {
		return d.close(d.offAt, out)
	}
	if first == 0 {
		return out
	}
	lapse := first - d.lastDrive
	switch {
	case d.phase == driving && d.over(lapse, first, c.Frame.Boot):
		at := d.lastDrive
		if d.ignition == never && d.stands != 0 {
			at = d.stands
		}
		d.forget()
		return d.close(at, out)
	case d.phase == parked && d.timed && d.offAt == 0:
		if d.timed = !d.over(lapse, first, c.Frame.Boot); d.timed {
			return d.resume(first, out)
		}
	}
	return out
}

// over reports whether a trip cannot go on after a lapse without samples.
func (d *Trips) over(lapse, at int64, boot uint32) bool {
	restarted := grace
	if d.ignition == never {
		restarted = powered
	}
	return lapse >= silence ||
		boot != d.boot && lapse >= int64(restarted) ||
		d.ignition == never && d.stands != 0 && at-d.stands >= parking
}

// forget drops what a silence makes doubtful.
func (d *Trips) forget() {
	if d.ignition != never {
		d.ignition = unknown
	}
	d.stands, d.moves, d.before, d.offAt = 0, 0, 0, 0
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
	switch {
	case d.phase == driving && d.over(at-d.lastDrive, at, boot):
		out = d.close(d.lastDrive, out)
	case d.phase == driving:
		return out
	case d.offAt != 0 && at-d.offAt < grace:
		return d.resume(at, out)
	case d.phase == paused:
		out = d.close(d.offAt, out)
	}
	return d.open(at, out)
}

func (d *Trips) turnOff(c *Chunk, at int64, out []Boundary) []Boundary {
	d.ignition = off
	if d.phase != driving {
		return out
	}
	if last := max(d.lastDrive, lastDriveBefore(c, at)); last != 0 && at-last > lostOff {
		at = last
	}
	d.phase, d.offAt, d.offArrived, d.moves = paused, at, c.Frame.Arrived, 0
	return append(out, Boundary{Kind: Pause, At: at, Driver: d.driven})
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
	out = d.close(at, out)
	out = d.open(at, out)
	d.named = true
	return out
}

func (d *Trips) open(at int64, out []Boundary) []Boundary {
	d.phase, d.offAt, d.moved, d.driven = driving, 0, 0, d.driver
	d.stands, d.moves, d.timed, d.named = 0, 0, false, false
	d.lastDrive = max(d.lastDrive, at)
	return append(out, Boundary{Kind: Open, At: at, Driver: d.driven})
}

func (d *Trips) resume(at int64, out []Boundary) []Boundary {
	d.phase, d.offAt, d.timed = driving, 0, false
	return append(out, Boundary{Kind: Resume, At: at, Driver: d.driven})
}

func (d *Trips) close(at int64, out []Boundary) []Boundary {
	d.phase, d.timed = parked, false
	return append(out, Boundary{Kind: Close, At: at, Driver: d.driven})
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
	switch {
	case d.phase == paused:
		out = d.close(d.offAt, out)
	case d.ignition == never && d.stands != 0:
		out = d.close(d.stands, out)
	default:
		out = d.close(d.lastDrive, out)
	}
	d.timed = true
	return out
}
