package pipeline

import (
	"math"
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/geo"
	"milepost/telemetry"
)

// Vehicle is the state of one vehicle. It is not safe for concurrent use.
type Vehicle struct {
	id      string
	profile fleet.Profile
	zone    *time.Location

	gate geo.Gate
	boot uint32 // of the newest frame
	// unshared follows the gate in the order of the samples being gathered.
	unshared bool
	unheard  bool                        // not heard of sharing in this boot
	newest   [telemetry.TrackCount]int64 // time of the newest sample of each track, µs
	trips    detectors.Trips
	active   bool // samples belong to the trip
	trip     trip // the trip under way, or the last one
	months   []month
	past     *past // what late data may amend
}

// NewVehicle makes the state of a vehicle never seen before. It fails where the
// profile names an unknown zone.
func NewVehicle(p fleet.Profile) (*Vehicle, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	zone, err := p.Location()
	if err != nil {
		return nil, err
	}
	return &Vehicle{id: p.VehicleID, profile: p, zone: zone, past: &past{}}, nil
}

// Apply takes the next frame in the order of (boot, sequence). It cleans the frame
// in place and keeps nothing of it. Outcomes go to s.Out.
func (v *Vehicle) Apply(f *telemetry.Frame, s *Scratch) {
	if f.Boot != v.boot {
		// What the end of the last boot said, or boots between, may never have come.
		v.gate.Missed()
		v.past.rebooted(f)
		v.boot, v.unheard = f.Boot, true
	}
	s.Hidden += int64(v.gate.Apply(f))
	f.Clean(&s.Drops)
	f.DropFuture(f.Arrived, &s.Drops)
	v.trim(f, s)
	v.past.begun(f)
	w := detectors.NewChunks(f)
	for c, ok := w.Next(); ok; c, ok = w.Next() {
		s.boundaries = v.trips.Scan(&c, s.boundaries[:0])
		for _, b := range s.boundaries {
			before, after := c.Split(b.Seen)
			v.gather(&before, s)
			v.cross(b, s)
			c = after
		}
		v.gather(&c, s)
	}
	// The gate may have closed for a reason that no clean change tells.
	if v.gate.Hidden() && !v.unshared && !v.unheard {
		v.hide()
	}
}

// hide notes that the location is not shared from here on.
func (v *Vehicle) hide() {
	v.unshared = true
	v.past.note(v.newestSample(), telemetry.LocationShared, 0)
	if v.active {
		v.trip.leave()
		v.trip.place = nowhere
	}
}

// Missed tells that frames before the next one were given up.
func (v *Vehicle) Missed() {
	v.past.missed = true
	if v.gate.Missed(); v.gate.Hidden() {
		v.hide()
	}
}

// Next is the arrival time, Unix µs, at which Advance will have something to do; the
// largest int64 where nothing is due.
func (v *Vehicle) Next() int64 { return min(v.trips.Next(), v.past.next()) }

// Advance tells the vehicle that no record with an earlier arrival time (Unix µs)
// will come. Trips that silence has ended are closed; those that late data belongs to
// are amended.
func (v *Vehicle) Advance(arrival int64, s *Scratch) {
	for v.Next() <= arrival && v.Next() != math.MaxInt64 {
		if v.past.next() < v.trips.Next() {
			if v.settle(s); s.Err != nil {
				return
			}
			continue
		}
		s.boundaries = v.trips.Advance(arrival, s.boundaries[:0])
		v.past.timer = true
		for _, b := range s.boundaries {
			v.cross(b, s)
		}
		v.past.timer = false
	}
}

// trim removes what lies before samples already seen.
func (v *Vehicle) trim(f *telemetry.Frame, s *Scratch) {
	for t := range v.newest {
		t := telemetry.Track(t)
		f.TrimBefore(t, v.newest[t], &s.Drops)
		if at := *f.Offsets(t); len(at) > 0 {
			v.newest[t] = f.Start + int64(at[len(at)-1])
		}
	}
}

// gather gives a chunk's samples to the trip under way, if there is one.
func (v *Vehicle) gather(c *detectors.Chunk, s *Scratch) {
	if v.active && c.Lo != c.Hi {
		v.past.take(c, &v.trip)
		v.trip.gather(c, s, v.zone)
	}
	b := &c.Frame.Body
	for i := c.Lo[telemetry.TrackBody]; i < c.Hi[telemetry.TrackBody]; i++ {
		v.past.note(c.Frame.Start+int64(b.At[i]), b.Signal[i], b.Value[i])
		if b.Signal[i] == telemetry.LocationShared {
			v.unshared, v.unheard = b.Value[i] == 0, false
		}
	}
}

// cross applies a boundary.
func (v *Vehicle) cross(b detectors.Boundary, s *Scratch) {
	switch b.Kind {
	case detectors.Open:
		v.past.leave(&v.trip)
		v.trip.begin(v.tripID(b.At), b.At)
		v.trip.distance.Begin(b.Way)
		v.trip.hidden = v.unshared
		v.past.open(&v.trip, b, v.boot, v.unshared)
		v.active = true
	case detectors.Resume:
		v.active = v.trip.id != ""
		v.past.resume(&v.trip, b, v.active)
		v.trip.distance.Begin(b.Way)
		if v.unshared {
			v.trip.leave()
		}
	case detectors.Pause:
		v.active = false
	case detectors.Close:
		seen := !v.active || !v.past.timer && detectors.Near(b.Seen-b.At)
		v.active = false
		v.close(b, seen, s)
	}
}
