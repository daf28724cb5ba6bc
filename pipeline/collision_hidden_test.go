package pipeline_test

import (
	"bytes"
	"math"
	"testing"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/state"
	"milepost/telemetry"
)

// private is an owner who shares as told and consents to the places of collisions or not.
func private(sharing fleet.Sharing, consents bool) fleet.Profile {
	p := owner
	if p.LocationSharing = sharing; consents {
		p.Consents = []string{outcome.ConsentCollisionPosition}
	}
	return p
}

// holds reports whether a state has the place of a frame in it, in any form that is used.
func holds(t *testing.T, b []byte, f *telemetry.Frame) bool {
	t.Helper()
	for _, lat := range f.Position.Latitude {
		units := int32(math.Round(lat * 1e7))
		near := float64(units) * 1e-7
		for _, write := range []func(*state.Codec){
			func(c *state.Codec) { c.Float64(&lat) }, func(c *state.Codec) { c.Float64(&near) }, func(c *state.Codec) { c.Int32(&units) },
		} {
			c := state.NewWriter(nil)
			write(c)
			if form, err := c.Done(); err != nil || bytes.Contains(b, form) {
				return true
			}
		}
	}
	return false
}

func TestAHiddenCrashHasItsPlaceByConsentOnly(t *testing.T) {
	share := func(s float64, v int64) point {
		return changeAt(t0+int64(s*1e6), telemetry.LocationShared, v)
	}
	for _, c := range []struct {
		name     string
		profile  fleet.Profile
		switches []point
		placed   bool
		earlier  int     // places before it
		hidden   float64 // s from which on no place may be in the state, 0 for never
	}{
		{"shared", private("", false), nil, true, 2, 0},
		{"hidden by the vehicle", private("", false), []point{share(10, 0)}, false, 0, 10},
		{"hidden by the vehicle, with the consent", private("", true), []point{share(10, 0)}, true, 2, 0},
		{"hidden by the owner", private(fleet.Off, false), nil, false, 0, 0.1},
		{"hidden by the owner, with the consent", private(fleet.Off, true), nil, true, 2, 0},
		{"hidden until shortly before", private("", false), []point{share(1, 0), share(26, 1)}, true, 0, 0},
		{"hidden until shortly before, with the consent", private("", true), []point{share(1, 0), share(26, 1)}, true, 2, 0},
		{"hidden from shortly after", private("", false), []point{share(30.4, 0)}, true, 2, 30.4},
		{"hidden from shortly before", private("", false), []point{share(30.3, 0)}, false, 0, 30.3},
		{"hidden from shortly before, with the consent", private("", true), []point{share(30.3, 0)}, true, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames := seconds(append(plainCrash().points(), c.switches...))
			r := newRig(t, c.profile)
			for i, f := range frames {
				r.apply(sec, f)
				at := 0.0
				if n := len(f.Position.At); n > 0 {
					at = float64(f.Start+int64(f.Position.At[n-1])-t0) / 1e6
				}
				if b := r.vehicle.AppendState(nil); c.hidden != 0 && at > c.hidden && holds(t, b, f) {
					t.Fatalf("the place of %.1f s is in the state", at)
				}
				if i == 31 && c.placed && !holds(t, r.vehicle.AppendState(nil), frames[29]) {
					t.Error("the last place is not in the state")
				}
			}
			for _, o := range r.end() {
				if (o.Position != nil) != c.placed || len(o.RecentPositions) != c.earlier || o.PositionTrusted != c.placed || (o.DirectionDeg != nil) != c.placed {
					t.Errorf("revision %d: at %+v, before %+v, trusted %t, direction %v", o.Revision, o.Position, o.RecentPositions, o.PositionTrusted, o.DirectionDeg)
				}
			}
			if len(r.out) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

// A place is kept beyond a switch with the consent of its own time, however the drive was
// cut: not because another was given before its owner hid what follows.
func TestAConsentIsForThePlacesOfItsTime(t *testing.T) {
	from := private(fleet.Off, true)
	from.From = fleet.Instant(t0 + 28*sec)
	whole := lay(plainCrash().points(), nil, 0)
	if len(whole) != 1 {
		t.Fatalf("%d frames", len(whole))
	}
	for name, frames := range map[string][]*telemetry.Frame{"in one frame": whole, "in seconds": seconds(plainCrash().points())} {
		got := newRig(t, private("", false), from).apply(sec, frames...).one()
		if got.Position == nil || len(got.RecentPositions) > 0 {
			t.Errorf("%s: at %+v, before %+v", name, got.Position, got.RecentPositions)
		}
	}
}

// Hidden places are kept for a drive, and for a collision only while the consent lasts.
func TestHiddenPlacesGoWithTheConsent(t *testing.T) {
	frames := seconds(plainCrash().points())
	bag := lay([]point{changeAt(t0+31*sec, telemetry.AirbagDeployedR1Driver, 1)}, nil, 0)[0]
	ends := private(fleet.Off, false)
	for _, c := range []struct {
		name   string
		ends   int64 // µs, 0 for never
		placed bool  // when it is amended
	}{{"for good", 0, true}, {"until later", t0 + 7200*sec, false}, {"until then", t0 + 80*sec, false}} {
		profiles := []fleet.Profile{private(fleet.Off, true)}
		if c.ends != 0 {
			ends.From = fleet.Instant(c.ends)
			profiles = append(profiles, ends)
		}
		r := newRig(t, profiles...).apply(sec, frames...)
		r.advance(t0 + 3*3600*sec)
		if holds(t, r.vehicle.AppendState(nil), frames[74]) {
			t.Errorf("%s: a place of the drive is kept", c.name)
		}
		if n := len(r.vehicle.KeptPlaces()); (n > 0) != c.placed || holds(t, r.vehicle.AppendState(nil), frames[29]) != c.placed {
			t.Errorf("%s: %d places are kept", c.name, n)
		}
		got := r.late(t0+4*3600*sec, bag).one()
		if got.State != outcome.Amended || (got.Position != nil) != c.placed || (len(got.RecentPositions) > 0) != c.placed {
			t.Errorf("%s: %s, at %+v", c.name, got.State, got.Position)
		}
	}
}

// A wrecked car may never be heard again: what can't be revised any more goes by itself.
func TestAPlaceIsNotKeptForEver(t *testing.T) {
	frames := seconds(plainCrash().points())
	r := newRig(t, private(fleet.Off, true)).apply(sec, frames...)
	if r.advance(t0 + 7*86_400*sec); !holds(t, r.vehicle.AppendState(nil), frames[29]) {
		t.Fatal("its place is gone while it can be revised")
	}
	if r.advance(t0 + 8*86_400*sec); len(r.vehicle.KeptPlaces()) > 0 || holds(t, r.vehicle.AppendState(nil), frames[29]) || !r.vehicle.Parked() {
		t.Error("its place is kept when it can't be revised any more")
	}
}

// Whoever takes back a consent takes back what is kept by it.
func TestAConsentThatIsTakenBack(t *testing.T) {
	frames := seconds(plainCrash().points())
	r := newRig(t, private(fleet.Off, true)).apply(sec, frames...)
	ends := private(fleet.Off, false)
	ends.From = fleet.Instant(t0 + 80*sec)
	r.history = r.history.With(ends)
	if err := r.vehicle.Know(r.history); err != nil {
		t.Fatal(err)
	}
	if next := r.vehicle.Next(); next > int64(ends.From) {
		t.Errorf("it is forgotten at %d s", (next-t0)/sec)
	}
	if r.advance(t0 + 80*sec); len(r.vehicle.KeptPlaces()) != 0 || holds(t, r.vehicle.AppendState(nil), frames[29]) {
		t.Error("hidden places are kept")
	}
}

// A first switch that comes late takes back what a collision told before it was known.
func TestALateSwitchTakesACrashsPlaceBack(t *testing.T) {
	frames := seconds(plainCrash().points())
	for _, c := range []struct {
		name   string
		at     float64 // s, of the switch
		mayBe  bool
		placed bool
		before int
	}{
		{"before it", 20, false, false, 0},
		{"before it, with the consent", 20, true, true, 2},
		{"between its places", 28, false, false, 0},
		{"after it", 33, false, true, 2},
	} {
		late := lay([]point{changeAt(t0+int64(c.at*1e6), telemetry.LocationShared, 0)}, nil, 0)[0]
		for name, upTo := range map[string]int{"while it is open": 35, "when it is final": len(frames)} {
			r := newRig(t, private("", c.mayBe)).apply(sec, frames[:upTo]...)
			if told := r.out[len(r.out)-1]; told.Position == nil {
				t.Fatal("no place was told")
			}
			n := len(r.out)
			r.late(frames[upTo-1].End()+sec, late)
			if revised := len(r.out) > n; revised == c.placed {
				t.Errorf("%s, %s: revised at once: %t", c.name, name, revised)
			}
			for i, f := range frames[:upTo] {
				if at := float64(i); !c.mayBe && at >= c.at && holds(t, r.vehicle.AppendState(nil), f) {
					t.Errorf("%s, %s: the place of %g s is in the state", c.name, name, at)
				}
			}
			got := r.apply(2*sec, frames[upTo:]...).one()
			if (got.Position != nil) != c.placed || len(got.RecentPositions) != c.before || (got.DirectionDeg != nil) != c.placed || got.PositionTrusted != c.placed {
				t.Errorf("%s, %s: at %+v, before %+v", c.name, name, got.Position, got.RecentPositions)
			}
		}
	}
}

// Of a vehicle that uses the signal, nothing that comes late has a place; of another it has.
func TestALateCrashHasAPlaceWhereNothingIsInDoubt(t *testing.T) {
	for _, c := range []struct {
		switches []point
		placed   bool
	}{{nil, true}, {[]point{changeAt(t0+sec, telemetry.LocationShared, 1)}, false}} {
		frames := seconds(append(plainCrash().points(), c.switches...))
		r := newRig(t).apply(sec, frames[:20]...)
		r.vehicle.Missed()
		got := r.apply(sec, frames[50:]...).late(t0+3600*sec, frames[20:50]...).one()
		if (got.Position != nil) != c.placed {
			t.Errorf("at %+v, want one: %t", got.Position, c.placed)
		}
	}
}
