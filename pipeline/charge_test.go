package pipeline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
	"milepost/telemetry"
)

// battery is one sample of the energy track; NaN where it says nothing of a quantity.
type battery struct{ charging, cable, power, volts, amps, soc, kwh float64 }

var nan = math.NaN()

func batteryAt(at int64, b battery) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		e := &f.Energy
		e.At = append(e.At, off)
		e.Charging, e.CablePlugged = append(e.Charging, float32(b.charging)), append(e.CablePlugged, float32(b.cable))
		e.Power, e.Voltage, e.Current = append(e.Power, float32(b.power)), append(e.Voltage, float32(b.volts)), append(e.Current, float32(b.amps))
		e.SoC, e.ChargedEnergy = append(e.SoC, float32(b.soc)), append(e.ChargedEnergy, b.kwh)
	}}
}

// plugged charges from one second after t0 to another, a sample every so many seconds, at kW;
// what it leaves out of each sample is up to without. The last sample says that it is over.
func plugged(from, to, every int64, kw float64, without func(*battery)) (ps []point) {
	for at := from; at < to+every; at += every {
		at := min(at, to)
		b := battery{1, 1, 1000 * kw, 400, 1000 * kw / 400, 20 + float64(at-from)/600, 1000 + kw*float64(at-from)/3600}
		if at == to {
			b.charging, b.power, b.amps = 0, 0, 0
		}
		if without != nil {
			without(&b)
		}
		ps = append(ps, batteryAt(t0+at*sec, b))
	}
	return ps
}

// apart tells charging once where it begins and once where it ends, and the other quantities
// each at its own time, as formats do that send changes.
func dividedUp(ps []point) (out []point) {
	for i, p := range ps {
		var f telemetry.Frame
		p.put(&f, 0)
		e := &f.Energy
		if i == 0 || i == len(ps)-1 {
			out = append(out, batteryAt(p.at, battery{float64(e.Charging[0]), nan, nan, nan, nan, nan, nan}))
		}
		out = append(out, batteryAt(p.at+sec, battery{nan, nan, nan, nan, nan, float64(e.SoC[0]), nan}),
			batteryAt(p.at+2*sec, battery{nan, nan, nan, nan, nan, nan, e.ChargedEnergy[0]}))
	}
	return out
}

// later is a sample that lets the pause of a session pass.
func later(at int64) []point {
	return []point{batteryAt(t0+at*sec, battery{0, 0, nan, nan, nan, nan, nan})}
}

func TestChargingSessions(t *testing.T) {
	join := func(parts ...[]point) (all []point) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	type want struct {
		from, to, charging float64 // s after t0; s
		kwh                float64 // NaN: none
		source             outcome.EnergySource
		partial            bool
	}
	for name, c := range map[string]struct {
		points []point
		want   []want
	}{
		"the vehicle's counter": {plugged(100, 3700, 1, 7.2, nil), []want{{100, 3700, 3600, 7.2, outcome.EnergyByCounter, false}}},
		"power, for nothing counts": {plugged(100, 3700, 1, 7.2, func(b *battery) { b.kwh = nan }),
			[]want{{100, 3700, 3600, 7.2, outcome.EnergyByPower, false}}},
		"current and voltage": {plugged(100, 3700, 60, 7.2, func(b *battery) { b.kwh, b.power = nan, nan }),
			[]want{{100, 3700, 3600, 7.2, outcome.EnergyByCurrentVoltage, false}}},
		"cable and power, for it never says that it charges": {plugged(100, 3700, 1, 7.2, func(b *battery) { b.charging = nan }),
			[]want{{100, 3700, 3600, 7.2, outcome.EnergyByCounter, false}}},
		"a stuck counter is none": {plugged(100, 3700, 1, 7.2, func(b *battery) { b.kwh = 50 }),
			[]want{{100, 3700, 3600, 7.2, outcome.EnergyByPower, false}}},
		"times alone": {plugged(100, 3700, 60, 7.2, func(b *battery) { *b = battery{b.charging, b.cable, nan, nan, nan, nan, nan} }),
			[]want{{100, 3700, 3600, nan, "", false}}},
		"a sample every ten minutes": {plugged(0, 7200, 600, 3.6, nil), []want{{0, 7200, 7200, 7.2, outcome.EnergyByCounter, false}}},
		"a pause is of the session, and adds nothing": {join(plugged(0, 1800, 1, 7.2, func(b *battery) { b.kwh = nan }), plugged(2400, 4200, 1, 7.2, func(b *battery) { b.kwh = nan })),
			[]want{{0, 4200, 3600, 7.2, outcome.EnergyByPower, false}}},
		"a longer pause parts two": {join(plugged(0, 3600, 1, 7.2, nil), plugged(4600, 8200, 1, 7.2, nil)),
			[]want{{0, 3600, 3600, 7.2, outcome.EnergyByCounter, false}, {4600, 8200, 3600, 7.2, outcome.EnergyByCounter, false}}},
		"under five minutes":                      {plugged(0, 299, 1, 150, nil), nil},
		"under two percent":                       {plugged(0, 1000, 1, 1, nil), nil},
		"under two percent, but what was charged": {plugged(0, 1800, 1, 7.2, func(b *battery) { b.soc = 50 }), []want{{0, 1800, 1800, 3.6, outcome.EnergyByCounter, false}}},
		"power too small to be one":               {plugged(0, 3600, 1, 0.1, func(b *battery) { b.charging = nan }), nil},
		"a drive ends it, though it says that it charges": {join(plugged(0, 3600, 60, 7.2, nil)[:60], cruise(nil, 3570, 3600, 10, 15), plugged(3600, 7200, 60, 7.2, nil)),
			[]want{{0, 3540, 3540, 7.08, outcome.EnergyByCounter, false}, {3660, 7200, 3540, 7.2, outcome.EnergyByCounter, false}}},
		"a hybrid whose engine charges it": {plugged(0, 3600, 1, 7.2, func(b *battery) { b.cable = 2 }), nil},
		"silence ends it at its last word": {append(plugged(0, 3600, 60, 7.2, nil)[:50], later(9000)...), []want{{0, 2940, 2940, 5.88, outcome.EnergyByCounter, true}}},
		"a silence within is not integrated": {join(plugged(0, 3600, 60, 7.2, func(b *battery) { b.kwh = nan })[:10], plugged(0, 3600, 60, 7.2, func(b *battery) { b.kwh = nan })[30:]),
			[]want{{0, 3600, 3600, 7.2 * (3600 - 1260) / 3600, outcome.EnergyByPower, true}}},
		"it was charged before its first word": {join([]point{batteryAt(t0, battery{0, 0, 0, nan, nan, 10, nan})}, plugged(4000, 7600, 60, 7.2, nil)),
			[]want{{4000, 7600, 3600, 7.2, outcome.EnergyByCounter, true}}},
		"a counter that begins anew each session": {join([]point{batteryAt(t0, battery{0, 1, 0, nan, nan, 20, 55})}, plugged(60, 3660, 60, 7.2, func(b *battery) { b.kwh -= 1000 })),
			[]want{{60, 3660, 3600, 7.2, outcome.EnergyByCounter, false}}},
		"each quantity in a record of its own, when it changes": {dividedUp(plugged(0, 7200, 300, 3.6, nil)), []want{{0, 7200, 7200, 7.2, outcome.EnergyByCounter, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			points := c.points
			if name == "a hybrid whose engine charges it" {
				points = append([]point{{t0 - sec, 1, func(f *telemetry.Frame, off int32) {
					f.Energy.At, f.Energy.EngineRunning = append(f.Energy.At, off), append(f.Energy.EngineRunning, 1)
				}}}, plugged(0, 3600, 1, 7.2, nil)...)
				for i := range points[1:] {
					put := points[i+1].put
					points[i+1].put = func(f *telemetry.Frame, off int32) {
						put(f, off)
						f.Energy.EngineRunning = append(telemetry.PadTo(f.Energy.EngineRunning, len(f.Energy.At)-1), 1)
					}
				}
			}
			sessions := of[*outcome.Charge](live(t, cutFrames(append(points, later(20000)...), 30*sec)))
			if len(sessions) != len(c.want) {
				t.Fatalf("%d sessions, want %d: %+v", len(sessions), len(c.want), sessions)
			}
			for i, o := range sessions {
				w := c.want[i]
				got := want{float64(int64(o.StartedAt)-t0) / 1e6, float64(int64(o.EndedAt)-t0) / 1e6, o.ChargingS, nan, o.EnergySource, o.Partial}
				if o.EnergyKwh != nil {
					got.kwh = *o.EnergyKwh
				}
				near := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b || math.Abs(a-b) < 0.006 })
				if diff := cmp.Diff(w, got, cmp.AllowUnexported(want{}), near); diff != "" {
					t.Errorf("session %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// drawCharging draws charging, pauses, silences, drives and words left out.
func drawCharging(t *rapid.T) (ps []point) {
	at, kwh, soc := int64(1), 100.0, 10.0
	for range rapid.IntRange(2, 8).Draw(t, "stretches") {
		step := rapid.SampledFrom([]int64{1, 7, 60, 300}).Draw(t, "step")
		end := at + rapid.Int64Range(30, 4000).Draw(t, "length")
		kw := rapid.SampledFrom([]float64{0, 2.3, 11, 150}).Draw(t, "kw")
		drives := rapid.IntRange(0, 4).Draw(t, "drives") == 0
		silent := rapid.IntRange(0, 4).Draw(t, "silent") == 0
		mute := rapid.IntRange(0, 6).Draw(t, "says")
		for ; at < end && !silent; at += step {
			if drives {
				ps = append(ps, speedAt(t0+at*sec+300_000, 14))
				continue
			}
			kwh += kw * float64(step) / 3600
			soc = min(soc+kw*float64(step)/3600, 100)
			b := battery{nan, 1, kw * 1000, 400, kw * 1000 / 400, soc, kwh}
			if mute != 0 {
				if b.charging = 0; kw > 0 {
					b.charging = 1
				}
			}
			if mute == 1 {
				b.power, b.kwh = nan, nan
			}
			ps = append(ps, batteryAt(t0+at*sec+rapid.Int64Range(0, 900).Draw(t, "ms")*1000, b))
		}
		at = max(at, end)
	}
	return append(ps, later(at+20_000)...)
}

// Charging sessions are the same however the samples are cut into frames, and across a
// restart at any frame.
func TestCutsAndRestartsChangeNoChargingSession(t *testing.T) {
	some := 0
	rapid.Check(t, func(t *rapid.T) {
		ps := drawCharging(t)
		whole := chargesOf(liveQuietly(lay(slices.Clone(ps), nil, t0+100_000*sec), false))
		cut := chargesOf(liveQuietly(lay(slices.Clone(ps), drawCuts(t, ps), t0+100_000*sec), rapid.Bool().Draw(t, "restarts")))
		if diff := cmp.Diff(whole, cut); diff != "" {
			t.Fatalf("(-whole +cut):\n%s", diff)
		}
		some += len(whole)
	})
	if some == 0 {
		t.Error("nothing was ever charged")
	}
}

// drawCuts draws times at which a drive is cut into frames.
func drawCuts(t *rapid.T, ps []point) (cuts []int64) {
	for range rapid.IntRange(0, 20).Draw(t, "cuts") {
		cuts = append(cuts, rapid.SampledFrom(ps).Draw(t, "cut").at)
	}
	slices.Sort(cuts)
	return cuts
}

// liveQuietly plays frames, saving and loading the state before each where asked.
func liveQuietly(frames []*telemetry.Frame, restarts bool) []outcome.Outcome {
	car := func() *pipeline.Vehicle {
		v, _ := pipeline.NewVehicle(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Account: "a", Powertrain: fleet.PlugIn})
		return v
	}
	v := car()
	var s pipeline.Scratch
	for _, f := range frames {
		if restarts {
			b := v.AppendState(nil)
			if v = car(); v.LoadState(b) != nil {
				return nil
			}
		}
		v.Advance(f.Arrived, &s)
		v.Apply(f, &s)
	}
	v.Advance(math.MaxInt64, &s)
	return s.Out
}

// chargesOf are the sessions as they stand in the end, in the order of their first.
func chargesOf(out []outcome.Outcome) (last []*outcome.Charge) {
	for _, o := range of[*outcome.Charge](out) {
		if i := slices.IndexFunc(last, func(c *outcome.Charge) bool { return c.ID == o.ID }); i >= 0 {
			last[i] = o
		} else {
			last = append(last, o)
		}
	}
	return slices.DeleteFunc(last, func(c *outcome.Charge) bool { return c.State == outcome.Withdrawn })
}

// Records on time, whose silences timers end, tell the same in the end as records that come
// all at once; they may tell it in more revisions.
func TestTimersChangeNoChargingSession(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := drawCharging(t)
		atOnce := chargesOf(liveQuietly(lay(slices.Clone(ps), nil, t0+100_000*sec), false))
		delay := rapid.Int64Range(0, 7200).Draw(t, "delay") * sec
		var late []*telemetry.Frame
		for i, f := range lay(slices.Clone(ps), drawCuts(t, ps), 0) {
			if i%2 == 1 {
				f.Arrived += delay
			}
			if n := len(late); n > 0 {
				f.Arrived = max(f.Arrived, late[n-1].Arrived)
			}
			late = append(late, f)
		}
		timed := chargesOf(liveQuietly(late, false))
		for _, o := range slices.Concat(atOnce, timed) {
			o.Revision, o.State = 1, outcome.Final
		}
		if diff := cmp.Diff(atOnce, timed); diff != "" {
			t.Fatalf("(-at once +in time):\n%s", diff)
		}
	})
}

// A session that a timer has told of and that went on is told again under its name.
func TestSessionThatGoesOnIsAmended(t *testing.T) {
	first := cutFrames(plugged(0, 1800, 60, 7.2, nil), 300*sec)
	second := lay(append(plugged(2400, 4200, 60, 7.2, nil), later(9000)...), nil, t0+8000*sec)
	got := of[*outcome.Charge](live(t, append(first, second...)))
	if len(got) != 2 || got[0].ID != got[1].ID || got[0].State != outcome.Final || got[1].State != outcome.Amended || got[1].Revision != 2 {
		t.Fatalf("%d sessions, want one and its amendment: %+v", len(got), got)
	}
	if got[0].ChargingS != 1800 || got[1].ChargingS != 3600 {
		t.Errorf("charged for %g s and then %g s, want 1800 and 3600", got[0].ChargingS, got[1].ChargingS)
	}
}

// Of charging while the location is not shared nothing is seen: a session around it is
// partial, and one within it is none.
func TestUnsharedChargingIsNotSeen(t *testing.T) {
	share := func(at int64, on int64) point { return changeAt(t0+at*sec, telemetry.LocationShared, on) }
	all := plugged(10, 7210, 1, 7.2, nil)
	within := append(slices.Clone(all), share(0, 0), share(7300, 1))
	if got := of[*outcome.Charge](live(t, cutFrames(append(within, later(20_000)...), 30*sec))); len(got) != 0 {
		t.Errorf("charging while the location was not shared gave %+v", got)
	}
	for _, c := range []struct{ off, on int64 }{{3000, 3600}, {5, 600}, {7000, 7300}} {
		ps := append(slices.Clone(all), share(0, 1), share(c.off, 0), share(c.on, 1))
		got := of[*outcome.Charge](live(t, cutFrames(append(ps, later(20_000)...), 30*sec)))
		shown := max(0, min(c.off, 7210)-10) + max(0, 7210-max(c.on, 10))
		if len(got) != 1 || math.Abs(got[0].ChargingS-float64(shown)) > 2 || math.Abs(*got[0].EnergyKwh-7.2*float64(shown)/3600) > 0.01 {
			t.Errorf("hidden from %d to %d s: %+v, want one of %d s", c.off, c.on, got, shown)
		} else if !got[0].Partial && c.off < 7000 {
			t.Errorf("hidden from %d to %d s: a session is whole", c.off, c.on)
		}
	}
}

// The session's receipt names what its figures follow from, and they follow.
func TestChargeFollowsFromItsReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, o := range chargesOf(liveQuietly(lay(drawCharging(t), nil, t0+100_000*sec), false)) {
			f := detectors.ChargeOf(o.Inputs, o.Thresholds)
			if f.Partial != o.Partial || f.Source != o.EnergySource || !f.Kept || o.EnergyKwh != nil && math.Abs(f.EnergyKwh-*o.EnergyKwh) > 6e-4 {
				t.Fatalf("recomputed: %+v, told: %+v", f, o)
			}
		}
	})
}

// A parked car that charges keeps little more than one that does not.
func TestStateOfAChargingCarIsSmall(t *testing.T) {
	sizes := func(ps []point) int {
		v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid", Account: "somebody"})
		if err != nil {
			t.Fatal(err)
		}
		var s pipeline.Scratch
		for _, f := range cutFrames(ps, 30*sec) {
			v.Advance(f.Arrived, &s)
			v.Apply(f, &s)
		}
		return len(v.AppendState(nil))
	}
	idle, charging := sizes(cruise(nil, 0, 10, 1, 0)), sizes(append(cruise(nil, 0, 10, 1, 0), plugged(100, 3000, 60, 7.2, nil)[:40]...))
	t.Logf("state: %d bytes, %d while charging", idle, charging)
	if charging > idle+250 {
		t.Errorf("charging takes %d bytes more", charging-idle)
	}
}

// Charging allocates nothing until a session is over.
func TestChargingAllocatesNothing(t *testing.T) {
	v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
	if err != nil {
		t.Fatal(err)
	}
	frames := cutFrames(plugged(0, 40_000, 1, 7.2, nil), 10*sec)
	var s pipeline.Scratch
	i := 0
	next := func() {
		v.Advance(frames[i].Arrived, &s)
		v.Apply(frames[i], &s)
		i++
	}
	for range 100 {
		next()
	}
	if n := testing.AllocsPerRun(1000, next); n > 0 {
		t.Errorf("a record of a car that charges allocates %g times", n)
	}
}
