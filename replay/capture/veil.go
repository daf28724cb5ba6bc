package capture

import (
	"milepost/fleet"
	"milepost/geo/privacy"
	"milepost/pipeline"
	"milepost/telemetry"
)

// Veil takes out of frames that are about to be recorded what gives places away while the
// location is not shared: by the vehicle's signal, or by the setting in force. Whoever
// records vehicles passes each frame through one, in the order in which they came.
type Veil struct {
	histories map[string]*fleet.History
	vehicles  map[string]*veiled
	turns     []privacy.Turn
}

// veiled is a vehicle's gate, and the time of its newest sample, Unix µs.
type veiled struct {
	gate   privacy.Gate
	newest int64
}

// NewVeil makes a veil for vehicles with these profiles.
func NewVeil(profiles []fleet.Profile) *Veil {
	v := &Veil{histories: map[string]*fleet.History{}, vehicles: map[string]*veiled{}}
	for _, p := range profiles {
		h := v.histories[p.VehicleID]
		if h == nil {
			h = &fleet.History{VehicleID: p.VehicleID}
			v.histories[p.VehicleID] = h
		}
		*h = h.With(p)
	}
	return v
}

// Cover takes out of the frame, in place, what must not be recorded of it.
func (v *Veil) Cover(f *telemetry.Frame) {
	c := v.vehicles[f.VehicleID]
	if c == nil {
		c = &veiled{}
		v.vehicles[f.VehicleID] = c
	}
	var settings *fleet.History
	if h := v.histories[f.VehicleID]; h != nil && h.EverUnshared() {
		settings = h
	}
	before := c.gate.Unshared()
	_, v.turns = c.gate.Apply(f, c.newest, settings, v.turns[:0])
	if before || len(v.turns) > 0 {
		pipeline.Strip(f, func(at int64) bool { return privacy.UnsharedAt(before, v.turns, at) })
	}
	c.newest = max(c.newest, f.End())
}
