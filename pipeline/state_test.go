package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/ingest/order"
	"milepost/pipeline"
	"milepost/state"
	"milepost/telemetry"
)

// car is a vehicle with its queue, as a player has it.
type car struct {
	t       tester
	profile fleet.Profile
	queue   order.Queue
	vehicle *pipeline.Vehicle
	scratch pipeline.Scratch
}

func newCar(t tester, p fleet.Profile) *car {
	t.Helper()
	v, err := pipeline.NewVehicle(p)
	if err != nil {
		t.Fatal(err)
	}
	return &car{t: t, profile: p, vehicle: v}
}

// record plays one frame.
func (c *car) record(f *telemetry.Frame) {
	var own telemetry.Frame
	own.CopyFrom(f)
	c.advance(f.Arrived)
	switch c.queue.Push(&own) {
	case order.Now:
		c.vehicle.Apply(&own, &c.scratch)
		c.advance(f.Arrived)
	case order.Late:
		c.vehicle.Late(&own, &c.scratch)
	}
}

func (c *car) advance(now int64) {
	for {
		waits, timer := c.queue.Due(), c.vehicle.Next()
		if due := min(waits, timer); due > now || due == math.MaxInt64 {
			return
		}
		if timer < waits {
			c.vehicle.Advance(timer, &c.scratch)
			continue
		}
		f, missed := c.queue.Pop(now)
		if missed {
			c.vehicle.Missed()
		}
		c.vehicle.Apply(f, &c.scratch)
	}
}

// save gives the car's whole state: its queue's, then its vehicle's.
func (c *car) save() (queue, vehicle []byte) {
	w := state.NewWriter(nil)
	c.queue.State(w)
	b, err := w.Done()
	if err != nil {
		c.t.Fatal(err)
	}
	return b, c.vehicle.AppendState(nil)
}

func (c *car) load(queue, vehicle []byte) {
	c.t.Helper()
	r := state.NewReader(queue)
	c.queue.State(r)
	if _, err := r.Done(); err != nil {
		c.t.Fatal(err)
	}
	if err := c.vehicle.LoadState(vehicle); err != nil {
		c.t.Fatal(err)
	}
}

// restart puts the car's state into another one, as after a crash.
func (c *car) restart() {
	c.t.Helper()
	queue, vehicle := c.save()
	fresh := newCar(c.t, c.profile)
	fresh.load(queue, vehicle)
	if q, v := fresh.save(); string(q) != string(queue) || string(v) != string(vehicle) {
		c.t.Fatal("a state that was read is written otherwise")
	}
	c.queue, c.vehicle = fresh.queue, fresh.vehicle
}

// outcomes plays frames, restarting before those that again names, and gives what
// came out and was counted.
func (c *car) outcomes(frames []*telemetry.Frame, again func(i int) bool) []string {
	for i, f := range frames {
		if again(i) {
			c.restart()
		}
		c.record(f)
	}
	if again(len(frames)) {
		c.restart()
	}
	c.advance(math.MaxInt64)
	if !c.vehicle.Parked() {
		c.t.Error("the vehicle is not parked when all timers have run out")
	}
	return append(lines(c.t, c.scratch.Out), fmt.Sprintf("%d short trips, %d hidden, %d missing, dropped %v",
		c.scratch.ShortTrips, c.scratch.Hidden, c.queue.Gaps, c.scratch.Drops.Report()))
}

// deliver lets frames arrive as a bad uplink's do: each some time after its end, some
// twice, some never, some before others, and long stretches held back for hours.
func deliver(frames []*telemetry.Frame, r *rand.Rand) (out []*telemetry.Frame) {
	held := int64(0)
	for i, f := range frames {
		if i%15 == 0 {
			held = []int64{0, 0, 0, 150, 400, 1200, 9000}[r.IntN(7)] * sec
		}
		for range []int{1, 1, 1, 1, 1, 1, 1, 1, 2, 0}[r.IntN(10)] {
			c := *f
			c.Arrived = f.End() + held + r.Int64N(sec) + []int64{0, 0, 0, 0, 20, 45}[r.IntN(6)]*r.Int64N(sec)
			out = append(out, &c)
		}
	}
	slices.SortStableFunc(out, func(a, b *telemetry.Frame) int { return int(a.Arrived - b.Arrived) })
	return out
}

// cutFrames cuts points every few seconds, with sequences of their own in each boot.
func cutFrames(ps []point, every int64) []*telemetry.Frame {
	var cuts []int64
	for x := t0; len(ps) > 0 && x < ps[len(ps)-1].at; x += every {
		cuts = append(cuts, x)
	}
	frames := lay(ps, cuts, 0)
	for i, f := range frames {
		if f.Sequence = 0; i > 0 && frames[i-1].Boot == f.Boot {
			f.Sequence = frames[i-1].Sequence + 1
		}
	}
	return frames
}

// A life or ride, delivered badly, gives the same outcomes and counts however often,
// and wherever between frames, its state was written and read.
func TestAnyLifeSurvivesRestarts(t *testing.T) {
	profile := insured
	never := func(int) bool { return false }
	rapid.Check(t, func(rt *rapid.T) {
		draw := []func(*rapid.T) []point{drawLife, drawRide, drawStalls, drawCrash}[rapid.IntRange(0, 3).Draw(rt, "life")]
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "delivery"), 1))
		frames := cutFrames(draw(rt), []int64{2, 10, 60}[r.IntN(3)]*sec)
		if r.IntN(4) > 0 {
			frames = deliver(frames, r)
		}
		want := newCar(rt, profile).outcomes(frames, never)
		check := func(where string, again func(int) bool) {
			if diff := cmp.Diff(want, newCar(rt, profile).outcomes(frames, again)); diff != "" {
				rt.Fatalf("restarted %s (-undisturbed +restarted):\n%.2000s", where, diff)
			}
		}
		check("at places", func(int) bool { return r.IntN(max(2, len(frames)/4)) == 0 })
		if len(frames) <= 200 {
			check("everywhere", func(int) bool { return true })
		}
		if len(frames) <= 40 {
			for at := range len(frames) + 1 {
				check("once", func(i int) bool { return i == at })
			}
		}
	})
}

// drawStalls draws short drives between an ignition that goes off and soon on again,
// or without one: what trips are taken up again by.
func drawStalls(t *rapid.T) (ps []point) {
	at, ignition := t0, rapid.Bool().Draw(t, "ignition")
	for range rapid.IntRange(2, 8).Draw(t, "drives") {
		if ignition {
			ps = append(ps, ignitionAt(at, true))
		}
		for range rapid.IntRange(5, 60).Draw(t, "seconds") {
			at += sec
			ps = append(ps, speedAt(at, 12), fixAt(at+1000, float64(at-t0)/1e6*12))
		}
		if at += sec; ignition {
			ps = append(ps, ignitionAt(at, false))
		}
		if rapid.Bool().Draw(t, "heartbeat") {
			ps = append(ps, odometerAt(at+int64(rapid.IntRange(1, 200).Draw(t, "after"))*sec, 1e6))
		}
		at += int64(rapid.IntRange(1, 250).Draw(t, "pause")) * sec
	}
	return ps
}

// A trip that a timer closed goes on after a restart, where what was on its way shows
// that it did; and it ends for good with the last sample that could have.
func TestATripGoesOnAfterARestart(t *testing.T) {
	drive := func(from, to float64) []point { return cruise(nil, from, to, 10, 15) }
	off, on := []point{ignitionAt(t0+61*sec, false)}, []point{ignitionAt(t0+150*sec, true)}
	for _, c := range []struct {
		name          string
		before, after []point
		resumed       bool
	}{
		{"ignition on within the grace", slices.Concat([]point{ignitionAt(t0, true)}, drive(1, 60), off), slices.Concat(on, drive(151, 200)), true},
		{"the same after a change just within the grace", slices.Concat([]point{ignitionAt(t0, true)}, drive(1, 60), off,
			[]point{changeAt(t0+181*sec-2, telemetry.DriverID, 0)}), slices.Concat([]point{ignitionAt(t0+181*sec-1, true)}, drive(182, 200)), true},
		{"the same after a change at its end", slices.Concat([]point{ignitionAt(t0, true)}, drive(1, 60), off,
			[]point{changeAt(t0+181*sec-1, telemetry.DriverID, 0)}), slices.Concat([]point{ignitionAt(t0+181*sec, true)}, drive(182, 200)), false},
		{"driving within the silence", drive(0, 60), drive(900, 960), true},
		{"driving after the silence", drive(0, 60), drive(960, 1000), false},
	} {
		all := append(lay(c.before, nil, t0+300*sec), lay(c.after, nil, t0+9000*sec)...)
		for i, f := range all {
			f.Sequence = uint64(i)
		}
		profile := fleet.Profile{VehicleID: "car"}
		want := newCar(t, profile).outcomes(all, func(int) bool { return false })
		got := newCar(t, profile)
		got.record(all[0])
		got.advance(t0 + 8000*sec)
		if !got.vehicle.Parked() {
			t.Errorf("%s: not parked when the timers have run out", c.name)
		}
		if diff := cmp.Diff(want, got.outcomes(all[1:], func(i int) bool { return i == 0 })); diff != "" {
			t.Errorf("%s (-undisturbed +restarted):\n%s", c.name, diff)
		}
		if resumed := strings.Contains(strings.Join(want, "\n"), `"state":"amended"`); resumed != c.resumed {
			t.Errorf("%s: taken up again: %v, want %v", c.name, resumed, c.resumed)
		}
	}
}
