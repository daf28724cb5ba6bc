package pipeline_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

const (
	t0  = int64(1_700_000_000_000_000)
	sec = int64(1_000_000)
)

// point is one sample or change; put appends it to a frame.
type point struct {
	at   int64
	boot uint32
	put  func(f *telemetry.Frame, off int32)
}

func speedAt(at int64, v float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		f.Speed.At, f.Speed.Speed = append(f.Speed.At, off), append(f.Speed.Speed, float32(v))
	}}
}

func motionAt(at int64, forward, leftward float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		m := &f.Motion
		m.At, m.Longitudinal, m.Lateral = append(m.At, off), append(m.Longitudinal, float32(forward)), append(m.Lateral, float32(leftward))
	}}
}

// fixAt is a position a way, m, north of 40° N 3° W.
func fixAt(at int64, way float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		p := &f.Position
		p.At, p.Latitude, p.Longitude = append(p.At, off), append(p.Latitude, 40+way/111_195), append(p.Longitude, -3)
	}}
}

func odometerAt(at int64, m float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		f.Energy.At, f.Energy.Odometer = append(f.Energy.At, off), append(f.Energy.Odometer, m)
	}}
}

func changeAt(at int64, s telemetry.BodySignal, v int64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		b := &f.Body
		b.At, b.Signal, b.Value = append(b.At, off), append(b.Signal, s), append(b.Value, v)
	}}
}

func ignitionAt(at int64, on bool) point {
	if on {
		return changeAt(at, telemetry.SystemState, telemetry.StateOn)
	}
	return changeAt(at, telemetry.SystemState, telemetry.StateOff)
}

// rebooted is what the uplink's next boot brings.
func rebooted(ps []point) []point {
	for i := range ps {
		ps[i].boot = 2
	}
	return ps
}

// cruise adds speed samples from one second after t0 to another.
func cruise(ps []point, from, to, hz, v float64) []point {
	for i := 0; from+float64(i)/hz < to-1e-9; i++ {
		ps = append(ps, speedAt(t0+int64(math.Round((from+float64(i)/hz)*1e6)), v))
	}
	return ps
}

// lay puts points into frames that end at the given times; all arrive at one time,
// or, where arrived is 0, with their last sample.
func lay(ps []point, cuts []int64, arrived int64) (out []*telemetry.Frame) {
	slices.SortStableFunc(ps, func(a, b point) int { return int(a.at - b.at) })
	var f *telemetry.Frame
	c := 0
	for _, p := range ps {
		fresh := f == nil || p.boot != f.Boot || p.at-f.Start > 1700*sec
		for c < len(cuts) && p.at >= cuts[c] {
			c++
			fresh = true
		}
		if fresh {
			f = &telemetry.Frame{VehicleID: "car", Start: p.at, Arrived: arrived, Boot: p.boot, Sequence: uint64(len(out))}
			out = append(out, f)
		}
		p.into(f)
		if arrived == 0 {
			f.Arrived = p.at
		}
	}
	return out
}

// into appends a point, and leaves blank what other samples of its track may tell.
func (p point) into(f *telemetry.Frame) {
	p.put(f, int32(p.at-f.Start))
	for _, t := range [...]telemetry.Track{telemetry.TrackPosition, telemetry.TrackEnergy} {
		n := len(*f.Offsets(t))
		for _, column := range f.Floats(t) {
			*column = filled(*column, n)
		}
		for _, column := range f.Doubles(t) {
			*column = filled(*column, n)
		}
	}
}

func filled[F float32 | float64](column []F, n int) []F {
	for len(column) < n {
		column = append(column, F(math.NaN()))
	}
	return column
}

// live plays frames and gives all outcomes, each checked against its schema.
func live(t tester, frames []*telemetry.Frame) []outcome.Outcome {
	t.Helper()
	return liveOn(t, frames, nil)
}

// liveOn is live with a map.
func liveOn(t tester, frames []*telemetry.Frame, roads pipeline.Roads) []outcome.Outcome {
	t.Helper()
	return liveAs(t, frames, fleet.Profile{VehicleID: "car"}, roads)
}

// insured is a vehicle with two policies, whose periods its trips of any day are in.
var insured = fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Powertrain: fleet.Hybrid, Consents: []string{outcome.ConsentInsurance},
	Policies: []fleet.Policy{{ID: "any", Product: outcome.ProductUBI, From: "2020-01-31", Period: fleet.PeriodMonth},
		{ID: "one", Product: outcome.ProductFHI, From: "2020-01-01", Drivers: []string{"1"}}}}

// liveAs is liveOn of a vehicle of which something is known.
func liveAs(t tester, frames []*telemetry.Frame, profile fleet.Profile, roads pipeline.Roads) []outcome.Outcome {
	t.Helper()
	v, err := pipeline.NewVehicle(profile)
	if err != nil {
		t.Fatal(err)
	}
	s := pipeline.Scratch{Roads: roads}
	for _, f := range frames {
		var c telemetry.Frame
		c.CopyFrom(f)
		v.Advance(f.Arrived, &s)
		v.Apply(&c, &s)
	}
	v.Advance(math.MaxInt64, &s)
	valid, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	identified(t, s.Out)
	for _, o := range s.Out {
		if err := valid.Validate(o); err != nil {
			t.Error(err)
		}
	}
	return s.Out
}

// lines are outcomes as JSON, in their order.
func lines(t tester, out []outcome.Outcome) (all []string) {
	t.Helper()
	for _, o := range out {
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	return all
}

// Cuts within the very second in which something is decided; each found a difference once.
func TestCutsWithinTheSecondThatDecides(t *testing.T) {
	for _, c := range []struct {
		name   string
		points []point
		cut    int64
	}{
		{"between the last standing and the first moving sample", cruise(cruise(nil, 0, 5.5, 10, 0), 5.5, 100, 10, 10), t0 + 5_500_000},
		{"where parking is found", cruise(cruise(nil, 0, 100.5, 10, 10), 100.5, 500, 10, 0), t0 + 400_300_000},
		{"where creeping turns to driving", cruise(cruise(cruise(cruise(nil, 0, 100.5, 10, 10), 100.5, 101, 10, 0), 101, 400.7, 10, 1), 400.7, 500, 10, 10), t0 + 400_500_000},
		{"a stall of 119.8 s, speed 120.1 s after", cruise(cruise([]point{ignitionAt(t0, true), ignitionAt(t0+200_500_000, false),
			ignitionAt(t0+320_300_000, true), ignitionAt(t0+500*sec, false)}, 0.1, 200, 10, 10), 320.6, 500, 10, 10), t0 + 320_400_000},
		{"on 899.8 s after the last sample, speed 900.0 s after", cruise(cruise([]point{ignitionAt(t0, true), ignitionAt(t0+1_099_700_000, true),
			ignitionAt(t0+1300*sec, false)}, 0.1, 200, 10, 10), 1099.9, 1300, 10, 10), t0 + 1_099_800_000},
		{"a lost on", cruise([]point{ignitionAt(t0, false), ignitionAt(t0+200*sec, false)}, 1.5, 100, 10, 10), t0 + 11_300_000},
		{"a late off with a reading in the same second", cruise([]point{ignitionAt(t0, true), ignitionAt(t0+400_500_000, false),
			odometerAt(t0+100*sec, 1000), odometerAt(t0+400_200_000, 3000)}, 0.1, 200, 10, 10), t0 + 400_300_000},
		{"off 119.8 s before 10 s of driving are full, then 120 s", cruise(cruise([]point{ignitionAt(t0, true), ignitionAt(t0+20_300_000, false),
			ignitionAt(t0+200*sec, false)}, 0.1, 20, 10, 10), 130.6, 200, 10, 10), t0 + 140_400_000},
		{"driving off as 300 s of standing are full, which motion shows first", append(cruise(cruise(cruise(nil, 0, 100.5, 10, 10), 100.5, 400, 1, 0), 400.7, 500, 10, 10),
			motionAt(t0+400_100_000, 0, 0), motionAt(t0+400_600_000, 1, 0)), t0 + 400_550_000},
		{"a restart of which the driver is told first", append(cruise(nil, 0, 100, 10, 10),
			rebooted(cruise([]point{changeAt(t0+112_200_000, telemetry.DriverID, 1)}, 112.5, 200, 10, 10))...), t0 + 112_400_000},
	} {
		whole := lines(t, live(t, lay(c.points, nil, t0+2000*sec)))
		halves := lines(t, live(t, lay(c.points, []int64{c.cut}, t0+2000*sec)))
		if len(whole) == 0 {
			t.Errorf("%s: nothing came out", c.name)
		}
		if diff := cmp.Diff(whole, halves); diff != "" {
			t.Errorf("%s (-whole +cut):\n%s", c.name, diff)
		}
	}
}

// drawLife draws hours of driving, standing, gaps, ignition, drivers and restarts.
func drawLife(t *rapid.T) (ps []point) {
	at, boot, odo := t0, uint32(1), 1e6
	ignition := rapid.Bool().Draw(t, "ignition")
	add := func(p point) {
		p.boot = boot
		ps = append(ps, p)
	}
	for range rapid.IntRange(3, 25).Draw(t, "events") {
		switch rapid.IntRange(0, 9).Draw(t, "event") {
		case 0, 1, 2, 3:
			step := int64([]int{100_000, 200_000, 1_000_000}[rapid.IntRange(0, 2).Draw(t, "rate")])
			v := []float64{0, 0, 0.3, 1.2, 1.5, 3, 14, 30, -2}[rapid.IntRange(0, 8).Draw(t, "speed")]
			for i := range rapid.IntRange(1, 400).Draw(t, "samples") {
				add(speedAt(at, v))
				if i%5 == 0 {
					add(odometerAt(at, odo))
				}
				odo += math.Abs(v) * float64(step) / 1e6
				at += step
			}
		case 4:
			at += int64(rapid.IntRange(0, 130_000_000).Draw(t, "gap"))
		case 5:
			at += int64(rapid.IntRange(0, 1_000_000_000).Draw(t, "long gap"))
		case 6, 7:
			if ignition {
				add(ignitionAt(at, rapid.Bool().Draw(t, "on")))
			}
		case 8:
			add(changeAt(at, telemetry.DriverID, int64(rapid.IntRange(0, 3).Draw(t, "driver"))))
		case 9:
			boot++
		}
		at += int64(rapid.IntRange(0, 1_500_000).Draw(t, "jitter"))
	}
	return ps
}

func TestAnyLifeInAnyCut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ps := drawLife(rt)
		if len(ps) == 0 {
			return
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "cuts"), 1))
		var cuts []int64
		for range 40 {
			cuts = append(cuts, t0+r.Int64N(ps[len(ps)-1].at-t0+1))
		}
		slices.Sort(cuts)
		const arrived = t0 + 500_000*sec
		whole, cut := lines(rt, liveAs(rt, lay(ps, nil, arrived), insured, nil)), lines(rt, liveAs(rt, lay(ps, cuts, arrived), insured, nil))
		if diff := cmp.Diff(whole, cut); diff != "" {
			rt.Fatalf("(-whole +cut):\n%.2000s", diff)
		}
	})
}

// However samples are held back on their way: revisions grow, trips do not overlap,
// and none is faster on average than at its fastest, but for what the odometer counted while
// the ignition was off: whether the car was towed then, its speeds do not tell.
func TestAnyLifeIsSane(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var cuts []int64
		ps := drawLife(rt)
		for x := t0; len(ps) > 0 && x < ps[len(ps)-1].at; x += 10 * sec {
			cuts = append(cuts, x)
		}
		frames, arrived, hold := lay(ps, cuts, 0), int64(0), int64(0)
		for i, f := range frames {
			if i%20 == 0 {
				hold = int64(rapid.IntRange(0, 2).Draw(rt, "held back")) * 1200 * sec
			}
			arrived = max(arrived, f.Arrived+hold)
			f.Arrived = arrived
		}
		revision, newest := map[string]uint32{}, map[string]*outcome.Trip{}
		for _, o := range live(rt, frames) {
			h := o.Head()
			if h.Revision <= revision[h.ID] {
				rt.Fatalf("%s revision %d after %d", h.Type, h.Revision, revision[h.ID])
			}
			revision[h.ID] = h.Revision
			if trip, ok := o.(*outcome.Trip); ok {
				newest[h.ID] = trip
			}
		}
		var trips []*outcome.Trip
		for _, trip := range newest {
			trips = append(trips, trip)
			way := trip.DistanceM
			if trip.DistanceSource == "odometer" {
				way -= wayOff(ps, int64(trip.StartedAt), int64(trip.EndedAt))
			}
			if trip.DurationS > 5 && way/trip.DurationS*3.6 > trip.MaxSpeedKmh+10 {
				rt.Fatalf("%.0f m in %.1f s, %.0f m of it with the ignition on: highest %.1f km/h", trip.DistanceM, trip.DurationS, way, trip.MaxSpeedKmh)
			}
		}
		slices.SortFunc(trips, func(a, b *outcome.Trip) int { return int(a.StartedAt - b.StartedAt) })
		for i := 1; i < len(trips); i++ {
			if trips[i].StartedAt < trips[i-1].EndedAt {
				rt.Fatalf("a trip to %s, another from %s", trips[i-1].EndedAt, trips[i].StartedAt)
			}
		}
	})
}

// wayOff is how far, m, the odometer went between two times while the ignition was off.
func wayOff(ps []point, from, to int64) (way float64) {
	off, was, last := false, false, math.NaN() // now; at some time since the reading before
	for _, p := range ps {
		var f telemetry.Frame
		if p.put(&f, 0); len(f.Body.At) > 0 && f.Body.Signal[0] == telemetry.SystemState {
			off = f.Body.Value[0] == telemetry.StateOff
			was = was || off
		}
		if len(f.Energy.Odometer) == 0 {
			continue
		}
		if step := f.Energy.Odometer[0] - last; was && step > 0 && p.at >= from && p.at <= to {
			way += step
		}
		was, last = off, f.Energy.Odometer[0]
	}
	return way
}
