package pipeline_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/telemetry"
)

// twofold is a drawn drive in two worlds that differ in nothing but in what was sensed while
// the location was not shared: whatever is the same in both holds nothing of that.
type twofold struct {
	seed     uint64
	span     int64     // s
	switches []between // unshared
	ignition []int64   // times at which it changes, s; on first
	cuts     []int64
}

func drawTwofold(t *rapid.T) twofold {
	d := twofold{seed: rapid.Uint64().Draw(t, "seed"), span: int64(rapid.IntRange(60, 900).Draw(t, "span")), ignition: []int64{0}}
	r := rand.New(rand.NewPCG(d.seed, 0))
	at := t0 - sec
	for range rapid.IntRange(0, 6).Draw(t, "hides") {
		from := at + r.Int64N(d.span*sec/2) + 1
		to := from + r.Int64N(d.span*sec/3) + 1
		d.switches, at = append(d.switches, between{from, to}), to
	}
	if rapid.Bool().Draw(t, "while charging") {
		from := max(at, t0+d.span*sec) + r.Int64N(600*sec) + 1
		d.switches = append(d.switches, between{from, from + r.Int64N(600*sec) + 1})
	}
	for i := range d.switches {
		d.switches[i] = between{offBeat(d.switches[i].from), offBeat(d.switches[i].to)}
	}
	if rapid.Bool().Draw(t, "stalls") {
		off := d.span/3 + r.Int64N(d.span/3)
		d.ignition = append(d.ignition, off, off+1+r.Int64N(200))
	}
	d.ignition = append(d.ignition, d.span)
	for at := t0 - sec; at < t0+(d.span+1200)*sec; {
		at += 1 + r.Int64N(15*sec)
		d.cuts = append(d.cuts, at)
	}
	return d
}

// offBeat moves a time out of the moments in which samples of several tracks follow one another.
func offBeat(at int64) int64 {
	if over := (at - t0 + 2*sec) % 200_000; over < 40 {
		at += 40 - over
	}
	return at
}

func (d *twofold) unshared(at int64) bool {
	return slices.ContainsFunc(d.switches, func(b between) bool { return b.has(at) })
}

// frames lays the drive of one of the worlds.
func (d *twofold) frames(world float64) []*telemetry.Frame {
	r := rand.New(rand.NewPCG(d.seed, 1))
	ps := []point{changeAt(t0-2*sec, telemetry.LocationShared, 1)}
	for _, b := range d.switches {
		ps = append(ps, changeAt(b.from, telemetry.LocationShared, 0), changeAt(b.to, telemetry.LocationShared, 1))
	}
	for i, s := range d.ignition {
		ps = append(ps, ignitionAt(t0+s*sec, i%2 == 0))
	}
	for k := range d.span * 5 {
		at := t0 + k*200_000 + 7
		v := 12 + 6*math.Sin(float64(k)/30) + r.Float64()
		secret := 0.0
		if d.unshared(at) {
			secret = world
		}
		ps = append(ps, speedAt(at, v+3*secret), motionAt(at+3, math.Sin(float64(k)/9)+secret, -0.3*secret))
		if k%5 == 0 {
			way := float64(k) * 2.4
			ps = append(ps, heightAt(fixAt(at+11, way+5000*secret), 600+30*math.Sin(way/400)+20*secret), odometerAt(at+13, 1e6+way+77*secret))
			ps = append(ps, d.energy(at, 0, secret)...)
		}
		if k%50 == 0 {
			ps = append(ps, point{at + 17, 1, func(f *telemetry.Frame, off int32) {
				e := &f.Energy
				e.At, e.Odometer = append(e.At, off), append(e.Odometer, 1e6+float64(k)*2.4+79*secret)
			}})
		}
		if r.IntN(100) == 0 {
			ps = append(ps, changeAt(at+19, telemetry.HybridIndicator, int64(float64(r.IntN(2))+secret)%3))
		}
	}
	for s := d.span + 20; s < d.span+1000; s += 7 {
		at, secret := t0+s*sec+5, 0.0
		if d.unshared(at) {
			secret = world
		}
		ps = append(ps, d.energy(at, 1, secret)...)
	}
	// Each sample's own time decides, not its second's.
	return lay(ps, d.cuts, 0)
}

// energy is what a plug-in hybrid says of its powertrain; at its charging point 1, else 0.
func (d *twofold) energy(at int64, charging, secret float64) []point {
	s := float64(at-t0) / 1e6
	return []point{{at + 15, 1, func(f *telemetry.Frame, off int32) {
		e := &f.Energy
		watts := 9000*math.Sin(s/11) + 500*secret
		if charging == 1 {
			watts = 7000 + 300*secret
		}
		e.At = append(e.At, off)
		e.SoC = append(e.SoC, float32(40+(s-float64(d.span))*charging/80+3*secret))
		e.Power, e.Voltage, e.Current = append(e.Power, float32(watts)), append(e.Voltage, 350), append(e.Current, float32(watts/350))
		e.FuelConsumed = append(e.FuelConsumed, float32(0.0004*s+0.01*secret))
		e.EngineRunning = append(e.EngineRunning, float32((int(s/20)+int(secret))%2)*float32(1-charging))
		e.Charging, e.CablePlugged = append(e.Charging, float32(charging)), append(e.CablePlugged, float32(charging))
		e.Ambient, e.ChargedEnergy = append(e.Ambient, float32(12+secret)), append(e.ChargedEnergy, 900+s/500+2*secret)
	}}}
}

// heightAt is a fix with the height that it has.
func heightAt(p point, m float64) point {
	put := p.put
	p.put = func(f *telemetry.Frame, off int32) {
		put(f, off)
		f.Position.Altitude = append(f.Position.Altitude, float32(m))
	}
	return p
}

// pluggedAndInsured is a plug-in hybrid with policies of each kind that it may have.
func pluggedAndInsured() fleet.Profile {
	return fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Powertrain: fleet.PlugIn, Account: "a", Consents: []string{outcome.ConsentInsurance},
		Policies: []fleet.Policy{{ID: "one", Product: outcome.ProductUBI, From: "2023-11-01", Period: fleet.PeriodMonth},
			{ID: "two", Product: outcome.ProductPHI, From: "2023-11-10", ElectricRangeKm: 60}}}
}

// arrival is a frame as it comes.
type arrival struct {
	index int
	at    int64
}

// deliveries draws what is lost, late and repeated: but for frames that switch, for what
// is behind a switch that was not heard nobody can know.
func (d *twofold) arrivals(frames []*telemetry.Frame) (out []arrival) {
	r := rand.New(rand.NewPCG(d.seed, 2))
	for i, f := range frames {
		at := f.Arrived
		if !slices.Contains(f.Body.Signal, telemetry.LocationShared) {
			switch r.IntN(12) {
			case 0:
				continue
			case 1:
				at += r.Int64N(20 * sec)
			case 2:
				at += 40*sec + r.Int64N(400*sec)
			case 3:
				out = append(out, arrival{i, at + r.Int64N(100*sec)})
			}
		}
		out = append(out, arrival{i, at})
	}
	slices.SortStableFunc(out, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return out
}

// play plays a world, and gives the outcomes and the state after each frame.
func (d *twofold) play(t tester, world float64) (told []string, states [][]byte) {
	frames := d.frames(world)
	r := rand.New(rand.NewPCG(d.seed, 3))
	c := newCar(t, pluggedAndInsured())
	for _, x := range d.arrivals(frames) {
		f := frames[x.index]
		f.Arrived = x.at
		c.record(f)
		if r.IntN(20) == 0 {
			c.restart()
		}
		states = append(states, c.vehicle.StateButCollisions())
	}
	c.advance(math.MaxInt64 - 1)
	return lines(t, c.scratch.Out), states
}

// Nothing that was sensed while the location was not shared is in any outcome, nor in the
// state, but for what finds collisions: whatever is lost, late or repeated, and wherever
// the vehicle's state was read back.
func TestNothingUnsharedIsKept(t *testing.T) {
	types := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		d := drawTwofold(rt)
		here, kept := d.play(rt, 1)
		for _, o := range here {
			_, after, _ := strings.Cut(o, `"type":"`)
			name, _, _ := strings.Cut(after, `"`)
			types[name]++
		}
		there, other := d.play(rt, 2)
		if diff := gocmp.Diff(here, there); diff != "" {
			rt.Fatalf("outcomes tell the worlds apart; hidden %v:\n%.3000s", d.switches, diff)
		}
		for i := range kept {
			if string(kept[i]) != string(other[i]) {
				rt.Fatalf("the state after arrival %d tells the worlds apart; hidden %v", i, d.switches)
			}
		}
	})
	for _, name := range []outcome.Type{outcome.TypeTrip, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor} {
		if types[string(name)] == 0 {
			t.Errorf("no %s came out of any drive", name)
		}
	}
}

// What becomes of a trip by when its location is shared; times are s after t0, and the trip
// goes from 0 to 300.
func TestWithheldTrips(t *testing.T) {
	for _, c := range []struct {
		name            string
		hides           [][2]int64
		pause           bool // from 200 to 250 the ignition is off
		trips, withheld int
		from            int64 // s at which the trip begins
		least, most     float64
		events          int
	}{
		{name: "shared", trips: 1, least: 2990, most: 3001, events: 2},
		{name: "off in the middle", hides: [][2]int64{{100, 160}}, trips: 1, least: 2380, most: 2401, events: 1},
		{name: "wholly off", hides: [][2]int64{{-5, 1000}}, withheld: 1},
		{name: "off at its end", hides: [][2]int64{{250, 1000}}, withheld: 1},
		{name: "off for the last second", hides: [][2]int64{{299, 1000}}, withheld: 1},
		{name: "off at its end, shared while parked", hides: [][2]int64{{250, 310}}, withheld: 1},
		{name: "off when it is over", hides: [][2]int64{{301, 1000}}, trips: 1, least: 2990, most: 3001, events: 2},
		{name: "off at its beginning", hides: [][2]int64{{-5, 40}}, trips: 1, from: 40, least: 2590, most: 2601, events: 2},
		{name: "off while it pauses", hides: [][2]int64{{210, 240}}, pause: true, trips: 1, least: 2480, most: 2501, events: 2},
		{name: "off at the pause, shared again after it", hides: [][2]int64{{190, 255}}, pause: true, trips: 1, least: 2330, most: 2351, events: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			ps := []point{ignitionAt(t0, true), ignitionAt(t0+300*sec, false)}
			if c.pause {
				ps = append(ps, ignitionAt(t0+200*sec, false), ignitionAt(t0+250*sec, true))
			}
			for k := range int64(3000) {
				at := t0 + k*100_000
				if c.pause && at >= t0+200*sec && at < t0+250*sec {
					continue
				}
				forward := 0.0
				if s := k / 10; s == 60 || s == 61 || s == 130 || s == 131 {
					forward = -7
				}
				ps = append(ps, speedAt(at, 10), motionAt(at, forward, 0))
				if k%10 == 0 {
					ps = append(ps, fixAt(at, wayAt(at)), odometerAt(at, 5e5+wayAt(at)))
				}
			}
			for _, h := range c.hides {
				ps = append(ps, changeAt(t0+h[0]*sec, telemetry.LocationShared, 0), changeAt(t0+h[1]*sec, telemetry.LocationShared, 1))
			}
			out := live(t, lay(ps, []int64{t0 + 77*sec, t0 + 199*sec, t0 + 252*sec, t0 + 320*sec}, 0))
			trips, events, months := of[*outcome.Trip](out), of[*outcome.Event](out), of[*outcome.Month](out)
			if len(trips) != c.trips || len(events) != c.events || len(months) != 1 {
				t.Fatalf("%d trips, %d events, %d months", len(trips), len(events), len(months))
			}
			if m := months[0]; m.WithheldTrips != c.withheld || m.Trips != c.trips || len(m.Days) != c.trips {
				t.Errorf("month %+v", m)
			}
			if c.trips == 0 {
				return
			}
			trip := trips[0]
			if trip.StartedAt != outcome.Time(t0+c.from*sec) || trip.At != trip.StartedAt || trip.EndedAt != outcome.Time(t0+300*sec) {
				t.Errorf("from %s to %s, at %s", trip.StartedAt, trip.EndedAt, trip.At)
			}
			if trip.DistanceM < c.least || trip.DistanceM > c.most {
				t.Errorf("%v m by %s, want %v to %v", trip.DistanceM, trip.DistanceSource, c.least, c.most)
			}
			hidden := len(c.hides) > 0 && c.hides[0][0] < 300
			if trip.Partial != hidden || slices.Contains(trip.Receipt.Flags, "location_hidden") != hidden {
				t.Errorf("partial %t, flags %v", trip.Partial, trip.Receipt.Flags)
			}
		})
	}
}

// shuttle is a drive from a second to another after t0 in frames of ten seconds, with what
// was switched; a frame's index is that of its ten seconds.
func shuttle(from, to int64, changes ...point) []*telemetry.Frame {
	ps := slices.Clone(changes)
	var cuts []int64
	for k := from * 10; k < to*10; k++ {
		at := t0 + k*100_000
		ps = append(ps, speedAt(at, 10))
		if k%10 == 0 {
			forward := 0.0
			ps = append(ps, fixAt(at+1, wayAt(at)))
			if k/10%100 == 40 {
				forward = -7
			}
			for i := range int64(20) {
				ps = append(ps, motionAt(at+i*50_000+3, forward, 0))
			}
		}
	}
	for at := t0 + from*sec; at <= t0+(to+600)*sec; at += 10 * sec {
		cuts = append(cuts, at)
	}
	return lay(ps, cuts, 0)
}

// tally is what stands in the end: of each identity the newest revision.
func tally(out []outcome.Outcome) (trips, events, withheld int) {
	newest := map[string]outcome.Outcome{}
	for _, o := range out {
		newest[o.Head().ID] = o
	}
	for _, o := range newest {
		switch o := o.(type) {
		case *outcome.Trip:
			if o.State != outcome.Withdrawn {
				trips++
			}
		case *outcome.Event:
			if o.State != outcome.Withdrawn {
				events++
			}
		case *outcome.Month:
			withheld += o.WithheldTrips
			if o.Trips != len(o.Days) {
				withheld = -100 // one day has them all, or there is none
			}
		}
	}
	return trips, events, withheld
}

// What is known only later withholds a trip too: what a lost frame said, what the signal
// says next after a loss, and what a trip that goes on ends with.
func TestWithheldLater(t *testing.T) {
	share := func(s float64, v int64) point {
		return changeAt(t0+int64(s*1e6), telemetry.LocationShared, v)
	}
	on, off := ignitionAt(t0, true), ignitionAt(t0+120*sec, false)
	for _, c := range []struct {
		name                    string
		changes                 []point
		to                      int64
		lost                    int   // index of a frame that does not come in its turn, 0 for none
		late                    int64 // s after t0 at which it does; 0 for never
		trips, events, withheld int
		once                    bool // a trip was out meanwhile
	}{
		{"a lost frame, on next", []point{share(0, 1), on, off, share(300, 1)}, 120, 10, 0, 1, 1, 0, true},
		{"a lost frame, off next", []point{share(0, 1), on, off, share(300, 0)}, 120, 10, 0, 0, 0, 1, true},
		{"a lost frame, nothing next", []point{share(0, 1), on, off}, 120, 10, 0, 1, 1, 0, true},
		{"a lost frame comes and says off", []point{share(0, 1), on, off, share(105, 0)}, 120, 10, 900, 0, 0, 1, true},
		{"and the signal was on again in time", []point{share(0, 1), on, off, share(105, 0), share(112, 1)}, 120, 10, 900, 1, 1, 0, true},
		{"and on again too late", []point{share(0, 1), on, off, share(105, 0), share(400, 1)}, 120, 10, 900, 0, 0, 1, true},
		{"the first switch ever comes late", []point{on, off, share(105, 0)}, 120, 10, 900, 0, 0, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames := shuttle(0, c.to, c.changes...)
			r := newCar(t, fleet.Profile{VehicleID: "car"})
			last := frames[len(frames)-1].Arrived
			for i, f := range frames {
				if i == c.lost {
					continue
				}
				if f.Start > t0+250*sec && c.late == 0 {
					f.Arrived += 400 * sec // the trip is closed by then
				}
				r.record(f)
			}
			r.advance(last + 800*sec)
			if trips, _, _ := tally(r.scratch.Out); (trips > 0) != c.once && c.late > 0 {
				t.Fatalf("%d trips before the late frame", trips)
			}
			if c.late > 0 {
				f := frames[c.lost]
				f.Arrived = max(last+800*sec, t0+c.late*sec)
				r.record(f)
			}
			r.restart()
			r.advance(math.MaxInt64 - 1)
			trips, events, withheld := tally(r.scratch.Out)
			if trips != c.trips || events != c.events || withheld != c.withheld {
				t.Errorf("%d trips, %d events, %d withheld; want %d, %d, %d", trips, events, withheld, c.trips, c.events, c.withheld)
				for _, o := range lines(t, r.scratch.Out) {
					t.Logf("%.300s", o)
				}
			}
		})
	}
}

// A trip that is out and goes on, for its samples were only on their way, and ends
// unshared is taken back; one that was withheld and goes on shared is not brought back.
func TestATripThatGoesOn(t *testing.T) {
	for _, c := range []struct {
		name            string
		hides           [2]int64
		trips, withheld int
	}{
		{"and ends unshared", [2]int64{200, 1000}, 0, 1},
		{"and was withheld", [2]int64{100, 180}, 0, 1},
		{"and is shared", [2]int64{2000, 2001}, 1, 0},
	} {
		frames := shuttle(0, 240, changeAt(t0, telemetry.LocationShared, 1), changeAt(t0+c.hides[0]*sec, telemetry.LocationShared, 0),
			changeAt(t0+c.hides[1]*sec, telemetry.LocationShared, 1))
		r := newCar(t, fleet.Profile{VehicleID: "car"})
		for i, f := range frames {
			if i >= 12 {
				f.Arrived += 2000 * sec
			}
			if i == 12 {
				r.advance(f.Arrived - sec)
			}
			r.record(f)
		}
		r.advance(math.MaxInt64 - 1)
		if trips, events, withheld := tally(r.scratch.Out); trips != c.trips || withheld != c.withheld || (events > 0) != (trips > 0) {
			t.Errorf("%s: %d trips, %d events, %d withheld", c.name, trips, events, withheld)
		}
	}
}
