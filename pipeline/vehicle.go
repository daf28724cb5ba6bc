package pipeline

import (
	"time"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/geo"
	"milepost/outcome"
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
	return &Vehicle{id: p.VehicleID, profile: p, zone: zone}, nil
}

// Apply takes the next frame in the order of (boot, sequence). It cleans the frame
// in place and keeps nothing of it. Outcomes go to s.Out.
func (v *Vehicle) Apply(f *telemetry.Frame, s *Scratch) {
	if f.Boot != v.boot {
		// What the end of the last boot said, or boots between, may never have come.
		v.gate.Missed()
		v.boot, v.unheard = f.Boot, true
	}
	s.Hidden += int64(v.gate.Apply(f))
	f.Clean(&s.Drops)
	f.DropFuture(f.Arrived, &s.Drops)
	v.trim(f, s)
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
	if v.active {
		v.trip.leave()
		v.trip.place = nowhere
	}
}

// Late takes a frame whose place was given up: nothing of it is used but a switch
// that hides positions.
func (v *Vehicle) Late(f *telemetry.Frame) {
	if v.gate.Late(f); v.gate.Hidden() {
		v.hide()
	}
}

// Missed tells that frames before the next one were given up.
func (v *Vehicle) Missed() {
	if v.gate.Missed(); v.gate.Hidden() {
		v.hide()
	}
}

// Next is the arrival time, Unix µs, at which Advance will have something to do; the
// largest int64 where nothing is due.
func (v *Vehicle) Next() int64 { return v.trips.Next() }

// Advance tells the vehicle that no record with an earlier arrival time (Unix µs)
// will come. Trips that silence has ended are closed.
func (v *Vehicle) Advance(arrival int64, s *Scratch) {
	if arrival < v.trips.Next() {
		return
	}
	s.boundaries = v.trips.Advance(arrival, s.boundaries[:0])
	for _, b := range s.boundaries {
		v.cross(b, s)
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
		v.trip.gather(c, s, v.zone)
	}
	b := &c.Frame.Body
	for i := c.Lo[telemetry.TrackBody]; i < c.Hi[telemetry.TrackBody]; i++ {
		if b.Signal[i] == telemetry.LocationShared {
			v.unshared, v.unheard = b.Value[i] == 0, false
		}
	}
}

// cross applies a boundary.
func (v *Vehicle) cross(b detectors.Boundary, s *Scratch) {
	switch b.Kind {
	case detectors.Open:
		v.trip.begin(outcome.ID(v.id, string(outcome.TypeTrip), outcome.Time(b.At)), b.At)
		v.trip.distance.Begin(b.Way)
		v.trip.hidden = v.unshared
		v.active = true
	case detectors.Resume:
		v.active = v.trip.id != ""
		v.trip.distance.Begin(b.Way)
		if v.unshared {
			v.trip.leave()
		}
	case detectors.Pause:
		v.active = false
	case detectors.Close:
		v.active = false
		v.close(b, s)
	}
}
