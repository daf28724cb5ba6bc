package coaching

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
)

// ride is a trip of one step a second, level, with nothing known but speeds.
type ride struct {
	steps []Step
	v     float64
}

const start = 1_700_000_000_000_000

// to changes speed evenly, m/s, within so many seconds.
func (r *ride) to(v float64, seconds int) *ride {
	a := (v - r.v) / float64(seconds)
	for range seconds {
		r.step(a)
	}
	return r
}

// hold keeps the speed.
func (r *ride) hold(seconds int) *ride { return r.to(r.v, seconds) }

func (r *ride) step(a float64) {
	mean := r.v + a/2
	r.v += a
	r.steps = append(r.steps, Step{At: start + int64(len(r.steps)+1)*1_000_000, Span: 1, V: mean, A: a, Metres: mean, Slope: nan,
		FuelL: nan, DrawnJ: nan, RegenJ: nan, Limit: nan, Lat: nan, Lon: nan})
}

// each changes the steps from..to, to exclusive; to 0 means all from there on.
func (r *ride) each(from, to int, change func(*Step)) *ride {
	if to == 0 {
		to = len(r.steps)
	}
	for i := from; i < to; i++ {
		change(&r.steps[i])
	}
	return r
}

// trip is the ride of a powertrain.
func (r *ride) trip(p fleet.Powertrain) *Trip {
	t := &Trip{Powertrain: p, FuelL: nan, NetKwh: nan, AmbientC: nan, Steps: r.steps}
	for i := range r.steps {
		t.DistanceM += r.steps[i].Metres
	}
	return t
}

func coach(t *Trip) *Result {
	r := &Result{}
	Coach(t, r)
	return r
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

func TestKinds(t *testing.T) {
	for p, want := range map[fleet.Powertrain]outcome.CoachingKind{
		fleet.UnknownPowertrain: outcome.CoachingCombustion, fleet.Combustion: outcome.CoachingCombustion,
		fleet.Hybrid: outcome.CoachingHybrid, fleet.PlugIn: outcome.CoachingHybrid, fleet.Electric: outcome.CoachingElectric,
	} {
		if got := coach((&ride{v: 10}).hold(20).trip(p)).Coaching; got.Kind != want || got.Method != Method || (got.Modes != nil) != (want == outcome.CoachingHybrid) {
			t.Errorf("%q: kind %q, method %q, modes %v; want %q", p, got.Kind, got.Method, got.Modes, want)
		}
	}
}

// A hybrid of 1,500 kg on level road: 0.12 W/kg·(m/s) of rolling and air at 15 m/s.
func TestModesByDemand(t *testing.T) {
	for _, c := range []struct {
		name string
		v, a float64
		set  func(*Step)
		want outcome.Mode
	}{
		{"standing", 0, 0, nil, outcome.ModeCharge},
		{"cruising", 15, 0, nil, outcome.ModeEco},
		{"lifting the foot", 15, -0.1, nil, outcome.ModeEco},
		{"coasting harder than resistance", 15, -0.2, nil, outcome.ModeCharge},
		{"14.9 W/kg", 15, 14.9/15 - 0.098_066_5 - 0.00026*225, nil, outcome.ModeEco},
		{"15.1 W/kg", 15, 15.1/15 - 0.098_066_5 - 0.00026*225, nil, outcome.ModePower},
		{"a hill of 10 %", 15, 0, func(q *Step) { q.Slope = 0.10 }, outcome.ModePower},
		{"down a hill of 3 %", 15, 0, func(q *Step) { q.Slope = -0.03 }, outcome.ModeCharge},
		{"a slope that no road has", 15, 0, func(q *Step) { q.Slope = -0.4 }, outcome.ModeEco},
		{"its own indicator", 15, 3, func(q *Step) { q.Indicator = outcome.ModeCharge }, outcome.ModeCharge},
		{"nothing known", nan, nan, nil, ""},
		{"no acceleration known", 15, nan, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := Step{V: c.v, A: c.a, Slope: nan, Span: 1, Metres: c.v}
			if c.set != nil {
				c.set(&q)
			}
			w := working{car: carOf(fleet.Hybrid, 0)}
			w.judge(&Trip{Steps: []Step{q}})
			if got := modeOf(&q, w.demand[0]); got != c.want {
				t.Errorf("mode %q at %.2f W/kg, want %q", got, w.demand[0], c.want)
			}
		})
	}
}

func TestModesCoverTheTrip(t *testing.T) {
	r := (&ride{}).hold(30).to(25, 8).hold(60).to(0, 20)
	trip := r.trip(fleet.Hybrid)
	trip.DistanceM *= 1.03 // by the odometer
	m := coach(trip).Coaching.Modes
	if !near(m.ChargeM+m.EcoM+m.PowerM, trip.DistanceM, 0.2) || m.ChargeS+m.EcoS+m.PowerS != 118 {
		t.Errorf("%+v of %.1f m and 118 s", m, trip.DistanceM)
	}
	if m.ChargeS != 50 || m.PowerS != 7 || m.Source != outcome.ModesByDemand {
		t.Errorf("%+v: want 50 s of standing and braking in charge, 7 s of power", m)
	}
}

func TestModesByIndicator(t *testing.T) {
	r := (&ride{v: 20}).hold(100).each(20, 0, func(q *Step) { q.Indicator = outcome.ModePower })
	if m := coach(r.trip(fleet.PlugIn)).Coaching.Modes; m.Source != outcome.ModesByIndicator || m.PowerS != 80 || m.EcoS != 20 {
		t.Errorf("%+v: want 80 s of power by the indicator, before it told 20 s of eco", m)
	}
	r.each(20, 60, func(q *Step) { q.Indicator = "" })
	if m := coach(r.trip(fleet.PlugIn)).Coaching.Modes; m.Source != outcome.ModesByDemand {
		t.Errorf("%+v: told by the indicator for 40 of 100 s only", m)
	}
}

func TestElectricDriving(t *testing.T) {
	off := func(q *Step) { q.Engine = EngineOff }
	on := func(q *Step) { q.Engine = EngineOn }
	flow := func(every int, l float64) func(*Step) { // a counter that rises every so many seconds
		n := 0
		return func(q *Step) {
			q.Engine = EngineOn
			if q.FuelL = 0; n%every == 0 {
				q.FuelL = l
			}
			n++
		}
	}
	still := func(q *Step) { q.Engine, q.FuelL = EngineOn, 0 }
	for _, c := range []struct {
		name  string
		p     fleet.Powertrain
		r     *ride
		want  float64 // m
		known bool
	}{
		{"no engine known", fleet.Hybrid, (&ride{v: 10}).hold(100), 0, false},
		{"an electric car", fleet.Electric, (&ride{v: 10}).hold(100), 1000, true},
		{"half of the way", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 50, on).each(50, 0, off), 500, true},
		{"a second", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 51, off), 0, true},
		{"two seconds", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 52, off), 20, true},
		{"two seconds, nothing known between", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, on).each(50, 52, off).each(51, 52, func(q *Step) { q.Cut = true }), 0, true},
		{"turning without fuel", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 60, still).each(60, 0, flow(1, 0.001)), 200, true},
		{"a counter of 1 ml that stands 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 43, still).each(43, 0, flow(1, 0.001)), 0, true},
		{"and 2 s at speed", fleet.Hybrid, (&ride{v: 25}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 42, still).each(42, 0, flow(1, 0.001)), 50, true},
		{"and 2 s in overrun", fleet.Hybrid, (&ride{v: 15}).hold(50).to(13, 2).hold(50).each(0, 50, flow(1, 0.001)).each(50, 52, still).each(52, 0, flow(1, 0.001)), 28, true},
		{"an engine that burns 1 ml every 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 0, flow(3, 0.001)), 0, true},
		{"a finer counter that stands 3 s", fleet.Hybrid, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.0001)).each(40, 43, still).each(43, 0, flow(1, 0.0001)), 30, true},
		{"a counter of decilitres", fleet.Hybrid, (&ride{v: 10}).hold(300).each(0, 0, still).each(100, 101, func(q *Step) { q.FuelL = 0.1 }), 0, true},
		{"overrun without a motor", fleet.Combustion, (&ride{v: 10}).hold(100).each(0, 40, flow(1, 0.001)).each(40, 60, still).each(60, 0, flow(1, 0.001)), 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := coach(c.r.trip(c.p))
			if r.EVKnown != c.known || !near(r.EVMetres, c.want, 1e-9) || (r.EVTime > 0) != (c.want > 0) {
				t.Errorf("known %v, %.1f m in %.1f s; want %v, %.1f m", r.EVKnown, r.EVMetres, r.EVTime, c.known, c.want)
			}
		})
	}
}

// What braking takes is the kinetic energy less rolling and air.
func TestBrakingEnergy(t *testing.T) {
	r := (&ride{v: 20}).hold(60).to(0, 10)
	regen := 0.0
	r.each(61, 70, func(q *Step) { q.RegenJ, q.DrawnJ = 20e3, 0 }) // told a second later
	for i := range r.steps {
		if r.steps[i].RegenJ > 0 {
			regen += r.steps[i].RegenJ
		}
	}
	trip := r.trip(fleet.Electric)
	trip.NetKwh = 0.2
	c := coach(trip).Coaching
	want := (1850*20*20/2 - 1850*0.0980665*100 - 0.5*1.2*0.65*20*20*20*20/4/2) / jouleKwh // air: ∫v²ds = v⁴/(4a)
	if c.BrakingKwh == nil || !near(*c.BrakingKwh, want, 0.003*want) {
		t.Fatalf("braking %v kWh, want %.4f", c.BrakingKwh, want)
	}
	if c.RecoveredShare == nil || !near(*c.RecoveredShare, regen/jouleKwh/want, 0.003) {
		t.Errorf("share %v, want %.3f", c.RecoveredShare, regen/jouleKwh/want)
	}
	if c.KwhPer100Km == nil || !near(*c.KwhPer100Km, 0.2/trip.DistanceM*1e5, 0.01) || c.LPer100Km != nil {
		t.Errorf("%v kWh/100 km, %v l/100 km", c.KwhPer100Km, c.LPer100Km)
	}
}

func TestWhatIsNotKnownIsAbsent(t *testing.T) {
	short := (&ride{v: 10}).hold(99).trip(fleet.Combustion)
	short.FuelL = 0.1
	if c := coach(short).Coaching; c.LPer100Km != nil || c.KwhPer100Km != nil || c.RecoveredShare != nil {
		t.Errorf("%+v of 990 m without a battery", c)
	}
	if c := coach(&Trip{Powertrain: fleet.Hybrid, DistanceM: 5000, FuelL: nan, NetKwh: nan, AmbientC: nan}).Coaching; c.Modes != nil || c.BrakingKwh != nil || c.Observations != nil {
		t.Errorf("%+v of a trip without speeds", c)
	}
}

// drawTrip is any trip, however odd.
func drawTrip(t *rapid.T) *Trip {
	maybe := func(x float64) float64 {
		if rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
			return nan
		}
		return x
	}
	f := func(name string, lo, hi float64) float64 { return maybe(rapid.Float64Range(lo, hi).Draw(t, name)) }
	trip := &Trip{
		Powertrain: rapid.SampledFrom([]fleet.Powertrain{"", fleet.Combustion, fleet.Hybrid, fleet.PlugIn, fleet.Electric}).Draw(t, "powertrain"),
		DistanceM:  rapid.Float64Range(0, 5000).Draw(t, "distance"), FuelL: f("fuel", 0, 3), NetKwh: f("net", -3, 9), AmbientC: f("air", -30, 45),
	}
	at, v := int64(start), 0.0
	for range rapid.IntRange(0, 120).Draw(t, "steps") {
		span := rapid.SampledFrom([]float64{1, 1, 1, 0.9, 3, 20}).Draw(t, "span")
		a := rapid.Float64Range(-4, 3).Draw(t, "a")
		v = max(0, min(v+a, 60))
		at += int64(span * 1e6)
		q := Step{At: at, Span: span, V: maybe(v), A: maybe(a), Metres: v * span, Slope: f("slope", -0.5, 0.5),
			Engine: Engine(rapid.IntRange(0, 2).Draw(t, "engine")), FuelL: f("burned", 0, 0.002), DrawnJ: f("drawn", 0, 5e4), RegenJ: f("regenerated", 0, 5e4),
			Indicator: rapid.SampledFrom([]outcome.Mode{"", outcome.ModeEco, outcome.ModeCharge}).Draw(t, "indicator"),
			Limit:     f("limit", 5, 40), Lat: f("lat", -90, 90), Lon: f("lon", -180, 180), Cut: rapid.IntRange(0, 9).Draw(t, "cut") == 0}
		trip.Steps = append(trip.Steps, q)
		if rapid.IntRange(0, 9).Draw(t, "event") == 0 {
			trip.Events = append(trip.Events, Event{Kind: rapid.SampledFrom([]outcome.EventKind{outcome.HarshBraking, outcome.HarshAcceleration, outcome.HarshCornering}).Draw(t, "kind"),
				Start: at - 500_000, Duration: 2, Level: 1, Peak: 4, Speed: f("speed", 0, 40)})
		}
	}
	return trip
}

// Whatever a trip is: no number is missing or infinite, modes are its distance, shares are
// shares, costs and observations lie within it, and its receipt tells the same.
func TestAnyTrip(t *testing.T) {
	var r Result
	rapid.Check(t, func(t *rapid.T) {
		trip := drawTrip(t)
		Coach(trip, &r)
		c := &r.Coaching
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
		if len(r.Flags) != len(trip.Steps) || len(c.Observations) > mostObservations {
			t.Fatalf("%d flags of %d steps, %d observations", len(r.Flags), len(trip.Steps), len(c.Observations))
		}
		if m := c.Modes; m != nil {
			if sum := m.ChargeM + m.EcoM + m.PowerM; sum > 0 && !near(sum, trip.DistanceM, 0.2) {
				t.Fatalf("modes of %.1f m, the trip has %.1f", sum, trip.DistanceM)
			}
		}
		if s := c.RecoveredShare; s != nil && (*s < 0 || *s > 1) {
			t.Fatalf("recovered %.3f of braking", *s)
		}
		within(t, trip, &r)
		again, err := FromReceipt(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*c, again, cmpopts.IgnoreFields(outcome.Coaching{}, "Observations")); diff != "" {
			t.Fatalf("the receipt tells otherwise (-coaching +receipt):\n%s", diff)
		}
	})
}

func within(t *rapid.T, trip *Trip, r *Result) {
	for _, k := range r.Costs {
		if !(k.EnergyJ > 0) || !(k.StretchJ > 0) || k.StretchJ > k.EnergyJ*(1+1e-9) || k.From >= k.To || k.From < trip.Steps[0].begun() || k.To > trip.Steps[len(trip.Steps)-1].At {
			t.Fatalf("cost %+v", k)
		}
	}
	for i, o := range r.Coaching.Observations {
		if i > 0 && o.At < r.Coaching.Observations[i-1].At || o.Severity < leastSeverity || o.Severity > 1 || o.DurationS <= 0 || (o.Lat == nil) != (o.Lon == nil) {
			t.Fatalf("observation %d: %+v", i, o)
		}
	}
}

// More put back never lowers the share; a harder drive never lowers what acceleration,
// braking and speed cost.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gain := rapid.Float64Range(5, 35).Draw(t, "gain")
		slow, fast := rapid.IntRange(10, 30).Draw(t, "slower"), rapid.IntRange(3, 9).Draw(t, "faster")
		gentle := coach((&ride{}).to(gain, slow).hold(60).to(0, slow).trip(fleet.Hybrid))
		hard := coach((&ride{}).to(gain, fast).hold(60).to(0, fast).trip(fleet.Hybrid))
		for _, cause := range []outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking} {
			if a, b := costOf(gentle, cause), costOf(hard, cause); b < a-1e-6 {
				t.Fatalf("%s costs %.0f J in a gentle drive, %.0f in a hard one", cause, a, b)
			}
		}
		quick := coach((&ride{v: gain + 5}).hold(60).trip(fleet.Hybrid))
		calm := coach((&ride{v: gain}).hold(60).trip(fleet.Hybrid))
		if costOf(quick, outcome.CauseSpeed) < costOf(calm, outcome.CauseSpeed) {
			t.Fatal("a faster drive costs less")
		}
		some, more := rapid.Float64Range(0, 1e5).Draw(t, "put back"), rapid.Float64Range(0, 1e5).Draw(t, "more")
		put := func(j float64) float64 {
			r := (&ride{v: 20}).hold(60).to(0, 10).each(60, 70, func(q *Step) { q.RegenJ = j })
			return *coach(r.trip(fleet.Hybrid)).Coaching.RecoveredShare
		}
		if put(some+more) < put(some) {
			t.Fatal("more was put back, and the share is less")
		}
	})
}

func costOf(r *Result, c outcome.Cause) float64 {
	for _, k := range r.Costs {
		if k.Cause == c {
			return k.EnergyJ
		}
	}
	return 0
}

func TestFromReceiptRefuses(t *testing.T) {
	c := coach((&ride{v: 10}).hold(200).trip(fleet.Hybrid)).Coaching
	other := c
	other.Method = "coaching/0"
	if _, err := FromReceipt(&other); err == nil {
		t.Error("a receipt of another method is taken")
	}
	delete(c.Inputs, "distance_m")
	if _, err := FromReceipt(&c); err == nil {
		t.Error("a receipt without the distance is taken")
	}
}

// What coaching keeps between trips is reused: only what goes out is allocated.
func TestStepsAllocateNothing(t *testing.T) {
	trip := (&ride{}).to(30, 9).hold(300).to(0, 12).each(0, 0, func(q *Step) { q.Engine, q.FuelL, q.RegenJ = EngineOn, 0, 1 }).trip(fleet.Hybrid)
	r := coach(trip)
	if n := testing.AllocsPerRun(100, func() {
		r.work.judge(trip)
		r.work.lose(trip.Steps)
		r.flag(trip)
		r.sum(trip)
		r.cost(trip)
	}); n > 0 {
		t.Errorf("%v allocations a trip", n)
	}
}

// BenchmarkCoach is 20 minutes of a hybrid in town.
func BenchmarkCoach(b *testing.B) {
	r := &ride{}
	for range 40 {
		r.to(14, 9).hold(10).to(0, 8).hold(3)
	}
	trip := r.each(0, 0, func(q *Step) { q.Engine, q.FuelL, q.RegenJ, q.Slope = EngineOff, 0, 100, 0.01 }).trip(fleet.Hybrid)
	var out Result
	b.ReportAllocs()
	for b.Loop() {
		Coach(trip, &out)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(trip.Steps)), "ns/step")
}
