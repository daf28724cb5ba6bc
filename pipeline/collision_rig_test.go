package pipeline_test

import (
	"math"
	"slices"
	"sync"
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/pipeline"
	"milepost/telemetry"
)

// rig is a vehicle that goes through its bytes before every frame.
type rig struct {
	t       *testing.T
	history fleet.History
	vehicle *pipeline.Vehicle
	scratch pipeline.Scratch
	out     []*outcome.Collision
	arrived int64 // of the newest frame
}

// validator is made once: schemas take long to read.
var validator = sync.OnceValues(schema.NewValidator)

// owner is the profile of the rigs' vehicle.
var owner = fleet.Profile{VehicleID: "car", Powertrain: fleet.Hybrid, Account: "a-1", Driver: "4d"}

func newRig(t *testing.T, profiles ...fleet.Profile) *rig {
	t.Helper()
	if len(profiles) == 0 {
		profiles = []fleet.Profile{owner}
	}
	r := &rig{t: t, history: fleet.History{VehicleID: "car", Profiles: profiles}}
	r.vehicle = r.fresh()
	return r
}

func (r *rig) fresh() *pipeline.Vehicle {
	r.t.Helper()
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
	if err == nil {
		err = v.Know(r.history)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// restart goes through the vehicle's bytes.
func (r *rig) restart() {
	r.t.Helper()
	b := r.vehicle.AppendState(nil)
	r.vehicle = r.fresh()
	if err := r.vehicle.LoadState(b); err != nil {
		r.t.Fatal(err)
	}
	if again := r.vehicle.AppendState(nil); string(again) != string(b) {
		r.t.Fatal("a state that was read is written otherwise")
	}
}

func (r *rig) advance(to int64) {
	r.restart()
	r.vehicle.Advance(to, &r.scratch)
	r.take()
}

func (r *rig) take() {
	r.out = append(r.out, of[*outcome.Collision](r.scratch.Out)...)
	r.scratch.Out = r.scratch.Out[:0]
}

// apply plays frames in their turn; each arrives some µs after its end.
func (r *rig) apply(delay int64, frames ...*telemetry.Frame) *rig {
	for _, f := range frames {
		f = copied(f)
		f.Arrived = f.End() + delay
		r.arrived = f.Arrived
		r.advance(f.Arrived)
		r.vehicle.Apply(f, &r.scratch)
		r.take()
	}
	return r
}

// late plays frames whose place was given up; they arrive together.
func (r *rig) late(arrived int64, frames ...*telemetry.Frame) *rig {
	for _, f := range frames {
		f = copied(f)
		f.Arrived = arrived
		r.arrived = arrived
		r.advance(arrived)
		r.vehicle.Late(f, &r.scratch)
		r.take()
	}
	return r
}

// rest runs out all timers but those that forget.
func (r *rig) rest() {
	for next := r.vehicle.Next(); next < r.arrived+6*86_400*sec; next = r.vehicle.Next() {
		r.advance(next)
	}
}

// end runs out all timers but those that forget, and checks all revisions. Of a copy it
// sees that the others run out too.
func (r *rig) end() []*outcome.Collision {
	r.t.Helper()
	r.rest()
	kept := r.vehicle
	r.advance(math.MaxInt64 - 1)
	if !r.vehicle.Parked() {
		r.t.Error("the vehicle is not parked when all timers have run out")
	}
	r.vehicle = kept
	valid, err := validator()
	if err != nil {
		r.t.Fatal(err)
	}
	revisions, all := map[string]uint32{}, []outcome.Outcome{}
	for _, c := range r.out {
		if err := valid.Validate(c); err != nil {
			r.t.Error(err)
		}
		if revisions[c.ID]++; c.Revision != revisions[c.ID] {
			r.t.Errorf("revision %d after %d", c.Revision, revisions[c.ID]-1)
		}
		all = append(all, c)
	}
	identified(r.t, all)
	return r.out
}

// newest gives the newest revision of each collision, by time.
func (r *rig) newest() (out []*outcome.Collision) {
	r.t.Helper()
	for _, c := range r.end() {
		out = slices.DeleteFunc(out, func(o *outcome.Collision) bool { return o.ID == c.ID })
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *outcome.Collision) int { return int(a.At - b.At) })
	return slices.DeleteFunc(out, func(c *outcome.Collision) bool { return c.State == outcome.Withdrawn })
}

// one wants a single collision.
func (r *rig) one() *outcome.Collision {
	r.t.Helper()
	all := r.newest()
	if len(all) != 1 {
		r.t.Fatalf("%d collisions, want 1", len(all))
	}
	return all[0]
}

// seconds are frames of a drive, one a second.
func seconds(ps []point) []*telemetry.Frame { return lay(ps, every(1, 200), 0) }

// without are the frames but for those from one to another.
func without(frames []*telemetry.Frame, from, to int) []*telemetry.Frame {
	return append(slices.Clone(frames[:from]), frames[to:]...)
}
