package scoring

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/outcome"
)

// play runs speeds at whole seconds through Dynamics.
func play(speeds ...float64) *Dynamics {
	d := &Dynamics{}
	for i, v := range speeds {
		d.Add(detectors.Point{Second: int64(1000 + i), V: v})
	}
	return d
}

// stop is a cruise at 15 m/s for a number of seconds, with a brake to 2 m/s and a
// launch back at the given rates in m/s².
func stop(cruise int, brake, accel float64) []float64 {
	var vs []float64
	v := 15.0
	for range cruise {
		vs = append(vs, v)
	}
	for v > 2 {
		v = max(2, v-brake)
		vs = append(vs, v)
	}
	for v < 15 {
		v = min(15, v+accel)
		vs = append(vs, v)
	}
	return append(vs, 15, 15, 15, 15)
}

func scoreOf(d *Dynamics, m Manoeuvres) outcome.Performance {
	in := d.Intensities()
	return Performance(Inputs{Intensities: in, Manoeuvres: m, DistanceM: in.JudgedM})
}

func TestReferencesScore75(t *testing.T) {
	p := Performance(Inputs{Intensities: Intensities{JudgedM: 1e6, Acceleration: referenceAcceleration / (1 - eventWeight),
		Braking: referenceBraking / (1 - eventWeight)}, DistanceM: 1e6})
	want := outcome.Performance{Score: 75, Acceleration: 75, Braking: 75}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("at the references (-want +got):\n%s", diff)
	}
	calm := Performance(Inputs{DistanceM: 800})
	want = outcome.Performance{Score: 100, Acceleration: 100, Braking: 100, LowConfidence: true}
	if diff := cmp.Diff(want, calm); diff != "" {
		t.Errorf("without any dynamics (-want +got):\n%s", diff)
	}
}

func TestHarsherIsNeverBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		brake := rapid.Float64Range(0.5, 6).Draw(t, "brake")
		accel := rapid.Float64Range(0.5, 3).Draw(t, "accel")
		m := Manoeuvres{BrakingExcess: rapid.IntRange(0, 9000).Draw(t, "brakes"), AccelerationExcess: rapid.IntRange(0, 9000).Draw(t, "launches")}
		cruise := rapid.IntRange(20, 400).Draw(t, "cruise")
		base := scoreOf(play(stop(cruise, brake, accel)...), m)
		more := m
		more.BrakingExcess += rapid.IntRange(1, 1500).Draw(t, "harsher")
		if p := scoreOf(play(stop(cruise, brake, accel)...), more); p.Braking > base.Braking || p.Acceleration != base.Acceleration {
			t.Fatalf("a harsher brake: braking %.1f -> %.1f, acceleration %.1f -> %.1f", base.Braking, p.Braking, base.Acceleration, p.Acceleration)
		}
		calm := scoreOf(play(append(stop(cruise, brake, accel), stop(300, 0.01, 3)[:300]...)...), m)
		if calm.Score < base.Score {
			t.Fatalf("300 calm seconds more: score %.1f -> %.1f", base.Score, calm.Score)
		}
	})
}

func TestHarsherBrakesScoreLower(t *testing.T) {
	last := 101.0
	for _, brake := range []float64{0.5, 1, 2, 3, 4.5} {
		p := scoreOf(play(stop(120, brake, 1)...), Manoeuvres{})
		t.Logf("braking at %.1f m/s²: %.1f", brake, p.Braking)
		if p.Braking >= last {
			t.Errorf("braking at %.1f m/s² scores %.1f, not below %.1f", brake, p.Braking, last)
		}
		last = p.Braking
	}
}

func TestConstantSpeedIsAbsentInTheCity(t *testing.T) {
	slow := make([]float64, 900)
	for i := range slow {
		slow[i] = 6
	}
	if p := scoreOf(play(slow...), Manoeuvres{}); p.ConstantSpeed != nil {
		t.Errorf("constant speed %.1f on a trip at 22 km/h, want none", *p.ConstantSpeed)
	}
	for i := range slow {
		slow[i] = 30
	}
	if p := scoreOf(play(slow...), Manoeuvres{}); p.ConstantSpeed == nil || *p.ConstantSpeed != 100 {
		t.Errorf("constant speed %v on a steady motorway, want 100", p.ConstantSpeed)
	}
}

func TestDynamicsNeedFiveSecondsInARow(t *testing.T) {
	d := play(10, 10, 10, 10)
	if d.Metres != 0 {
		t.Errorf("%.0f m judged from four seconds", d.Metres)
	}
	d.Add(detectors.Point{Second: 1010, V: 30}) // a gap
	for i := range 3 {
		d.Add(detectors.Point{Second: int64(1011 + i), V: 30})
	}
	if got := d.Intensities(); got.Acceleration != 0 {
		t.Errorf("acceleration %.3f across a gap", got.Acceleration)
	}
}

func TestScoreIsRecomputedFromTheReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string, hi float64) float64 { return rapid.Float64Range(0, hi).Draw(t, name) }
		in := Inputs{Intensities: Intensities{JudgedM: f("judged", 1e5), Acceleration: f("acc", 1), Braking: f("brake", 1),
			FastM: f("fast", 1e5), SteadyShare: f("steady", 1), PKE: f("pke", 2)},
			Manoeuvres: Manoeuvres{rapid.IntRange(0, 50_000).Draw(t, "be"), rapid.IntRange(0, 50_000).Draw(t, "ae"), rapid.IntRange(0, 50).Draw(t, "b"), rapid.IntRange(0, 50).Draw(t, "a")}, DistanceM: f("way", 1e5)}
		got, err := FromReceipt(outcome.Receipt{Method: Method, Inputs: in.ReceiptInputs()})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Performance(in), got); diff != "" {
			t.Fatalf("recomputed (-want +got):\n%s", diff)
		}
	})
	if _, err := FromReceipt(outcome.Receipt{Method: "performance/0"}); err == nil {
		t.Error("a receipt of another method was accepted")
	}
}

// A receipt of the version before is recomputed as that version did, from numbers that it
// printed.
func TestAReceiptOfTheVersionBeforeIsRecomputed(t *testing.T) {
	inputs := map[string]float64{"distance_m": 24_000, "judged_distance_m": 23_800, "acceleration_intensity": 0.1, "braking_intensity_ms2": 0.02,
		"fast_distance_m": 0, "steady_share": 0, "positive_kinetic_energy": 0, "weighted_braking_events": 2, "weighted_accel_events": 1}
	got, err := FromReceipt(outcome.Receipt{Method: "performance/1", Inputs: inputs})
	if err != nil {
		t.Fatal(err)
	}
	// 100·0.75^(0.8·0.1/0.09 + 0.2·(1/34 km)·100 km/3), and likewise.
	if diff := cmp.Diff(outcome.Performance{Score: 69.5, Acceleration: 73.2, Braking: 65.7}, got); diff != "" {
		t.Errorf("recomputed (-want +got):\n%s", diff)
	}
	if _, err := FromReceipt(outcome.Receipt{Method: Method, Inputs: inputs}); err == nil {
		t.Error("a receipt of this version without the excess of its events was accepted")
	}
}

// A manoeuvre that changes speed as much, only harder, never scores better: over all the
// ways in which whole seconds may fall on it, as one alone may be a little kinder.
func TestHarderManoeuvresAreNeverBetter(t *testing.T) {
	of := detectors.DefaultThresholds()
	excess := func(kind outcome.EventKind, a float64) int {
		return int(1000 * of.Excess(&detectors.Finding{Kind: kind, Peak: a, RateHz: 10, Speed: 2}))
	}
	rapid.Check(t, func(t *rapid.T) {
		brake, accel := rapid.Float64Range(0.5, 6).Draw(t, "brake"), rapid.Float64Range(0.5, 5).Draw(t, "accel")
		harder, faster := rapid.Float64Range(1, 1.5).Draw(t, "harder"), rapid.Float64Range(1, 1.5).Draw(t, "faster")
		cruise := rapid.Float64Range(20, 400).Draw(t, "cruise")
		score := func(brake, accel float64) float64 {
			in := overPhases(cruise, brake, accel)
			in.BrakingExcess, in.AccelerationExcess = excess(outcome.HarshBraking, brake), excess(outcome.HarshAcceleration, accel)
			return Performance(in).Score
		}
		if a, b := score(brake, accel), score(brake*harder, accel*faster); b > a+0.11 { // its own rounding
			t.Fatalf("score %.1f with a brake of %.2f and a launch of %.2f m/s², %.1f with harder ones", a, brake, accel, b)
		}
	})
}

// overPhases is a drive at 15 m/s with a brake to 2 m/s and, 8 s later, a launch back, always of the
// same length, its intensities the mean of 40 ways to cut it into whole seconds.
func overPhases(cruise, brake, accel float64) (in Inputs) {
	const phases, fast, slow, hold = 40, 15.0, 2.0, 8.0
	in.DistanceM = fast*cruise + 2000
	stopped := (fast - slow) / brake
	end := cruise + stopped + hold + (fast-slow)/accel
	at := func(s float64) float64 {
		switch {
		case s < cruise || s > end:
			return fast
		case s < cruise+stopped:
			return fast - brake*(s-cruise)
		}
		return slow + max(0, accel*(s-cruise-stopped-hold))
	}
	for phase := range phases {
		d := Dynamics{}
		for s := 0; float64(s) < end+10; s++ {
			d.Add(detectors.Point{Second: int64(s), V: at(float64(s) + float64(phase)/phases)})
		}
		in.Acceleration += d.power / in.DistanceM / phases
		in.Braking += d.braking / in.DistanceM / phases
	}
	return in
}

func TestPowerLimitIsContinuous(t *testing.T) {
	if d := math.Abs(powerLimit(74.6/3.6) - powerLimit(74.61/3.6)); d > 0.1 {
		t.Errorf("limit jumps by %.2f m²/s³ at 74.6 km/h", d)
	}
}
