package coaching

import (
	"testing"

	"milepost/fleet"
	"milepost/outcome"
)

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
